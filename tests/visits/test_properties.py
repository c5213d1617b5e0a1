"""What must hold of any schedule, whatever the days."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

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
