"""Who is at a door without a token: names, passwords, and whose they are."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from server.accounts.models import User
from server.demo.phone import Phone, SyncFailed
from sync.keys import IssuedKey, end_key, issue_key
from sync.kinds import Ended
from sync.models import PhoneKey
from sync.problems import Refusal
from tests.sync import house
from tests.sync.doors import Clock, Line, digester, get, why
from tests.sync.house import NOW, screening
from tests.sync.passwords import LoggedIn, basic

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


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
