"""The due list of the database says what the pure rules say."""

from datetime import date, timedelta

import pytest

from server.households.kinds import Grade, Standing, Status
from server.households.models import Household
from server.visits.due import STATES, due_counts, due_in, in_state, near_days
from server.visits.kinds import DueKind
from server.visits.models import Due
from server.visits.rules import Window, state_on

pytestmark = pytest.mark.django_db
TODAY = date(2024, 5, 31)
VILLAGE, ELSEWHERE = "310118102201", "310118104201"
WORDS = {"overdue": "逾期", "near": "临期", "later": "未到"}


def household(name: str, village: str = VILLAGE, **more: object) -> Household:
    known = {"standing": Standing.FULL, "status": Status.ACTIVE, "grade": Grade.B, "sealed": b""} | more
    return Household.objects.create(id=name, code=name, village=village, **known)


def due(name: str, starts: int, length: int, kind: str = DueKind.REGULAR, **more: object) -> Due:
    """A window that begins so many days from today."""
    row = household(name, **more)
    first = TODAY + timedelta(days=starts)
    return Due.objects.create(
        household=row, kind=kind, due_from=first, due_to=first + timedelta(days=length), village=row.village
    )


def no_deadline(name: str, **more: object) -> Due:
    """What `schedule.plan` gives who is not in care."""
    row = household(name, **more)
    return Due.objects.create(household=row, kind=DueKind.NONE, village=row.village)


def test_every_tab_agrees_with_the_rules() -> None:
    """Windows of every length around today, short and long ones near their ends."""
    for starts in (-120, -92, -60, -40, -31, -30, -25, -8, -7, -1, 0, 1, 5, 30):
        for length in (0, 1, 6, 7, 8, 29, 30, 31, 32, 60, 90, 92, 121):
            due(f"h{starts}/{length}", starts, length)
    for row in Due.objects.all():
        word = state_on(Window(DueKind.REGULAR, row.due_from, row.due_to), TODAY)
        found = {tab for tab in STATES if Due.objects.filter(in_state(tab, TODAY), pk=row.pk).exists()}
        assert {WORDS[tab] for tab in found & set(WORDS)} == ({word} & set(WORDS.values())), (row, found)
        assert ("open" in found) == (word in ("应访", "临期"))
        assert row.due_from and row.due_to and near_days(row) in (7, 30)


def test_this_month_is_what_ends_this_month() -> None:
    due("ends today", -10, 10)
    due("ends tomorrow", -10, 11)
    due("over", -10, 9)
    assert [row.pk for row in due_in([VILLAGE], TODAY, "month")] == ["ends today"]


def test_the_most_urgent_first_and_only_who_is_in_care() -> None:
    due("b", -3, 20)
    due("a", -30, 20)
    no_deadline("moved", status=Status.MOVED)
    no_deadline("void", standing=Standing.VOID)
    no_deadline("nothing")
    due("elsewhere", -3, 20, village=ELSEWHERE)
    assert [row.pk for row in due_in([VILLAGE], TODAY)] == ["a", "b"]
    assert [row.pk for row in due_in(["310118"], TODAY)] == ["a", "b", "elsewhere"]
    assert [row.pk for row in due_in([], TODAY)] == []
    assert [row.pk for row in due_in([VILLAGE], TODAY, kind=DueKind.RETURN)] == []


def test_the_counts_are_those_of_the_lists(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    for starts in (-40, -20, -3, 0, 10):
        due(f"h{starts}", starts, 25)
    with django_assert_num_queries(1):
        counts = due_counts([VILLAGE], TODAY)
    assert counts == {tab: due_in([VILLAGE], TODAY, tab).count() for tab in STATES}
    assert counts["overdue"] == 1 and counts["later"] == 1
