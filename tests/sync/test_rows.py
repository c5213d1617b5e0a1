"""Rows, versions, counters: what phones are served, and that a changed row always has a higher version."""

import pytest
from django.db import transaction

from sync.lists import entity_states, list_hashes, list_rows
from sync.models import EntityVersion, ListCounter, PhoneRow
from sync.rows import Put, put_many, put_rows
from sync.versions import raise_all, raise_versions
from tests.sync.house import NOW

pytestmark = pytest.mark.django_db
COLUMNS = ("rep_name", "phone")


def put(entity_id: str, submissions: int = 0, **by_scope: str) -> None:
    rows = {scope: {"label": name, "rep_name": name} for scope, name in by_scope.items()}
    with transaction.atomic():
        put_rows("households", entity_id, rows, "test", NOW, submissions)


def served(*scopes: str) -> list[str]:
    text = b"".join(list_rows("households", scopes, COLUMNS)).decode()
    return text.splitlines()[1:]


def mark(*scopes: str) -> str:
    return list_hashes({"households": scopes}, {"households": COLUMNS})["households"]


def n(entity_id: str) -> int:
    return EntityVersion.objects.get(entity_id=entity_id).n


def test_twice_is_once() -> None:
    put("h1", v1="张")
    before = mark("v1")
    put("h1", v1="张")
    assert served("v1") == ["h1,张,1,张,"]
    assert mark("v1") == before


@pytest.mark.wire("W-24", "W-28")
def test_a_changed_row_has_a_higher_version_and_another_hash() -> None:
    put("h1", v1="张")
    before = mark("v1")
    put("h1", v1="章")
    assert served("v1") == ["h1,章,2,章,"]
    assert mark("v1") != before


@pytest.mark.wire("W-28")
def test_content_that_returns_to_what_it_was_is_new_again() -> None:
    for name in ("张", "章", "张"):
        put("h1", v1=name)
    assert served("v1") == ["h1,张,3,张,"]


@pytest.mark.wire("W-29")
def test_a_submission_raises_the_version_though_nothing_changed() -> None:
    put("h1", 1, v1="张")
    before = mark("v1")
    put("h1", 1, v1="张")
    assert served("v1") == ["h1,张,3,张,"]
    assert mark("v1") != before


@pytest.mark.wire("W-24")
def test_other_villages_do_not_notice() -> None:
    put("h1", v1="张")
    put("h2", v2="李")
    one, two = mark("v1"), mark("v2")
    put("h2", v2="黎")
    assert mark("v1") == one
    assert mark("v2") != two


def test_a_row_that_goes_and_comes_back() -> None:
    put("h1", v1="张")
    with_it = mark("v1")
    put("h1")
    assert served("v1") == []
    gone = mark("v1")
    assert gone != with_it
    put("h1", v1="张")
    assert served("v1") == ["h1,张,1,张,"], "what was served at 1 is the same"
    assert mark("v1") not in (gone, with_it)
    put("h1")
    put("h1", v1="章")
    assert served("v1") == ["h1,章,2,章,"]


@pytest.mark.wire("W-31")
def test_on_two_lists_it_comes_once_to_whoever_has_both() -> None:
    put("h1", v1="张", v2="张")
    assert served("v1", "v2") == ["h1,张,1,张,"]
    put("h1", v2="张")
    assert served("v1") == []
    assert served("v2") == ["h1,张,1,张,"], "moving alone is no new content"


def test_contents_that_differ_by_village_swap_places() -> None:
    put("h1", v1="张", v2="章")
    put("h1", v1="章", v2="张")
    assert served("v1") == ["h1,章,2,章,"]


def test_versions_survive_an_emptied_table() -> None:
    put("h1", v1="张")
    put("h1", v1="章")
    PhoneRow.objects.all().delete()
    put("h1", v1="章")
    assert served("v1") == ["h1,章,2,章,"]
    PhoneRow.objects.all().delete()
    put("h1", v1="彰")
    assert served("v1") == ["h1,彰,3,彰,"]


@pytest.mark.wire("W-29")
def test_parked_submissions_raise_what_is_served() -> None:
    put("h1", v1="张")
    before = mark("v1")
    with transaction.atomic():
        raise_versions([("households", "h1"), ("households", "h9")], "parked", NOW)
    assert served("v1") == ["h1,张,2,张,"]
    assert n("h9") == 1
    assert mark("v1") != before


def test_an_id_nobody_named_and_nobody_serves_stays_unknown() -> None:
    put("h9")
    assert not EntityVersion.objects.exists()
    put("h9", 1)
    assert n("h9") == 1


def test_many_at_once_are_few_statements(django_assert_max_num_queries: object) -> None:
    puts = [Put("households", f"h{i}", {"v1": {"label": str(i)}}, 1) for i in range(50)]
    with django_assert_max_num_queries(6), transaction.atomic():  # type: ignore[operator]
        put_many(puts, "test", NOW)
    with django_assert_max_num_queries(4), transaction.atomic():  # type: ignore[operator]
        put_many([Put(p.list, p.entity_id, p.rows) for p in puts], "test", NOW)
    assert ListCounter.objects.get().n == 1


@pytest.mark.wire("W-34")
def test_integrity_speaks_only_of_what_it_knows() -> None:
    put("mine", v1="张")
    put("away", v2="李")
    with transaction.atomic():
        raise_versions([("households", "parked")], "parked", NOW)
    asked = ["mine", "away", "unheard", "parked", "mine"]
    assert [*entity_states("households", ["v1"], asked)] == [
        ("mine", False),
        ("away", True),
        ("parked", True),
    ]


def test_after_a_restore_everything_is_above_what_any_phone_can_have() -> None:
    put("h1", v1="张")
    before = mark("v1")
    raise_all(1000)
    assert served("v1") == ["h1,张,1001,张,"]
    assert mark("v1") != before


@pytest.mark.wire("W-32")
def test_a_person_without_villages_gets_the_explaining_row() -> None:
    explaining = {"name": "none", "label": "尚未分配村居，请联系街镇"}
    text = b"".join(list_rows("households", [], COLUMNS, explaining)).decode()
    assert text == "name,label,__version,rep_name,phone\nnone,尚未分配村居，请联系街镇,1,,\n"


@pytest.mark.wire("W-27")
def test_a_label_may_hold_anything() -> None:
    put("h1", v1='张"福",\n二')
    assert b"".join(list_rows("households", ["v1"], ())) == (
        'name,label,__version\nh1,"张""福"",\n二",1\n'.encode()
    )
