"""After wrong passwords there is a pause; addresses that are none."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import include, path

from server.accounts.models import User
from sync.brake import TRIES
from sync.keys import IssuedKey, issue_key
from sync.problems import Refusal
from sync.urls import first_words, openrosa_urls
from tests.sync import house
from tests.sync.doors import Clock, get, why
from tests.sync.house import NOW
from tests.sync.passwords import basic

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


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
