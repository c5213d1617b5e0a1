"""Every door: the same paths below a token, below nothing and below a user name; who may pass, and what he is told."""

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import include, path
from django.utils import timezone
from lxml import etree

from server.accounts.models import User
from server.demo.line import Answer
from server.demo.multipart import body
from server.demo.phone import Phone, SyncFailed
from sync import login
from sync.brake import TRIES, Brake
from sync.digest import GOOD_FOR, GOOD_FOR_SENDING, new_nonce
from sync.keys import IssuedKey, end_key, issue_key
from sync.kinds import Ended
from sync.models import PhoneKey, Submission
from sync.problems import Refusal
from sync.urls import first_words, openrosa_urls
from tests.sync import house
from tests.sync.house import NOW, ClientLine, screening
from tests.sync.passwords import Digester, LoggedIn, basic

pytestmark = pytest.mark.django_db
BELOW = ("", "/", "/li", "/li/", "/li//")


class Clock:
    """The server's; a test moves it."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    made = Clock()
    monkeypatch.setattr(timezone, "now", made.now)
    monkeypatch.setattr(login, "BRAKE", Brake())
    yield made


@pytest.fixture
def worker() -> User:
    house.publish_plain()
    return house.make_worker()


@pytest.fixture
def issued(worker: User) -> IssuedKey:
    return issue_key(worker.pk, label="", by=None, now=NOW, with_password=True)


class Line(ClientLine):
    """The test client as a line, on http or behind a proxy that says it was https."""

    def __init__(self, origin: str = "http://testserver", **environ: str) -> None:
        super().__init__()
        self.origin = origin
        self.client = Client(raise_request_exception=False, **environ)

    def ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
        assert url.startswith(self.origin), f"{url}: that is another server"
        return super().ask(method, url.removeprefix(self.origin), headers, body)


def get(path: str, words: str = "", *, method: str = "GET", secure: bool = False, **extra: Any) -> Any:
    headers = {"Authorization": words} if words else {}
    return Client(raise_request_exception=False).generic(
        method, path, secure=secure, headers=headers, **extra
    )


def why(answer: Any) -> Refusal:
    """The refusal whose sentence was told, in OpenRosa form."""
    assert answer["Content-Type"].startswith("text/xml")
    assert answer["X-OpenRosa-Version"] == "1.0"
    told = etree.fromstring(answer.content)[0].text
    [found] = [refusal for refusal in Refusal if refusal.sentence == told]
    assert answer.status_code == found.status
    return found


def digester(issued: IssuedKey, path: str = "/formList") -> Digester:
    made = Digester(issued.user_name, issued.password)
    made.take(get(path)["WWW-Authenticate"])
    return made


def urls_in(document: bytes) -> list[str]:
    return [
        element.text
        for element in etree.fromstring(document).iter("{*}downloadUrl", "{*}manifestUrl", "{*}integrityUrl")
    ]


# --- a phone's whole day, at every door ---


@pytest.mark.parametrize("below", BELOW)
@pytest.mark.wire("W-70", "W-78")
def test_a_day_with_user_name_and_password(issued: IssuedKey, below: str) -> None:
    line = LoggedIn(Line(), issued.user_name, issued.password)
    phone = Phone(f"http://testserver{below}", line)
    phone.sync()
    assert [*phone.forms] == ["screening"] and [*phone.lists] == ["households"]
    assert phone.lists["households"].hash and phone.forms["screening"].media["villages.csv"]
    phone.finalize("screening", screening(id="11111111-1111-4111-8111-111111111111"))
    assert phone.send_all() == 1
    phone.sync()
    assert [status for _, status in line.told].count(401) == 1, "one challenge, then the same nonce"
    assert Submission.objects.get().key_id == issued.key_id


@pytest.mark.parametrize("door", ["key", "collector"])
@pytest.mark.wire("W-78")
def test_a_day_with_a_token(issued: IssuedKey, door: str) -> None:
    phone = Phone(f"http://testserver/{door}/{issued.token}", Line())
    phone.sync()
    assert phone.send(screening()).is_sent
    assert Submission.objects.get().key_id == issued.key_id


@pytest.mark.parametrize("below", ["", "/li", "/key/TOKEN", "/collector/TOKEN"])
@pytest.mark.parametrize("origin", ["http://testserver", "http://testserver:8443", "https://testserver"])
@pytest.mark.wire("W-64", "W-78")
def test_urls_in_answers_are_the_phones_own(
    issued: IssuedKey, settings: Any, below: str, origin: str
) -> None:
    """Also where a proxy says what the scheme was, and the program is told to believe it."""
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    scheme, host = origin.split("://")
    environ = {"HTTP_X_FORWARDED_PROTO": scheme, "HTTP_HOST": host}
    server = origin + below.replace("TOKEN", issued.token)
    line: Any = Line(origin, **environ)
    line = line if "TOKEN" in below else LoggedIn(line, issued.user_name, issued.password)
    form_list = line.ask("GET", f"{server}/formList", {})
    [form, manifest] = urls_in(form_list.body)
    files = urls_in(line.ask("GET", manifest, {}).body)
    assert len(files) == 3, "a list, its integrity, a plain file"
    for url in (form, manifest, *files):
        assert url.startswith(f"{server}/")
        for method in ("GET", "HEAD"):
            answer = line.ask(method, url, {})
            assert (answer.status, bool(answer.body)) == (200, method == "GET")
        if "integrity" not in url:
            assert line.ask("GET", url, {"If-None-Match": answer.headers["etag"]}).status == 304


def test_a_proxy_nobody_vouched_for_is_not_believed(issued: IssuedKey) -> None:
    assert settings.SECURE_PROXY_SSL_HEADER is None
    answer = get("/formList", basic("li", issued.password), HTTP_X_FORWARDED_PROTO="https")
    assert why(answer) == Refusal.BASIC_NEEDS_HTTPS
    assert "Basic" not in answer["WWW-Authenticate"]


def test_a_user_name_of_odd_letters_is_repeated_as_typed(worker: User) -> None:
    house.make_worker("li@qp+1")
    user = User.objects.get(username="li@qp+1")
    issued = issue_key(user.pk, label="", by=None, now=NOW, with_password=True)
    answer = get("/li@qp+1/formList", basic("li@qp+1", issued.password), secure=True)
    assert all(url.startswith("https://testserver/li@qp+1/forms/") for url in urls_in(answer.content))


# --- challenges ---


@pytest.mark.parametrize(
    "path", ["/formList", "/li/formList", "/nobody/formList", "/formList/", "/formList//"]
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.wire("W-68", "W-79")
def test_who_says_nothing_is_asked(worker: User, path: str, method: str) -> None:
    answer = get(path, method=method)
    assert answer.status_code == 401
    assert answer["X-OpenRosa-Version"] == "1.0" and answer["Content-Type"].startswith("text/xml")
    assert re.fullmatch(
        r'Digest realm="tanfang", qop="auth", algorithm=MD5, nonce="\w+"', answer["WWW-Authenticate"]
    )
    assert not answer.cookies


@pytest.mark.wire("W-68")
def test_basic_is_offered_on_tls_only_and_after_digest(worker: User) -> None:
    ways = get("/formList", secure=True)["WWW-Authenticate"]
    assert ways.startswith("Digest ") and ways.endswith(', Basic realm="tanfang"')
    assert "Basic" not in get("/formList")["WWW-Authenticate"]


@pytest.mark.parametrize("path", ["/submission", "/li/submission"])
@pytest.mark.wire("W-79")
def test_who_may_send_is_asked_before_a_byte_is_read(worker: User, path: str) -> None:
    assert get(path, method="HEAD").status_code == 401
    answer = get(path, method="POST", data=b"x", content_type="text/plain", CONTENT_LENGTH=str(10**9))
    assert why(answer) == Refusal.NOT_LOGGED_IN


@pytest.mark.parametrize(
    "words",
    [
        "Bearer abc",
        "Digest",
        "Digest username=li",
        "Basic",
        "Basic !",
        "Basic " + b64encode(b"\xff:x").decode(),
        "x",
    ],
)
def test_words_nobody_understands_are_none(worker: User, words: str) -> None:
    answer = get("/formList", words, secure=True)
    assert why(answer) in (Refusal.NOT_LOGGED_IN, Refusal.WRONG_PASSWORD)
    assert answer["WWW-Authenticate"].startswith("Digest ")


@pytest.mark.wire("W-63", "W-80")
def test_a_bad_key_is_no_question(worker: User) -> None:
    for door in ("key", "collector"):
        answer = get(f"/{door}/guessed/formList", basic("li", "x"))
        assert why(answer) == Refusal.BAD_KEY
        assert "WWW-Authenticate" not in answer


# --- who is who ---


@pytest.mark.parametrize("path", ["/formList", "/li/formList"])
def test_basic_on_tls(issued: IssuedKey, path: str) -> None:
    assert get(path, basic("li", issued.password), secure=True).status_code == 200
    assert get(path, basic("li", issued.password).replace("Basic", "basic"), secure=True).status_code == 200


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("li", "x"),
        ("li", ""),
        ("", ""),
        ("Li", None),
        ("nobody", None),
        ("li\0", None),
        ("李", None),
        ("li", "desk"),
    ],
)
@pytest.mark.wire("W-80")
def test_wrong_words(worker: User, issued: IssuedKey, name: str, password: str | None) -> None:
    worker.set_password("desk")
    worker.save()
    words = basic(name, issued.password if password is None else password)
    assert why(get("/formList", words, secure=True)) == Refusal.WRONG_PASSWORD


def test_a_key_without_password_has_none(worker: User) -> None:
    issue_key(worker.pk, label="", by=None, now=NOW)
    assert why(get("/formList", basic("li", ""), secure=True)) == Refusal.WRONG_PASSWORD


def test_each_phone_has_its_own_password_and_end(worker: User) -> None:
    one, two = (issue_key(worker.pk, label="", by=None, now=NOW, with_password=True) for _ in range(2))
    for key in (one, two):
        words = digester(key).words("GET", "http://testserver/formList")
        assert get("/formList", words).status_code == 200
        assert PhoneKey.objects.get(pk=key.key_id).first_used_at is not None
    end_key(one.key_id, Ended.LOST, NOW)
    for words in (digester(one).words("GET", "http://testserver/formList"), basic("li", one.password)):
        assert why(get("/formList", words, secure=True)) == Refusal.KEY_LOST
    assert get("/formList", basic("li", two.password), secure=True).status_code == 200


def test_who_left_sends_what_he_holds_and_gets_no_lists(issued: IssuedKey) -> None:
    end_key(issued.key_id, Ended.LEFT, NOW)
    phone = Phone("http://testserver", LoggedIn(Line(), "li", issued.password))
    with pytest.raises(SyncFailed, match=Refusal.KEY_LEFT.sentence):
        phone.sync()
    assert phone.send(screening()).is_sent


def test_a_password_nobody_typed_runs_out(worker: User, clock: Clock) -> None:
    issued = issue_key(
        worker.pk, label="", by=None, now=NOW, with_password=True, expires_at=NOW + timedelta(days=3)
    )
    clock.at = NOW + timedelta(days=4)
    assert why(get("/formList", basic("li", issued.password), secure=True)) == Refusal.KEY_EXPIRED


@pytest.mark.wire("W-80")
def test_the_name_in_the_address_is_whose_it_is(issued: IssuedKey) -> None:
    house.make_worker("wang")
    assert why(get("/wang/formList", basic("li", issued.password), secure=True)) == Refusal.NOT_YOUR_ADDRESS


def test_another_persons_seal_opens_nothing(issued: IssuedKey) -> None:
    """Somebody who can write to the database, but has no key ring."""
    wang = house.make_worker("wang")
    known = issue_key(wang.pk, label="", by=None, now=NOW, with_password=True)
    stolen = PhoneKey.objects.get(pk=known.key_id)
    PhoneKey.objects.filter(pk=issued.key_id).update(
        ha1_sealed=stolen.ha1_sealed, password_hash=stolen.password_hash
    )
    assert why(get("/formList", basic("li", known.password), secure=True)) == Refusal.WRONG_PASSWORD
    words = digester(known).words("GET", "http://testserver/formList").replace('"wang"', '"li"')
    assert why(get("/formList", words)) == Refusal.WRONG_PASSWORD


def test_one_question_to_the_database(issued: IssuedKey, clock: Clock) -> None:
    words = digester(issued)
    counts = []
    for ask in (
        lambda: get(f"/key/{issued.token}/formList"),
        lambda: get("/formList", basic("li", issued.password), secure=True),
        lambda: get("/formList", words.words("GET", "http://testserver/formList")),
    ):
        ask()
        with CaptureQueriesContext(connection) as asked:
            assert ask().status_code == 200
        counts.append(len(asked))
    assert counts == [counts[0]] * 3


# --- nonces ---


@pytest.mark.wire("W-69")
def test_a_nonce_too_old_is_renewed_without_asking_anybody(issued: IssuedKey, clock: Clock) -> None:
    line = LoggedIn(Line(), "li", issued.password)
    phone = Phone("http://testserver", line)
    phone.sync()
    clock.at += GOOD_FOR + timedelta(seconds=1)
    del line.told[:]
    phone.sync()
    assert line.told[:2] == [("GET /formList", 401), ("GET /formList", 304)]
    assert [status for _, status in line.told].count(401) == 1


@pytest.mark.wire("W-70")
def test_what_it_began_to_send_a_phone_need_not_send_twice(issued: IssuedKey, clock: Clock) -> None:
    words = digester(issued)
    clock.at += GOOD_FOR + timedelta(seconds=1)
    assert why(get("/formList", words.words("GET", "http://testserver/formList"))) == Refusal.LOGIN_TOO_OLD
    assert post(words).status_code == 201
    clock.at += GOOD_FOR_SENDING
    assert why(post(words)) == Refusal.LOGIN_TOO_OLD


def post(words: Digester | str, xml: bytes | None = None, path: str = "/submission") -> Any:
    said = words if isinstance(words, str) else words.words("POST", f"http://testserver{path}")
    type, content = body(xml or screening(), {})
    return get(path, said, method="POST", data=content, content_type=type)


@pytest.mark.wire("W-69")
def test_an_overheard_submission_brings_no_other(issued: IssuedKey) -> None:
    words = digester(issued)
    overheard = words.words("POST", "http://testserver/submission")
    assert post(overheard).status_code == 201
    answer = post(overheard, screening("李四"))
    assert why(answer) == Refusal.LOGIN_TOO_OLD and "stale=true" in answer["WWW-Authenticate"]
    assert Submission.objects.count() == 1
    assert post(words).status_code == 201, "the next use of the same nonce"
    assert why(post(overheard)) == Refusal.LOGIN_TOO_OLD


def test_uses_in_the_wrong_order_are_told_and_renewed(issued: IssuedKey) -> None:
    words = digester(issued)
    first, second = (words.words("POST", "http://testserver/submission") for _ in range(2))
    assert post(second).status_code == 201
    assert why(post(first)) == Refusal.LOGIN_TOO_OLD


def test_a_clock_set_back_keeps_nobody_from_sending(issued: IssuedKey, clock: Clock) -> None:
    clock.at += timedelta(days=1)
    assert post(digester(issued)).status_code == 201
    clock.at -= timedelta(days=1)
    words = digester(issued)
    overheard = words.words("POST", "http://testserver/submission")
    assert post(overheard).status_code == 201
    assert why(post(overheard)) == Refusal.LOGIN_TOO_OLD
    assert post(words).status_code == 201


def test_a_submission_refused_for_its_body_uses_nothing_up(issued: IssuedKey) -> None:
    said = digester(issued).words("POST", "http://testserver/submission")
    assert get("/submission", said, method="POST", data=b"x", content_type="text/plain").status_code == 400
    assert post(said).status_code == 201


def test_a_lost_answer_costs_a_repetition_and_no_record(issued: IssuedKey) -> None:
    """OkHttp repeats what broke, word for word."""
    line = LoggedIn(Line(), "li", issued.password)
    phone = Phone("http://testserver", line)
    sent = phone.send(screening(instance_id="uuid:1"), lose_answer=True)
    assert phone.post(sent) and Submission.objects.count() == 1


@pytest.mark.parametrize("place", [0, 15, 30, 51])
@pytest.mark.wire("W-69")
def test_a_nonce_that_is_not_ours(issued: IssuedKey, place: int) -> None:
    words = digester(issued)
    nonce = words.asked["nonce"]
    words.asked["nonce"] = nonce[:place] + ("0" if nonce[place] != "0" else "1") + nonce[place + 1 :]
    assert why(get("/formList", words.words("GET", "http://testserver/formList"))) == Refusal.LOGIN_TOO_OLD
    words.asked["nonce"] = new_nonce(b"another server", NOW)
    assert why(get("/formList", words.words("GET", "http://testserver/formList"))) == Refusal.LOGIN_TOO_OLD


def test_an_old_nonce_with_a_wrong_password_is_wrong(issued: IssuedKey, clock: Clock) -> None:
    words = Digester("li", "wrong")
    words.take(get("/formList")["WWW-Authenticate"])
    clock.at += GOOD_FOR * 2
    answer = get("/formList", words.words("GET", "http://testserver/formList"))
    assert why(answer) == Refusal.WRONG_PASSWORD and "stale" not in answer["WWW-Authenticate"]


@pytest.mark.wire("W-69")
def test_a_digest_is_of_one_address_and_one_method(issued: IssuedKey) -> None:
    said = digester(issued).words("GET", "http://testserver/formList?deviceID=a")
    assert get("/formList?deviceID=a", said).status_code == 200
    assert why(get("/formList?deviceID=b", said)) == Refusal.WRONG_ADDRESS
    assert why(get("/li/formList?deviceID=a", said)) == Refusal.WRONG_ADDRESS
    assert get("/formList?deviceID=a", said, method="HEAD").status_code == 401
    assert why(get("/lists/households.csv", said)) == Refusal.WRONG_ADDRESS


# --- the pause ---


def guess(times: int = TRIES, address: str = "10.0.0.1") -> None:
    for _ in range(times):
        assert get("/formList", basic("li", "x"), secure=True, REMOTE_ADDR=address).status_code == 401


def right(issued: IssuedKey, address: str = "10.0.0.1", query: str = "") -> Any:
    return get(f"/formList{query}", basic("li", issued.password), secure=True, REMOTE_ADDR=address)


def test_after_many_wrong_ones_there_is_a_pause_of_a_minute(issued: IssuedKey, clock: Clock) -> None:
    guess()
    answer = right(issued)
    assert why(answer) == Refusal.TOO_MANY_TRIES
    assert answer["Retry-After"] == "60" and "WWW-Authenticate" not in answer
    clock.at += timedelta(seconds=60)
    assert right(issued).status_code == 200


def test_nobody_is_kept_out_by_a_neighbour(issued: IssuedKey) -> None:
    assert right(issued, query="?deviceID=collect%3Aown").status_code == 200
    guess()
    assert right(issued, query="?deviceID=collect%3Aown").status_code == 200, "a phone that was here before"
    assert why(right(issued, query="?deviceID=collect%3Aother")) == Refusal.TOO_MANY_TRIES
    assert right(issued, "10.0.0.2").status_code == 200, "the same person elsewhere"
    wang = issue_key(house.make_worker("wang").pk, label="", by=None, now=NOW, with_password=True)
    answer = get("/formList", basic("wang", wang.password), secure=True, REMOTE_ADDR="10.0.0.1")
    assert answer.status_code == 200, "another phone behind the same address"


def test_being_asked_is_no_wrong_try(issued: IssuedKey) -> None:
    for _ in range(TRIES * 2):
        get("/formList", REMOTE_ADDR="10.0.0.1")
    assert right(issued).status_code == 200


def test_the_log_says_that_somebody_guesses(issued: IssuedKey, caplog: pytest.LogCaptureFixture) -> None:
    guess()
    assert why(right(issued)) == Refusal.TOO_MANY_TRIES
    assert [record.getMessage() for record in caplog.records if record.name == "sync.login"] == [
        "the door: many wrong phone passwords for 'li' from 10.0.0.1"
    ]


# --- addresses ---


@pytest.mark.parametrize(
    "path",
    [
        "/li/x/formList",
        "/li/x/submission",
        "/a/b/c/formList/",
        "/key/T/x/formList",
        "/collector/T",
        "/key/",
        "/key",
    ],
)
def test_an_address_typed_wrongly_is_told_so(worker: User, path: str) -> None:
    for method in ("GET", "POST"):
        answer = get(path, method=method)
        if path != "/key":
            assert why(answer) in (Refusal.NO_SUCH_PATH, Refusal.BAD_KEY, Refusal.WRONG_METHOD)


@pytest.mark.wire("W-2")
def test_a_phone_is_known_by_its_header_wherever_it_strays(worker: User) -> None:
    answer = Client().get("/li/nowhere", headers={"X-OpenRosa-Version": "1.0"})
    assert why(answer) == Refusal.NO_SUCH_PATH
    assert Client().get("/li/nowhere").status_code == 404


def test_words_that_other_addresses_begin_with() -> None:
    named = first_words(some_pages())
    assert named == {"health", "api", "people", "households"}


def some_pages() -> Any:
    view: Any = None
    desk = [
        path("", lambda r: view),
        path("people", lambda r: view),
        path("households/<str:id>", lambda r: view),
    ]
    return [path("health", lambda r: view), path("api/", include([])), path("", include(desk))]


def test_no_name_can_be_told_from_a_page_that_begins_with_a_variable() -> None:
    with pytest.raises(ValueError, match="variable"):
        openrosa_urls(lists=house.LISTS, apply=house.CONDUCTOR, others=[path("<str:any>/x", lambda r: None)])
