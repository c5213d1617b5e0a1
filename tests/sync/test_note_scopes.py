"""Whoever is moved to another village is served other columns of what both villages state: under a higher version."""

import pytest

from server.demo.phone import Phone
from sync.models import FetchedScopes
from sync.note_scopes import note_scopes
from tests.sync.house import LISTS, NOW, fresh, make_worker, phone_of, publish_plain
from tests.sync.test_rows import mark, n, put, served

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.sync.house")]


@pytest.fixture(autouse=True)
def _world() -> None:
    fresh()
    publish_plain()


def names(phone: Phone) -> dict[str, str]:
    return {row.id: row.properties["rep_name"] for row in phone.lists["households"].rows.values()}


def test_twice_is_once() -> None:
    user = make_worker()
    put("h1", v1="张", v2="章")
    assert not note_scopes(user.pk, "households", ["v1"], NOW)
    assert note_scopes(user.pk, "households", ["v2"], NOW)
    assert not note_scopes(user.pk, "households", ["v2"], NOW)
    assert n("h1") == 2
    assert served("v1") == ["h1,张,2,张,"]
    assert FetchedScopes.objects.count() == 1


def test_what_one_village_alone_states_stays_as_it_is() -> None:
    user = make_worker()
    put("h1", v1="张")
    put("h2", v2="李")
    others = mark("v1")
    for scopes in (["v1"], ["v1", "v2"], ["v2"]):
        note_scopes(user.pk, "households", scopes, NOW)
    assert (n("h1"), n("h2"), mark("v1")) == (1, 1, others)


def test_a_phone_moved_from_one_village_to_the_other_shows_what_it_is_served() -> None:
    user = make_worker(scopes=["v1"])
    phone, second = phone_of(user), phone_of(user)
    put("h1", v1="张", v2="章")
    phone.sync()
    second.sync()
    for scopes, name in ((["v2"], "章"), (["v1", "v2"], "张"), (["v2"], "章"), (["v1"], "张")):
        LISTS.scopes_of["li"] = scopes
        phone.sync()
        assert names(phone) == {"h1": name}
    second.sync()
    assert names(second) == names(phone)
