"""What a nonce is worth, and how often."""

from datetime import timedelta
from typing import Any

import pytest

from server.demo.multipart import body
from server.demo.phone import Phone
from sync.digest import GOOD_FOR, GOOD_FOR_SENDING, new_nonce
from sync.keys import IssuedKey
from sync.models import Submission
from sync.problems import Refusal
from tests.sync.doors import Clock, Line, digester, get, why
from tests.sync.house import NOW, screening
from tests.sync.passwords import Digester, LoggedIn

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


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
