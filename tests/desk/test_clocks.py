"""A phone in 1980, and one in the future: kept, placed by the rule, flagged, and set right by an act."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils.timezone import localdate, localtime

from server.accounts.models import User
from server.households.find import open_household
from server.households.models import Noted
from server.support.models import Lead
from server.visits.models import Visit
from sync.models import Submission
from tests.desk.conftest import HOUSE, Town
from tests.desk.told import tell

Sit = Callable[[User], Client]
LEAD = "33333333-0000-4000-8000-000000000009"


def flags(said: Submission) -> list[str]:
    return list(Noted.objects.get(filing__submission=said).flags)


def clock(moment: datetime) -> dict[str, str]:
    return {"start": moment.isoformat(), "end": moment.isoformat()}


def visit(town: Town, moment: datetime) -> Submission:
    return tell(town.cast.li, "visit", {**clock(moment), "result": "met_person", "kind": "regular", "plan": "再来一次"},
                now=town.now, entity=HOUSE)


@pytest.mark.parametrize(("years", "flag"), [(-45, "手机时间过早"), (30, "手机时间超前")])
def test_flagged_placed_and_mended(town: Town, sit: Sit, years: int, flag: str) -> None:
    wang = sit(town.cast.wang)
    moment = town.now + timedelta(days=365 * years)
    said = visit(town, moment)
    assert flags(said) == [flag]
    published = town.now - timedelta(days=400)  # tests/desk/told.py
    on = Visit.objects.get(filing__submission=said).on
    assert on == localdate(published if years < 0 else town.now)
    page = wang.get(f"/submissions/{said.pk}").content.decode()
    assert f"{flag}：" in page
    assert f"手机记的是 {localtime(moment):%Y-%m-%d %H:%M}" in page
    assert f"暂按 {localtime(published if years < 0 else town.now):%Y-%m-%d %H:%M} 排列" in page
    assert flag in wang.get("/submissions").content.decode()
    # What was based on the registration stands above it, whatever the clock said.
    assert open_household(town.house).folded.value("plan") == "再来一次"

    really = localtime(town.now - timedelta(days=2)).replace(second=0, microsecond=0)
    wang.post(f"/submissions/{said.pk}/clock", {"observed": f"{really:%Y-%m-%dT%H:%M}", "reason": "问过本人"})
    assert flags(said) == []
    assert Visit.objects.get(filing__submission=said).on == really.date()
    assert open_household(town.house).folded.value("plan") == "再来一次"
    assert "手机记的是" not in wang.get(f"/submissions/{said.pk}").content.decode()


def test_a_leads_clock_too(town: Town, sit: Sit) -> None:
    said = tell(town.cast.gu, "lead", {**clock(town.now - timedelta(days=365 * 45)), "village": town.cast.villages[0],
                "rep_name": "孙六", "seen": "独居", "urgent": "no"}, now=town.now, entity=LEAD, create=True)
    assert flags(said) == ["手机时间过早"]
    really = localtime(town.now - timedelta(days=1)).replace(second=0, microsecond=0)
    mended = {"observed": f"{really:%Y-%m-%dT%H:%M}", "reason": "问过"}
    sit(town.cast.wang).post(f"/submissions/{said.pk}/clock", mended)
    assert flags(said) == []
    assert Lead.objects.get(pk=LEAD).received_at == said.received_at


def test_a_right_clock_is_not_flagged(town: Town, sit: Sit) -> None:
    said = visit(town, town.now - timedelta(minutes=5))
    assert flags(said) == []
    assert "手机记的是" not in sit(town.cast.wang).get(f"/submissions/{said.pk}").content.decode()
