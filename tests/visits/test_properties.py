"""What must hold of any schedule, whatever the days."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from server.acts.values import Decision
from server.households.kinds import Outcome
from server.households.values import Contact, Spell
from server.visits.kinds import FREQUENCY, DueKind
from server.visits.rules import (
    PERIODS,
    Contacted,
    Graded,
    Tabled,
    Window,
    add_months,
    next_period,
    period_of,
    regular_window,
    return_window,
    state_on,
)
from server.visits.schedule import DEFAULT_GRADE, frequency_of, plan
from tests.visits.states import noon, state, urgent, visit

DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))
MONTHS = st.sampled_from(PERIODS)
GRADES = st.sampled_from(sorted(FREQUENCY))
CONTACTS = st.lists(
    st.builds(Contacted, DAYS, st.booleans(), st.none() | DAYS, st.booleans(), st.booleans()), max_size=8
).map(lambda found: sorted(found, key=lambda c: c.on))
#: Acts as they are filed: grades say since when they hold, that day or one before; tables say it of everybody.
GRADED = st.builds(
    lambda filed, back, grade: Graded(filed, filed - timedelta(days=back), grade), DAYS, st.integers(0, 400), GRADES
)
TABLED = st.builds(Tabled, DAYS, st.fixed_dictionaries(dict.fromkeys(sorted(FREQUENCY), MONTHS)))
RULED = st.lists(GRADED, max_size=5).map(lambda acts: sorted(acts, key=lambda act: act.filed))
FILED = st.lists(GRADED | TABLED, max_size=6).map(lambda acts: sorted(acts, key=lambda act: act.filed))


@given(DAYS, st.integers(-60, 60), st.integers(-60, 60))
def test_months_keep_their_order(day: date, fewer: int, more: int) -> None:
    """Never into the month after, never the day higher, and more months are never earlier."""
    there = add_months(day, fewer)
    assert (there.year * 12 + there.month) - (day.year * 12 + day.month) == fewer
    assert there.day <= day.day and (there.day == day.day or (there + timedelta(days=1)).day == 1)
    assert (add_months(day, fewer) <= add_months(day, more)) == (fewer <= more) or there == add_months(day, more)


@given(DAYS, MONTHS)
def test_periods_tile_the_calendar(day: date, months: int) -> None:
    first, last = period_of(day, months)
    assert first <= day <= last and first.day == 1 and (last + timedelta(days=1)).day == 1
    assert period_of(first, months) == period_of(last, months) == (first, last)
    assert next_period(day, months)[0] == last + timedelta(days=1)
    assert period_of(date(day.year, 1, 1), months)[0] == date(day.year, 1, 1), "a year begins with a period"


@given(DAYS, CONTACTS, RULED, GRADES)
def test_a_regular_window(opened: date, contacts: list[Contacted], grades: list, default: str) -> None:
    contacts = [c for c in contacts if c.on >= opened]
    window = regular_window(opened, contacts, grades, default)
    assert window.kind == DueKind.REGULAR and window.due_from and window.due_to
    assert window.due_from <= window.due_to
    reached = [c.on for c in contacts if c.reached]
    # Whoever was just seen is never due at once, and nobody waits longer than the longest interval.
    assert not reached or window.due_from > reached[-1]
    start = max([opened, *reached, *(act.filed for act in grades)])
    assert window.due_to <= next_period(start, 6)[1]


@given(DAYS, CONTACTS, RULED, GRADES, DAYS)
def test_nobody_is_born_late(opened: date, contacts: list, grades: list, default: str, resumed: date) -> None:
    contacts = [c for c in contacts if c.on >= opened]
    window = regular_window(opened, contacts, grades, default, resumed=resumed)
    assert window.due_to and window.due_to >= resumed
    window = return_window(opened, contacts, resumed)
    assert window.due_to and window.due_to >= resumed


@given(DAYS, CONTACTS, RULED, GRADES)
def test_failed_attempts_change_nothing(opened: date, contacts: list, grades: list, default: str) -> None:
    reached = [c for c in contacts if c.reached]
    assert regular_window(opened, contacts, grades, default) == regular_window(opened, reached, grades, default)
    assert return_window(opened, contacts) == return_window(opened, reached)


@given(DAYS, CONTACTS)
def test_a_return_window(exit_on: date, contacts: list[Contacted]) -> None:
    window = return_window(exit_on, contacts)
    after = [c for c in contacts if c.reached and c.on > exit_on]
    assert window.due_from and window.due_to and exit_on < window.due_from <= window.due_to
    if not after:
        assert window.due_to == add_months(exit_on, 1) and window.closable_from is None
    else:
        assert window.due_from == add_months(after[-1].on, 3)
        assert window.due_to <= add_months(after[-1].on, 6)
    if window.closable_from:
        assert window.closable_from >= add_months(exit_on, 12)
        assert after[-1].stable_income and after[-1].integrated


@given(DAYS, st.integers(0, 400), DAYS)
def test_a_day_has_one_word_and_words_follow_each_other(first: date, length: int, day: date) -> None:
    window = Window(DueKind.REGULAR, first, first + timedelta(days=length))
    order = ["未到", "应访", "临期", "逾期"]
    today, tomorrow = (order.index(state_on(window, d)) for d in (day, day + timedelta(days=1)))
    assert today <= tomorrow
    assert state_on(window, window.due_to) == "临期"


@given(DAYS, CONTACTS, FILED, GRADES, st.none() | DAYS, GRADED | TABLED)
def test_an_act_changes_nothing_that_was_overdue_and_makes_nobody_late(
    opened: date, contacts: list, acts: list, default: str, resumed: date | None, act: Graded | Tabled
) -> None:
    """Whatever is decided next: overdue on the day of filing, it keeps both its days; else the new deadline is not
    before that day."""
    contacts = [c for c in contacts if c.on >= opened]
    acts = [one for one in acts if one.filed <= act.filed]
    before = regular_window(opened, contacts, acts, default, resumed)
    after = regular_window(opened, contacts, [*acts, act], default, resumed)
    assert before.due_to and after.due_to
    if before.due_to < act.filed:
        assert after == before
    else:
        assert after == before or after.due_to >= act.filed


@given(DAYS, CONTACTS, FILED, GRADES, st.none() | DAYS)
def test_a_window_overdue_at_any_act_stays_through_all_later_ones(
    opened: date, contacts: list, acts: list, default: str, resumed: date | None
) -> None:
    contacts = [c for c in contacts if c.on >= opened]
    windows = [regular_window(opened, contacts, acts[:n], default, resumed) for n in range(len(acts) + 1)]
    for window, act in zip(windows, acts, strict=False):
        assert window.due_to
        if window.due_to < act.filed:
            assert windows[-1] == window


@given(DAYS, CONTACTS, FILED, GRADES, DAYS)
def test_a_visit_begins_anew(opened: date, contacts: list, acts: list, default: str, day: date) -> None:
    """Whatever was overdue: after a visit on a day later than every decision, nothing of it is left."""
    day = max([day, opened, *(c.on for c in contacts), *(act.filed for act in acts)]) + timedelta(days=1)
    window = regular_window(opened, [c for c in contacts if c.on >= opened] + [Contacted(day, True)], acts, default)
    assert window == regular_window(day, [Contacted(day, True)], acts, default)


@given(DAYS, CONTACTS, st.lists(GRADED | TABLED, max_size=6, unique_by=lambda a: a.filed), GRADES, st.randoms())
def test_the_order_in_which_acts_are_read_does_not_matter(
    opened: date, contacts: list, acts: list, default: str, chance: Random
) -> None:
    """The schedule puts them in the order of filing itself (``plan``)."""
    visits = [visit(c.on, extra={"next_on": str(c.next_on)}) for c in contacts if c.reached and c.on >= opened]
    shuffled = list(acts)
    chance.shuffle(shuffled)
    found = []
    for some in (acts, shuffled):
        decisions = [
            Decision(f"act-{a.filed}", "frequency", "house", noon(a.filed), value={"months": dict(a.months)})
            for a in some if isinstance(a, Tabled)
        ]  # fmt: skip
        grades = sorted((a.since, noon(a.filed), a.grade) for a in some if isinstance(a, Graded))
        house = state(visits, opened=opened)
        house = replace(house, folded=replace(house.folded, grades=tuple(grades)))
        found.append(plan(house, frequency_of(decisions)))
    assert found[0] == found[1]
    in_order = sorted(acts, key=lambda act: act.filed)
    seen = [Contacted(v.on, True, date.fromisoformat(n) if (n := v.contact.extra["next_on"]) != "None" else None)
            for v in sorted(visits, key=lambda v: (v.on, v.place))]  # fmt: skip
    assert found[0].window == regular_window(opened, seen, in_order, DEFAULT_GRADE)


@given(DAYS, st.lists(st.tuples(DAYS, st.booleans()), max_size=6), DAYS)
def test_an_inspection_is_as_if_nobody_had_been_there(opened: date, days: list, exit_on: date) -> None:
    visits = [replace(visit(day, instance=f"uuid:{n}"), contact=Contact(Outcome.MET_PERSON, kind)) for n, (day, kind) in
              enumerate((day, "check" if checks else "regular") for day, checks in days)]  # fmt: skip
    others = [one for one in visits if one.contact.kind != "check"]
    for spells in ((), (Spell("dibao", None, exit_on),)):
        asked = {"opened": opened, "spells": spells, "requests": [urgent(exit_on)]}
        assert plan(state(visits, **asked)) == plan(state(others, **asked))
