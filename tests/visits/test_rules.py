"""When the next visit is due: every rule with its calendar written out."""

from datetime import date, timedelta

import pytest

from server.visits.kinds import DueKind
from server.visits.rules import (
    Contacted,
    Tabled,
    Window,
    add_months,
    near_days,
    next_period,
    period_of,
    regular_window,
    return_window,
    state_on,
)
from tests.visits.written import days, ruled, seen

D = date.fromisoformat


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2024-01-31", 1, "2024-02-29"),  # leap year: the month's last day
        ("2023-01-31", 1, "2023-02-28"),
        ("2024-02-29", 3, "2024-05-29"),  # the day stays the 29th, it does not stick to the month's end
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-08-31", 6, "2025-02-28"),
        ("2024-12-31", 1, "2025-01-31"),
        ("2024-10-31", 1, "2024-11-30"),
        ("2024-05-15", 0, "2024-05-15"),
        ("2024-03-31", -1, "2024-02-29"),
    ],
)
def test_months_on(day: str, months: int, expected: str) -> None:
    assert add_months(D(day), months) == D(expected)


@pytest.mark.parametrize(
    ("day", "months", "this", "following"),
    [
        ("2024-02-29", 1, ("2024-02-01", "2024-02-29"), ("2024-03-01", "2024-03-31")),
        ("2024-12-31", 1, ("2024-12-01", "2024-12-31"), ("2025-01-01", "2025-01-31")),
        ("2024-03-31", 3, ("2024-01-01", "2024-03-31"), ("2024-04-01", "2024-06-30")),
        ("2024-11-01", 3, ("2024-10-01", "2024-12-31"), ("2025-01-01", "2025-03-31")),
        ("2024-06-30", 6, ("2024-01-01", "2024-06-30"), ("2024-07-01", "2024-12-31")),
        ("2024-07-01", 6, ("2024-07-01", "2024-12-31"), ("2025-01-01", "2025-06-30")),
        ("2024-05-05", 2, ("2024-05-01", "2024-06-30"), ("2024-07-01", "2024-08-31")),
        ("2024-05-05", 12, ("2024-01-01", "2024-12-31"), ("2025-01-01", "2025-12-31")),
    ],
)
def test_calendar_periods(day: str, months: int, this: tuple[str, str], following: tuple[str, str]) -> None:
    assert period_of(D(day), months) == (D(this[0]), D(this[1]))
    assert next_period(D(day), months) == (D(following[0]), D(following[1]))


@pytest.mark.parametrize("months", [0, 5, 7, 24, -3])
def test_a_period_must_fill_a_year(months: int) -> None:
    with pytest.raises(ValueError, match="no calendar period"):
        period_of(D("2024-05-05"), months)


# Regular visits. One grade throughout; seen on 2024-02-20.
#
#   2024   J  F  M  A  M  J  J  A  S  O  N  D
#   A         *  [==]                            every month
#   B         *     [=======]                    every quarter
#   C         *              [================]  every half-year
@pytest.mark.parametrize(
    ("grade", "expected"),
    [
        ("A", ("2024-03-01", "2024-03-31")),
        ("B", ("2024-04-01", "2024-06-30")),
        ("C", ("2024-07-01", "2024-12-31")),
    ],
)
def test_seen_in_one_period_due_in_the_next(grade: str, expected: tuple[str, str]) -> None:
    window = regular_window(D("2024-02-20"), [seen("2024-02-20")], ruled((grade, "2024-01-05")), "B")
    assert (window.kind, days(window)) == (DueKind.REGULAR, expected)


def test_without_a_grade_the_default_holds() -> None:
    assert days(regular_window(D("2024-02-20"), [seen("2024-02-20")], [], "B")) == ("2024-04-01", "2024-06-30")


def test_never_seen_is_due_in_the_period_it_was_opened_in() -> None:
    window = regular_window(D("2024-02-20"), [seen("2024-02-20", reached=False)], [], "B")
    assert days(window) == ("2024-02-20", "2024-03-31")


def test_a_failed_attempt_moves_nothing() -> None:
    contacts = [seen("2024-02-20"), seen("2024-05-02", reached=False)]
    assert days(regular_window(D("2024-02-20"), contacts, [], "B")) == ("2024-04-01", "2024-06-30")


def test_a_second_visit_in_one_period_moves_nothing() -> None:
    contacts = [seen("2024-01-03"), seen("2024-03-31")]
    assert days(regular_window(D("2024-01-03"), contacts, [], "B")) == ("2024-04-01", "2024-06-30")


@pytest.mark.parametrize(
    ("next_on", "due_to"),
    [
        ("2024-05-10", "2024-05-10"),  # inside: the promise is the deadline
        ("2024-04-01", "2024-04-01"),
        ("2024-06-30", "2024-06-30"),
        ("2024-03-20", "2024-06-30"),  # before the window, after it: the rule
        ("2024-07-01", "2024-06-30"),
    ],
)
def test_the_agreed_day_counts_inside_the_window(next_on: str, due_to: str) -> None:
    window = regular_window(D("2024-02-20"), [seen("2024-02-20", next_on)], [], "B")
    assert days(window) == ("2024-04-01", due_to)


# The grade falls from A to C on 2024-03-10: one more visit at the old interval.
#
#   2024       J  F  M  A  M  J  J  A  S  O  N  D
#   seen Feb      *  [=]                            March still, as under A
#   seen 10.3.       *  [=]                         the visit that led to the decision is not the one that follows it
#   seen 12.3.       *              [============]  that was the one more: now by half-years
@pytest.mark.parametrize(
    ("contacts", "expected"),
    [
        (["2024-02-20"], ("2024-03-01", "2024-03-31")),
        (["2024-02-20", "2024-03-10"], ("2024-04-01", "2024-04-30")),
        (["2024-02-20", "2024-03-12"], ("2024-07-01", "2024-12-31")),
    ],
)
def test_a_falling_grade_gives_one_more_visit(contacts: list[str], expected: tuple[str, str]) -> None:
    grades = ruled(("A", "2024-01-01"), ("C", "2024-03-10"))
    window = regular_window(D("2024-01-05"), [seen(day) for day in contacts], grades, "B")
    assert days(window) == expected


def test_falling_twice_between_visits_keeps_the_interval_of_the_last_visit() -> None:
    grades = ruled(("A", "2024-01-01"), ("B", "2024-02-25"), ("C", "2024-03-05"))
    assert days(regular_window(D("2024-02-20"), [seen("2024-02-20")], grades, "B")) == ("2024-03-01", "2024-03-31")


def test_a_slip_put_right_at_once_leaves_no_trace() -> None:
    grades = ruled(("B", "2024-01-01"), ("A", "2024-02-25"), ("B", "2024-02-25"))
    assert days(regular_window(D("2024-02-20"), [seen("2024-02-20")], grades, "B")) == ("2024-04-01", "2024-06-30")


def test_the_first_grade_falls_from_the_default() -> None:
    grades = ruled(("C", "2024-03-01"))
    assert days(regular_window(D("2024-02-20"), [seen("2024-02-20")], grades, "B")) == ("2024-04-01", "2024-06-30")


# The grade rises from C to A; seen on 2024-02-20 under C.
#
#   2024           J  F  M  A  M  J  J  A
#   on 20 Feb         *  [=]               the next month
#   on 10 March       *  [=]               still March
#   on 10 May         *        [=]         nobody is late for a month that asked for nothing: May, from the 10th on
@pytest.mark.parametrize(
    ("since", "expected"),
    [
        ("2024-02-20", ("2024-03-01", "2024-03-31")),
        ("2024-03-10", ("2024-03-01", "2024-03-31")),
        ("2024-05-10", ("2024-05-10", "2024-05-31")),
    ],
)
def test_a_rising_grade_makes_nobody_late(since: str, expected: tuple[str, str]) -> None:
    grades = ruled(("C", "2024-01-01"), ("A", since))
    assert days(regular_window(D("2024-02-20"), [seen("2024-02-20")], grades, "B")) == expected


def test_deciding_the_same_again_gives_no_respite() -> None:
    grades = ruled(("C", "2024-01-01"), ("A", "2024-05-10"), ("A", "2024-06-20"))
    assert days(regular_window(D("2024-02-20"), [seen("2024-02-20")], grades, "B")) == ("2024-05-10", "2024-05-31")


def test_a_return_into_care_makes_nobody_late() -> None:
    window = regular_window(D("2022-02-20"), [seen("2022-02-20")], [], "B", resumed=D("2024-05-10"))
    assert days(window) == ("2024-05-10", "2024-06-30")


def test_an_edited_table_is_followed() -> None:
    table = Tabled(D("2024-01-01"), {"A": 1, "B": 2, "C": 12})
    assert days(regular_window(D("2024-02-20"), [seen("2024-02-20")], [table], "B")) == ("2024-03-01", "2024-04-30")


# Return visits (notice 三.1; F-R): they roll, from day to day.
#
#   exit 2024-01-31   first by 2024-02-29 (one month on, clamped)
#   seen 2024-02-29   next 2024-05-29 … 2024-08-29
@pytest.mark.parametrize(
    ("exit_on", "visits", "expected"),
    [
        ("2024-01-31", [], ("2024-02-01", "2024-02-29")),
        ("2023-01-31", [], ("2023-02-01", "2023-02-28")),
        ("2024-01-31", ["2024-02-29"], ("2024-05-29", "2024-08-29")),
        ("2024-03-15", [], ("2024-03-16", "2024-04-15")),
        ("2024-03-15", ["2024-04-10"], ("2024-07-10", "2024-10-10")),
        ("2024-03-15", ["2024-04-10", "2024-08-31"], ("2024-11-30", "2025-02-28")),
        ("2024-03-15", ["2024-03-15"], ("2024-03-16", "2024-04-15")),  # a visit on the day of the exit is none after it
        ("2024-03-15", ["2024-01-10"], ("2024-03-16", "2024-04-15")),
    ],
)
def test_return_visits_roll(exit_on: str, visits: list[str], expected: tuple[str, str]) -> None:
    window = return_window(D(exit_on), [seen(day) for day in visits])
    assert (window.kind, days(window)) == (DueKind.RETURN, expected)


def test_a_failed_return_visit_is_no_return_visit() -> None:
    contacts = [seen("2024-04-10"), seen("2024-09-01", reached=False)]
    assert days(return_window(D("2024-03-15"), contacts)) == ("2024-07-10", "2024-10-10")


@pytest.mark.parametrize(("next_on", "due_to"), [("2024-07-20", "2024-07-20"), ("2024-11-01", "2024-10-10")])
def test_the_agreed_day_counts_for_return_visits_too(next_on: str, due_to: str) -> None:
    assert days(return_window(D("2024-03-15"), [seen("2024-04-10", next_on)])) == ("2024-07-10", due_to)


@pytest.mark.parametrize(
    ("visits", "closable"),
    [
        ([seen("2025-03-14", settled=True)], None),  # twelve months less a day
        ([seen("2025-03-15", settled=True)], "2025-03-15"),  # 一年以上 takes the number itself in
        ([seen("2025-03-15")], None),  # a year, but no stable income, not settled
        ([seen("2024-12-01", settled=True), seen("2025-04-01")], None),  # it counts what the visit after a year finds
        ([seen("2025-04-01", settled=True), seen("2025-08-01")], None),  # and the latest one
    ],
)
def test_when_a_return_plan_may_be_closed(visits: list[Contacted], closable: str | None) -> None:
    window = return_window(D("2024-03-15"), visits)
    assert window.closable_from == (D(closable) if closable else None)


def test_taken_back_into_care_the_return_plan_starts_with_a_month() -> None:
    window = return_window(D("2023-03-15"), [seen("2023-04-10")], resumed=D("2024-01-31"))
    assert days(window) == ("2024-01-31", "2024-02-29")


# 临期: the last 30 days of a window, the last 7 where the whole window is a month.
@pytest.mark.parametrize(
    ("due_from", "due_to", "words"),
    [
        (
            "2024-04-01", "2024-06-30",
            {"2024-03-31": "未到", "2024-04-01": "应访", "2024-05-30": "应访", "2024-05-31": "临期",
             "2024-06-30": "临期", "2024-07-01": "逾期"},
        ),
        ("2024-03-16", "2024-04-15", {"2024-04-07": "应访", "2024-04-08": "临期", "2024-04-16": "逾期"}),
        ("2024-03-01", "2024-03-31", {"2024-02-29": "未到", "2024-03-01": "应访", "2024-03-24": "临期"}),
        ("2024-03-01", "2024-03-02", {"2024-03-01": "临期", "2024-03-03": "逾期"}),
    ],
)  # fmt: skip
def test_the_word_of_a_day(due_from: str, due_to: str, words: dict[str, str]) -> None:
    window = Window(DueKind.REGULAR, D(due_from), D(due_to))
    assert {day: state_on(window, D(day)) for day in words} == words


def test_nothing_planned_has_no_word() -> None:
    assert state_on(Window(DueKind.NONE), D("2024-03-01")) == "无"
    assert near_days(D("2024-01-01"), D("2024-01-01") + timedelta(days=31)) == 7
