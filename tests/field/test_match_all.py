"""The whole registry at once: finds what arrivals found, mends a little, alarms at much, goes on where it stopped."""

import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from server.acts.kinds import ActKind
from server.field import match_all as verb
from server.field.decide import decide
from server.field.match_all import match_all
from server.field.refresh import refresh, touch
from server.households.models import Case, Evidence, Link, Opinion
from tests.field.test_matching import CHILD, FAMILY, TYPO, households, registered
from tests.law.dump import difference, dump
from tests.law.history import History
from tests.law.world import BEGIN, World, make_world

NOW = BEGIN + timedelta(days=9)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def world() -> World:
    return make_world()


def test_it_finds_nothing_new_and_leaves_nothing_behind(world: World, private: Path) -> None:
    registered(History(world, 1), FAMILY, TYPO, CHILD)
    standing = Opinion.objects.filter(stands=True).count()
    found = match_all(NOW)
    assert (found.registrations, found.pairs, found.missed, found.fallen) == (3, standing, {}, ())
    assert not found.is_alarm and standing > 1
    assert not list(private.rglob("*.parquet"))
    assert verb.match_nightly.call(NOW.isoformat()) == {"registrations": 3, "pairs": standing, "share": 0.0}


def test_what_an_arrival_missed_is_mended(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    forms = registered(History(world, 1), FAMILY, TYPO)
    (lost,) = Opinion.objects.values_list("a", "b")
    Opinion.objects.all().delete()
    monkeypatch.setattr(verb, "ALARM", 2.0)
    assert set(match_all(NOW).missed) == {lost}
    assert Opinion.objects.get().outcome == "merge" and households(forms) == 1
    assert not match_all(NOW).missed


def test_much_is_an_alarm_and_nothing_is_changed(world: World) -> None:
    registered(History(world, 1), FAMILY, TYPO)
    Opinion.objects.all().delete()
    with pytest.raises(CommandError, match=r"出入 100\.000%，超过 0\.1%"):
        call_command("match", verbosity=0)
    assert not Opinion.objects.exists()


def test_a_run_that_was_ended_goes_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    registered(History(world, 1), FAMILY, TYPO)

    def ended(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(verb, "_compare", ended)
        match_all(NOW)
    told: list[tuple[str, int, int]] = []

    def tell(*step: object) -> None:
        told.append(step)

    match_all(NOW, tell=tell)
    assert told == [("接着上次，读取登记", 2, 2), ("逐对打分", 1, 1), ("核对判断", 1, 1)]
    Evidence.objects.update(digest="other")
    match_all(NOW, repair=False, tell=tell)
    assert told[3:] == [("读取登记", 2, 2), ("逐对打分", 1, 1), ("核对判断", 1, 1)]


def test_a_folder_open_to_others_is_refused(world: World, private: Path) -> None:
    match_all(NOW)
    (home,) = private.iterdir()
    home.chmod(0o755)
    with pytest.raises(CommandError, match="chmod 700"):
        call_command("match")


def test_guards_hold_at_night_as_at_the_door(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The size of a household, numbers of two people, a chain in conflict, and what people ruled."""
    monkeypatch.setattr(verb, "ALARM", 2.0)
    history = History(world, 1)
    bridge = {k: v for k, v in FAMILY.items() if k != "id_no"} | {"id_type": "none", "birth_q": "1950-01-01"}
    other = {**FAMILY, "id_no": "31999919500101002X"}
    forms = registered(history, *[FAMILY] * 10, bridge, other, CHILD, TYPO)
    ruled = forms[:2]
    history.pass_time()
    decide(ActKind.CANNOT_LINK, ruled[0].entity, by=None, now=history.now, other=ruled[1].entity)
    before = dump()
    assert {"size", "ids"} <= set(Case.objects.values_list("why", flat=True))
    assert 2 < households(forms) < len(forms) and households(ruled) == 2
    for model in (Opinion, Link):  # as if no arrival had met another
        model.objects.all().delete()
    with transaction.atomic():
        refresh(touch([form.entity for form in forms]), NOW)
    assert households(forms) > 2
    match_all(NOW)
    assert not difference(before, dump())
    assert not match_all(NOW).missed
