"""Every door: the same paths below a token, below nothing and below a user name; who may pass, and what he is told."""

import re
from base64 import b64encode
from typing import Any

import pytest
from django.conf import settings

from server.accounts.models import User
from server.demo.phone import Phone
from sync.keys import IssuedKey, issue_key
from sync.models import Submission
from sync.problems import Refusal
from tests.sync import house
from tests.sync.doors import Line, get, urls_in, why
from tests.sync.house import NOW, screening
from tests.sync.passwords import LoggedIn, basic

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
BELOW = ("", "/", "/li", "/li/", "/li//")


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
