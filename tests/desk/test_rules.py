"""The frequency table: the district's to change, everybody's to see, and every household planned anew."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from server.accounts.models import User
from server.acts.kinds import ActKind
from server.acts.models import Act
from server.field.set_frequency import plan_anew
from server.visits.models import Due
from tests.desk.conftest import HOUSE, Town

Sit = Callable[[User], Client]
NOW = "2026-01-05T09:00:00+08:00"
TABLE = {"A": "1", "B": "6", "C": "12"}

pytestmark = pytest.mark.django_db


def length(due: Due) -> int:
    """Months of the calendar period that a regular window is."""
    assert due.due_from is not None and due.due_to is not None
    return (due.due_to.year - due.due_from.year) * 12 + due.due_to.month - due.due_from.month + 1


def test_a_new_table_plans_every_household_anew(town: Town, sit: Sit) -> None:
    assert length(Due.objects.get(pk=HOUSE)) == 3, "关注 until a 街镇 sets a grade: a quarter"
    answer = sit(town.cast.bureau).post("/rules", {**TABLE, "reason": "区局会议纪要"}, follow=True)
    assert "已保存" in answer.content.decode()
    plan_anew.func(NOW)
    due = Due.objects.get(pk=HOUSE)
    assert length(due) == 6
    assert due.due_from is not None and due.due_from == date(due.due_from.year, due.due_from.month, 1)
    plan_anew.func(NOW)
    assert Due.objects.get(pk=HOUSE).due_to == due.due_to, "twice is once"
    assert "区局会议纪要" in sit(town.cast.wang).get("/rules").content.decode()


@pytest.mark.parametrize("form", [{**TABLE}, {**TABLE, "A": "5", "reason": "x"}, {"A": "1", "reason": "x"}])
def test_a_table_that_makes_no_sense_is_not_filed(town: Town, sit: Sit, form: dict[str, str]) -> None:
    answer = sit(town.cast.bureau).post("/rules", form, follow=True)
    assert "没有保存" in answer.content.decode()
    assert not Act.objects.filter(kind=ActKind.FREQUENCY).exists()


def test_a_subdistrict_may_look_and_not_change(town: Town, sit: Sit) -> None:
    wang = sit(town.cast.wang)
    assert "由区民政局调整" in wang.get("/rules").content.decode()
    assert wang.post("/rules", {**TABLE, "reason": "x"}).status_code == 403
