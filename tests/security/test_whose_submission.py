"""Who may look at what, when a submission and what it speaks of belong to different 街镇; and who made a lead."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import localdate

from server.accounts.end_assignment import end_assignment
from server.accounts.models import Assignment, Grant, User
from server.acts.models import Act
from server.areas.names import place_names
from server.demo.phone import Phone
from server.households.models import Noted
from server.support.models import Lead, Referral
from server.visits.models import Visit
from sync.keys import issue_key
from sync.kinds import State
from sync.models import PhoneRow, Submission
from tests.desk.conftest import HOUSE, THIRD, Town
from tests.desk.told import tell, written
from tests.sync.house import ClientLine

Sit = Callable[[User], Client]
LEAD = "33333333-0000-4000-8000-000000000001"
REFERRAL = "44444444-0000-4000-8000-000000000001"


def flags(said: Submission) -> list[str]:
    return list(Noted.objects.get(filing__submission=said).flags)


def test_where_it_came_from_may_read_it_and_no_more(town: Town, sit: Sit) -> None:
    """金泽镇's worker visits a household of 朱家角镇: 徐主任 sees what his people sent, 王主任 decides."""
    said = tell(town.cast.chen, "visit", {"result": "met_person", "kind": "regular", "plan": "金泽的人来过"},
                now=town.now, entity=HOUSE)
    assert Noted.objects.get(filing__submission=said).village == town.cast.villages[0]
    xu, wang = sit(town.cast.xu), sit(town.cast.wang)
    page = xu.get(f"/submissions/{said.pk}")
    assert page.status_code == 200
    text = page.content.decode()
    assert "金泽的人来过" in text
    assert "不由本街镇审核" in text
    here = place_names([town.cast.villages[0]])[town.cast.villages[0]]
    flagged = ("他处填报", "跨街镇")
    for secret in ("张三丰", "朱枫公路", f"/households/{HOUSE}", "改变了什么", "退回", here.village, *flagged):
        assert secret not in text, secret
    for decision, more in (("judge", {"verdict": "approve"}), ("correct", {"fact": "plan", "value": "x"}),
                           ("clock", {"observed": "2025-01-01T10:00"}), ("refile", {"household": THIRD})):
        assert xu.post(f"/submissions/{said.pk}/{decision}", {"reason": "x", **more}).status_code == 404
    assert not Act.objects.exists()
    assert xu.get(f"/submissions/{town.first.pk}").status_code == 404
    assert "退回" in wang.get(f"/submissions/{said.pk}").content.decode()


def test_whoever_was_received_first_made_the_lead(town: Town) -> None:
    said = {"village": town.cast.villages[0], "rep_name": "孙六", "seen": "独居", "urgent": "no"}
    tell(town.cast.gu, "lead", said, now=town.now - timedelta(hours=2), entity=LEAD, create=True)
    long_ago = "2024-01-01T00:00:00.000+08:00"
    for clock in ({}, {"start": long_ago, "end": long_ago}):
        foreign = tell(town.cast.chen, "lead", {**said, **clock, "village": town.cast.away[0], "rep_name": "别人"},
                       now=town.now, entity=LEAD, create=True)
        lead = Lead.objects.get(pk=LEAD)
        assert (lead.village, lead.by_id) == (town.cast.villages[0], town.cast.gu.pk)
        assert flags(foreign) == ["他处填报"]
        assert not PhoneRow.objects.filter(list="leads", scope=town.cast.away[0]).exists()
    own = tell(town.cast.gu, "lead", {**said, "rep_name": "孙小六"}, now=town.now, entity=LEAD, create=True)
    assert "同号线索" not in flags(own)
    assert PhoneRow.objects.filter(list="leads", scope=town.cast.villages[0]).count() == 1


def test_a_referral_made_twice_stays_with_its_first_maker(town: Town) -> None:
    said = {"hh_id": HOUSE, "hh_kept": HOUSE, "kind_eff": "policy", "target_text": "医疗救助", "state": "suggested"}
    tell(town.cast.gu, "referral", said, now=town.now - timedelta(hours=2), entity=REFERRAL, create=True)
    tell(town.cast.chen, "referral", {**said, "hh_id": THIRD, "hh_kept": THIRD, "state": "dropped"}, now=town.now,
         entity=REFERRAL, create=True)
    made = Referral.objects.get(pk=REFERRAL)
    assert (made.about, made.state, made.by_id) == (HOUSE, "suggested", town.cast.gu.pk)
    tell(town.cast.li, "referral", {**said, "state": "contacted"}, now=town.now, entity=REFERRAL)
    assert Referral.objects.get(pk=REFERRAL).state == "contacted", "updates come from whoever answers for the home"
    tell(town.cast.chen, "referral", {**said, "state": "dropped"}, now=town.now, entity=REFERRAL)
    assert Referral.objects.get(pk=REFERRAL).state == "contacted", "and from nobody else"


def send(town: Town, number: int) -> Submission:
    """小李's phone sends a visit through the door."""
    token = issue_key(town.cast.li.pk, label="", by=None, now=town.now).token
    xml = written("visit", {"result": "met_person", "kind": "regular"}, now=town.now, entity=HOUSE,
                  instance=f"uuid:through-the-door-{number}")
    assert Phone(f"http://testserver/key/{token}", ClientLine()).send(xml).is_sent
    return Submission.objects.get(instance_id=f"uuid:through-the-door-{number}")


def test_who_has_no_role_any_more_is_heard_and_flagged(town: Town, sit: Sit) -> None:
    """His key was not ended, his roles were."""
    before = send(town, 1)
    Grant.objects.filter(user=town.cast.li).update(until=localdate())
    after = send(town, 2)
    assert (before.state, after.state) == (State.APPLIED, State.APPLIED)
    assert (flags(before), flags(after)) == ([], ["报送人已无岗位"])
    assert "报送人已无岗位" in sit(town.cast.wang).get("/submissions").content.decode()
    assert Visit.objects.filter(by=town.cast.li, filing__submission__in=[before, after]).count() == 2


@pytest.mark.parametrize(("days", "expected"), [(13, []), (15, ["他处填报"])])
def test_a_village_taken_away_is_no_role_lost_and_work_not_yet_sent_still_counts(town: Town, days: int,
                                                                                  expected: list[str]) -> None:
    for held in Assignment.objects.filter(user=town.cast.li):
        end_assignment(held.pk, on=localdate() - timedelta(days=days))
    said = send(town, 3)
    assert flags(said) == expected
    assert Visit.objects.filter(filing__submission=said).exists() == (not expected)
