"""Every refusal of the catalogue provoked over HTTP: a sentence in OpenRosa form, no HTML, nothing stored."""

import io
import logging
from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import OperationalError
from django.test import Client, override_settings
from django.utils import timezone
from lxml import etree

from forms.catalogue import set_open
from server.demo.multipart import body
from sync.brake import TRIES, Brake
from sync.digest import REALM, Login, ha1, new_nonce, response
from sync.keys import issue_key
from sync.kinds import Ended
from sync.logs import HideKeys
from sync.models import Attachment, PhoneKey, Submission
from sync.problems import Refusal
from tests.forms.samples import BOMB
from tests.sync import house
from tests.sync.house import screening

pytestmark = pytest.mark.django_db


class Bench:
    """A worker's key, a client, and the few ways to ask."""

    def __init__(self) -> None:
        house.publish_plain()
        self.user = house.make_worker()
        issued = issue_key(self.user.pk, label="", by=None, now=timezone.now(), with_password=True)
        self.token, self.password = issued.token, issued.password
        self.key = PhoneKey.objects.filter(user=self.user)
        self.client = Client(raise_request_exception=False)

    def get(self, path: str = "formList", **headers: str) -> object:
        return self.client.get(f"/key/{self.token}/{path}", headers=headers)

    def post(self, xml: bytes, cut: int = 0, **extra: str) -> object:
        type, content = body(xml, {"p.jpg": b"1"})
        return self.raw(content[: len(content) - cut], type, **extra)

    def basic(self, password: str, path: str = "/formList", *, secure: bool = True) -> object:
        words = b64encode(f"li:{password}".encode()).decode()
        return self.client.get(path, secure=secure, headers={"Authorization": f"Basic {words}"})

    def digest(self, nonce: str) -> object:
        login = Login("li", nonce, "/submission", "", "c", 1)
        words = (
            f'username="li", realm="{REALM}", nonce="{nonce}", uri="/submission", qop=auth, nc=00000001, cnonce="c",'
            f' response="{response(ha1("li", self.password), login, "POST")}"'
        )
        type, content = body(screening(), {})
        return self.client.generic("POST", "/submission", content, type, headers={"Authorization": f"Digest {words}"})

    def raw(self, content: bytes, type: str, **extra: str) -> object:
        return self.client.generic("POST", f"/key/{self.token}/submission", content, type, **extra)


def bad_key(b: Bench) -> object:
    return b.client.get("/key/guessed/formList")


def lost(b: Bench) -> object:
    b.key.update(ended_how=Ended.LOST, ended_at=timezone.now())
    return b.post(screening())


def left(b: Bench) -> object:
    b.key.update(ended_how=Ended.LEFT, ended_at=timezone.now())
    return b.get()


def left_long_ago(b: Bench) -> object:
    b.key.update(ended_how=Ended.LEFT, ended_at=timezone.now() - timedelta(days=31))
    return b.post(screening())


def expired(b: Bench) -> object:
    b.key.update(expires_at=timezone.now() - timedelta(seconds=1))
    return b.get()


def wrong_often(b: Bench) -> object:
    for _ in range(TRIES):
        assert b.basic("wrong").status_code == 401  # type: ignore[attr-defined]
    return b.basic(b.password)


def used_twice(b: Bench) -> object:
    """A submission under words that brought another one."""
    nonce = new_nonce(settings.SECRET_KEY.encode(), timezone.now())
    b.digest(nonce)
    Submission.objects.all().delete()
    return b.digest(nonce)


def on_plain_http(b: Bench) -> object:
    """A server for https only says so, instead of redirecting."""
    with override_settings(SECURE_SSL_REDIRECT=True):
        return b.get()


def no_forms(b: Bench) -> object:
    set_open("screening", False)
    return b.get()


def busy(b: Bench) -> object:
    def locked(submission_id: int) -> bytes:
        raise OperationalError("database is locked")

    house.LISTS.media = lambda user, filename: locked(1)  # type: ignore[method-assign]
    return b.get("media/villages.csv")


def broken(b: Bench) -> object:
    house.LISTS.media = lambda user, filename: 1 / 0  # type: ignore[method-assign, return-value]
    return b.get("media/villages.csv")


def without_xml(b: Bench) -> object:
    part = b'--B\r\nContent-Disposition: form-data; name="x"; filename="x"\r\n\r\n1\r\n--B--\r\n'
    return b.raw(part, "multipart/form-data; boundary=B")


def many_parts(b: Bench) -> object:
    type, content = body(screening(), {f"{n}.txt": b"" for n in range(1001)})
    return b.raw(content, type)


CASES: dict[Refusal, Callable[[Bench], object]] = {
    Refusal.BAD_KEY: bad_key,
    Refusal.KEY_LOST: lost,
    Refusal.KEY_LEFT: left,
    Refusal.KEY_LEFT_LONG_AGO: left_long_ago,
    Refusal.KEY_EXPIRED: expired,
    Refusal.NOT_LOGGED_IN: lambda b: b.client.get("/formList"),
    Refusal.WRONG_PASSWORD: lambda b: b.basic("wrong"),
    Refusal.LOGIN_TOO_OLD: used_twice,
    Refusal.BASIC_NEEDS_HTTPS: lambda b: b.basic(b.password, secure=False),
    Refusal.NOT_YOUR_ADDRESS: lambda b: b.basic(b.password, "/wang/formList"),
    Refusal.TOO_MANY_TRIES: wrong_often,
    Refusal.NO_SUCH_PATH: lambda b: b.get("nowhere"),
    Refusal.WRONG_ADDRESS: lambda b: b.get(Host="elsewhere.example"),
    Refusal.WRONG_SCHEME: on_plain_http,
    Refusal.NO_SUCH_FORM: lambda b: b.get("forms/form.xml?id=screening&v=0"),
    Refusal.NO_SUCH_FILE: lambda b: b.get("media/other.csv"),
    Refusal.WRONG_METHOD: lambda b: b.get("submission"),
    Refusal.NO_FORMS: no_forms,
    Refusal.NOT_MULTIPART: lambda b: b.raw(b"<a/>", "text/xml"),
    Refusal.NO_LENGTH: lambda b: b.post(screening(), CONTENT_LENGTH=""),
    Refusal.CUT_SHORT: lambda b: b.post(screening(), cut=90),
    Refusal.NO_XML: without_xml,
    Refusal.NOT_XML: lambda b: b.post(BOMB),
    Refusal.NO_INSTANCE_ID: lambda b: b.post(b"<data id='screening'/>"),
    Refusal.BAD_INSTANCE_ID: lambda b: b.post(screening(instance_id="x" * 201)),
    Refusal.TWO_INSTANCE_IDS: lambda b: b.post(
        screening().replace(b"<meta>", b"<meta><instanceID>uuid:another</instanceID>")
    ),
    Refusal.UNKNOWN_FORM: lambda b: b.post(screening(form_id="elsewhere")),
    Refusal.TOO_LARGE: lambda b: b.post(screening(), CONTENT_LENGTH=str(30_000_001)),
    Refusal.TOO_MANY_PARTS: many_parts,
    Refusal.SERVER_FAULT: broken,
    Refusal.TRY_LATER: busy,
}


def test_no_refusal_is_left_out() -> None:
    assert {*CASES} == {*Refusal}


@pytest.mark.parametrize("refusal", Refusal, ids=lambda r: r.name)
@pytest.mark.wire("W-51", "W-65")
def test_each_refusal(
    refusal: Refusal, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench()
    monkeypatch.setattr("sync.login.BRAKE", Brake())
    with caplog.at_level(logging.DEBUG):
        answer = CASES[refusal](bench)
    assert answer.status_code == refusal.status  # type: ignore[attr-defined]
    assert answer["Content-Type"].startswith("text/xml")  # type: ignore[index]
    assert answer["X-OpenRosa-Version"] == "1.0"  # type: ignore[index]
    root = etree.fromstring(answer.content)  # type: ignore[attr-defined]
    assert root.tag == "{http://openrosa.org/http/response}OpenRosaResponse"
    assert root[0].text == refusal.sentence
    assert not Submission.objects.exists()
    assert not Attachment.objects.exists()
    for secret in (bench.token, bench.password):
        assert secret not in caplog.text, "a key in a log is a key given away"
    ways = answer.get("WWW-Authenticate", "")  # type: ignore[attr-defined]
    assert ways.startswith("Digest ") == (refusal.status == 401)
    assert ("stale=true" in ways) == (refusal == Refusal.LOGIN_TOO_OLD)


def test_the_key_is_looked_up_before_the_body_is_read() -> None:
    house.publish_plain()
    answer = Client().generic(
        "POST", "/key/guessed/submission", b"x", "text/plain", CONTENT_LENGTH=str(10**9)
    )
    assert answer.status_code == 403


@pytest.mark.parametrize("is_secure", [True, False])
def test_behind_a_web_server_a_refused_body_is_taken_from_it(is_secure: bool) -> None:
    """It takes an early answer for a broken line. Without one a stranger's body is left alone."""
    sent = io.BytesIO(bytes(3_000_000))
    answer = Client().generic(
        "POST", "/key/guessed/submission", secure=is_secure, content_type="text/plain",
        **{"wsgi.input": sent, "CONTENT_LENGTH": "3000000"},
    )  # fmt: skip
    assert answer.status_code == 403
    assert sent.tell() == (3_000_000 if is_secure else 0)


def test_a_crash_anywhere_is_no_html_page(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench()
    monkeypatch.setattr("django.contrib.sessions.middleware.SessionMiddleware.process_request", _crash)
    answer = bench.get()
    assert answer.status_code == 503  # type: ignore[attr-defined]
    assert Refusal.SERVER_FAULT.sentence in answer.content.decode()  # type: ignore[attr-defined]


def _crash(self: object, request: object) -> None:
    raise RuntimeError


@pytest.mark.parametrize("door", ["key", "collector"])
def test_djangos_own_log_lines_lose_the_key(door: str) -> None:
    record = logging.LogRecord(
        "django.request", 40, "", 1, "%s: %s", ("Bad", f"/{door}/abc-_1/formList?x=1"), None
    )
    assert HideKeys().filter(record)
    assert record.getMessage() == f"Bad: /{door}/…/formList?x=1"


@pytest.mark.parametrize(
    "path", ["forms/form.xml?id=%00&v=1", "lists/households/integrity?id=a%00", "media/%00"]
)
def test_a_letter_no_database_knows(path: str) -> None:
    assert Bench().get(path).status_code == 404  # type: ignore[attr-defined]


def test_a_file_name_with_such_a_letter_is_kept_without_it() -> None:
    bench = Bench()
    type, content = body(screening(), {"p.txt": b"1"})
    assert bench.raw(content.replace(b"p.txt", b"p\0.txt"), type).status_code == 201  # type: ignore[attr-defined]
    assert Attachment.objects.get().name == "p.txt"
