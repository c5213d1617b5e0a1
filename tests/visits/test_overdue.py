"""What is overdue stays so, whatever is decided about how often: with its calendar written out."""

from datetime import date

import pytest

from server.visits.rules import Graded, Tabled, regular_window
from tests.visits.written import days, ruled, seen

D = date.fromisoformat


# Overdue stays. Seen on 2024-02-20 under C and not since: due July to December 2024.
#
#   2024        J  F  M  A  M  J  J  A  S  O  N  D | 2025  J  F  M
#   C              *              [==============]
#   A 31 Dec                                     [=]              its last day: not over yet
#   A 1 Jan        *              [==============] ! ! ! ! ! ! ! !  over when A was filed: nothing changes
#   A, C 1 Jan     *              [==============] ! ! ! ! ! ! ! !  nor by taking it back
#   A 1 Dec, filed 1 Jan          [==============] ! ! ! ! ! ! ! !  the day of filing, not the one it says it holds from
@pytest.mark.parametrize(
    ("acts", "expected"),
    [
        ([("C", "2024-01-01")], ("2024-07-01", "2024-12-31")),
        ([("C", "2024-01-01"), ("A", "2024-12-31")], ("2024-12-31", "2024-12-31")),
        ([("C", "2024-01-01"), ("A", "2025-01-01")], ("2024-07-01", "2024-12-31")),
        ([("C", "2024-01-01"), ("A", "2026-11-30")], ("2024-07-01", "2024-12-31")),  # 699 days late
        ([("C", "2024-01-01"), ("A", "2025-01-01"), ("C", "2025-01-02")], ("2024-07-01", "2024-12-31")),
        ([("C", "2024-01-01"), ("A", "2024-12-01", "2025-01-01")], ("2024-07-01", "2024-12-31")),
        ([("C", "2024-01-01"), ("B", "2024-02-19", "2025-01-01")], ("2024-07-01", "2024-12-31")),
    ],
)
def test_overdue_stays(acts: list[tuple[str, ...]], expected: tuple[str, str]) -> None:
    assert days(regular_window(D("2024-02-20"), [seen("2024-02-20")], ruled(*acts), "B")) == expected


# Seen on 2024-02-20, the quarter after runs out on 30 June; A is filed on 10 July; seen again on 3 August.
#
#   2024         J  F  M  A  M  J  J  A  S  O
#                   *     [=======] !  *  [=]     from then on by months
def test_a_visit_ends_what_was_overdue_and_the_grade_holds_from_there() -> None:
    acts = ruled(("A", "2024-07-10"))
    assert days(regular_window(D("2024-02-20"), [seen("2024-02-20")], acts, "B")) == ("2024-04-01", "2024-06-30")
    again = [seen("2024-02-20"), seen("2024-08-03")]
    assert days(regular_window(D("2024-02-20"), again, acts, "B")) == ("2024-09-01", "2024-09-30")
    tried = [*again[:1], seen("2024-08-03", reached=False)]
    assert days(regular_window(D("2024-02-20"), tried, acts, "B")) == ("2024-04-01", "2024-06-30")


def test_a_return_into_care_ends_what_was_overdue() -> None:
    """Overdue since 30 June, A filed on 10 July; away, and back on 5 September: B's quarter ended, A's month holds."""
    window = regular_window(
        D("2024-02-20"), [seen("2024-02-20")], ruled(("A", "2024-07-10")), "B", resumed=D("2024-09-05")
    )
    assert days(window) == ("2024-09-05", "2024-09-30")


# The agreed day was the deadline: 10 May of April to June. A on the 9th may still move it, on the 11th not.
@pytest.mark.parametrize(
    ("filed", "expected"),
    [
        ("2024-05-09", ("2024-05-09", "2024-05-10")),  # May, from the 9th; the agreed day lies in it
        ("2024-05-10", ("2024-05-10", "2024-05-10")),
        ("2024-05-11", ("2024-04-01", "2024-05-10")),
    ],
)
def test_an_agreed_day_that_passed_is_overdue_too(filed: str, expected: tuple[str, str]) -> None:
    contacts = [seen("2024-02-20", "2024-05-10")]
    assert days(regular_window(D("2024-02-20"), contacts, ruled(("A", filed)), "B")) == expected


# Nobody is made late by the pen. Seen on 2024-02-20; on 10 May somebody files A and says it holds from an earlier day.
#
#   2024           J  F  M  A  M  J
#                     *     [=======]   no grade: the quarter
#   A, 10 Mar         *        [=]      not March, which is over: May from the 10th on
#   A, 1 Feb          *        [=]      nor where it is said to have held before the visit
@pytest.mark.parametrize("since", ["2024-05-10", "2024-03-10", "2024-02-01"])
def test_a_grade_that_is_dated_back_makes_nobody_late(since: str) -> None:
    acts = ruled(("A", since, "2024-05-10"))
    assert days(regular_window(D("2024-02-20"), [seen("2024-02-20")], acts, "B")) == ("2024-05-10", "2024-05-31")
    back = [*acts, Graded(D("2024-05-10"), D(since), "B")]
    assert days(regular_window(D("2024-02-20"), [seen("2024-02-20")], back, "B")) == ("2024-04-01", "2024-06-30")


def test_an_agreed_day_before_the_decision_makes_nobody_late_either() -> None:
    """Under C July to December holds and the agreed 15 April lies outside; the quarter of B, filed in May, holds it."""
    contacts, acts = [seen("2024-02-20", "2024-04-15")], ruled(("C", "2024-01-01"), ("B", "2024-05-10"))
    assert days(regular_window(D("2024-02-20"), contacts, acts, "B")) == ("2024-04-01", "2024-06-30")


# The district's table, filed for everybody; B holds. Seen on 2024-02-20.
#
#   2024                 J  F  M  A  M  J  J  A  S
#   every 3 months          *     [=======]
#   monthly from 10 May     *        [=]            nobody is late for March
#   back on 11 May          *     [=======]         a slip put right in time leaves no trace
#   monthly from 1 July     *     [=======] !       over: stays
#   yearly from 1 July      *     [=======] !       also where it asks for less
@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        ([("2024-05-10", 1)], ("2024-05-10", "2024-05-31")),
        ([("2024-05-10", 1), ("2024-05-11", 3)], ("2024-04-01", "2024-06-30")),
        ([("2024-07-01", 1)], ("2024-04-01", "2024-06-30")),
        ([("2024-07-01", 12)], ("2024-04-01", "2024-06-30")),
        ([("2024-06-30", 12)], ("2025-01-01", "2025-12-31")),
    ],
)
def test_a_new_table_leaves_overdue_too(tables: list[tuple[str, int]], expected: tuple[str, str]) -> None:
    acts = [Tabled(D(filed), {"A": 1, "B": months, "C": 12}) for filed, months in tables]
    assert days(regular_window(D("2024-02-20"), [seen("2024-02-20")], acts, "B")) == expected
