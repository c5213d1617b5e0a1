"""Which table: the table of states, case by case, and no household in care in none or in two."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.households.care import in_care
from server.households.kinds import Programme, Standing, Status
from server.households.values import Folded, Spell
from server.ledgers.columns import TABLES
from server.ledgers.kinds import LedgerKind
from server.ledgers.lines import lines_for
from server.ledgers.rules import ended_spells, frozen_on, table_of
from tests.ledgers.samples import DAY, DIBAO, ENDED, NAMES, household

ONE, TWO, THREE, FOUR = LedgerKind


def spell(programme: str, start: str, end: str | None = None) -> Spell:
    return Spell(programme, date.fromisoformat(start), date.fromisoformat(end) if end else None)


@pytest.mark.parametrize(
    ("applied", "may_qualify", "spells", "off", "on"),
    [
        ("no", "yes", (), ONE, ONE),
        ("no", "unsure", (), ONE, ONE),
        ("no", "no", (), TWO, TWO),
        (None, None, (), TWO, TWO),  # only visited so far, nobody has asked
        (None, "yes", (), ONE, ONE),
        ("applying", "yes", (), TWO, ONE),  # F-17: the notice says 尚未申请
        ("applying", "no", (), TWO, TWO),
        ("refused", "yes", (), TWO, TWO),  # F-2
        ("refused", None, (), TWO, TWO),
        ("in", "yes", (), ONE, ONE),  # F-10: 低保边缘 is none of the four programmes
        ("in", "no", (), TWO, TWO),
        ("in", "yes", (spell("bianyuan", "2020-01-01"),), ONE, ONE),
        ("in", None, (DIBAO,), THREE, THREE),
        ("no", "yes", (DIBAO,), THREE, THREE),  # relief counts by its dates, whatever was answered
        ("ended", None, (ENDED,), FOUR, FOUR),
        ("applying", "yes", (ENDED,), FOUR, FOUR),
        ("refused", "yes", (ENDED,), FOUR, FOUR),
        ("in", None, (ENDED, spell("dibao", "2024-08-10")), THREE, THREE),  # re-admitted in the month
        ("in", None, (ENDED, spell("tekun", "2024-07-15")), THREE, THREE),  # from one programme into another
        (None, None, (spell("dibao", "2018-03-01", "2024-08-31"),), FOUR, FOUR),  # the last day is out already
        (None, None, (spell("dibao", "2018-03-01", "2024-09-01"),), THREE, THREE),
        ("no", "yes", (spell("dibao", "2024-09-01"),), ONE, ONE),  # admitted after the month
    ],
)
def test_table(
    applied: str | None, may_qualify: str | None, spells: tuple[Spell, ...], off: LedgerKind, on: LedgerKind
) -> None:
    folded = household(*spells, applied=applied, may_qualify=may_qualify)
    assert table_of(folded, DAY) == off
    assert table_of(folded, DAY, applying_in_one=True) == on


@pytest.mark.parametrize("status", [Status.MOVED, Status.DEAD, Status.NOT_FOUND, Status.CLOSED])
def test_no_table_once_care_has_ended(status: Status) -> None:
    assert table_of(household(DIBAO, status=status), DAY) is None


@pytest.mark.parametrize(
    ("standing", "is_in"),
    [(Standing.FULL, True), (Standing.PROVISIONAL, True), (Standing.SHELL, False), (Standing.VOID, False)],
)
def test_only_what_counts_is_in_care(standing: Standing, is_in: bool) -> None:
    assert in_care(household(standing=standing), DAY) is is_in


@pytest.mark.parametrize(
    ("opened", "is_in"),
    [(date(2024, 8, 31), True), (date(2024, 9, 1), False), (None, False)],
)
def test_care_begins_with_the_first_contact(opened: date | None, is_in: bool) -> None:
    """A household found in September is not slipped into August, however long it has had relief."""
    assert in_care(household(DIBAO, opened=opened), DAY) is is_in
    assert (table_of(household(DIBAO, opened=opened), DAY) is not None) is is_in


def test_what_ended_is_what_was_in_force_on_the_eve_of_the_last_exit() -> None:
    early = spell("zhichu", "2015-01-01", "2020-01-01")
    both = (early, spell("tekun", "2019-01-01", "2024-07-15"), ENDED)
    assert [s.programme for s in ended_spells(household(*both), DAY)] == ["dibao", "tekun"]
    assert ended_spells(household(*both, spell("zhongcan", "2024-08-01")), DAY) == ()


def test_overlay_is_frozen_on_the_eve_of_the_exit_or_at_registration() -> None:
    assert frozen_on(household(ENDED), DAY) == date(2024, 7, 14)
    assert frozen_on(household(ENDED, opened=date(2024, 8, 20)), DAY) == date(2024, 8, 20)
    assert frozen_on(household(DIBAO), DAY) is None
    assert frozen_on(household(), DAY) is None


days = st.dates(date(2023, 1, 1), date(2025, 12, 31))


@st.composite
def histories(draw: st.DrawFn) -> Folded:
    spells = []
    for programme in draw(st.lists(st.sampled_from([*Programme.values, "bianyuan"]), max_size=4)):
        start = draw(st.one_of(st.none(), days))
        length = draw(st.one_of(st.none(), st.integers(0, 500)))
        end = None if length is None else (start or date(2024, 1, 1)) + timedelta(days=length)
        if start or end:
            spells.append(Spell(programme, start, end, draw(st.sampled_from(["day", "month"]))))
    return household(
        *spells,
        standing=draw(st.sampled_from(Standing)),
        status=draw(st.sampled_from([Status.ACTIVE] * 3 + list(Status))),
        opened=draw(st.one_of(st.none(), days)),
        applied=draw(st.sampled_from([None, "no", "applying", "in", "ended", "refused"])),
        may_qualify=draw(st.sampled_from([None, "yes", "no", "unsure"])),
        id_no=draw(st.sampled_from([None, "不详", "31999919620315", "319999196203152012"])),
        members_n=draw(st.sampled_from([None, 3, "3", "三", -1])),
        income_pc=draw(st.sampled_from([None, 0, 1580.5, "1580.555", "很少", float("nan")])),
        overlay=draw(st.sampled_from([None, [], ["rent", "unheard_of"]])),
    )


@given(histories(), days, st.booleans())
def test_every_household_in_care_is_in_exactly_one_table(folded: Folded, day: date, switch: bool) -> None:
    kind = table_of(folded, day, applying_in_one=switch)
    assert (kind is not None) == in_care(folded, day)
    names = NAMES.__class__(**{**NAMES.__dict__, "applying_in_one": switch})
    lines = lines_for(folded, day, names, at_exit=folded)
    assert [line.kind for line in lines] == ([kind] if kind else [])
    for line in lines:
        assert list(line.cells) == [c.key for c in TABLES[line.kind].columns if c.key != "serial"]
        assert bool(line.value("programme")) == (line.kind in (THREE, FOUR))
