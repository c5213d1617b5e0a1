"""A phone of one 街镇 speaks of a household of another: kept, shown to a reviewer, and nothing given away or taken."""

from datetime import timedelta

from django.utils.timezone import localdate

from server.accounts.scope import villages_of
from server.acts.kinds import ActKind
from server.field.decide import decide
from server.households.models import Household, Noted
from server.support.models import Lead
from sync.lists import list_rows
from sync.models import PhoneRow
from sync.vault.envelope import open_row
from tests.desk.conftest import ELSEWHERE, HOUSE, Town
from tests.desk.told import tell

LEAD = "33333333-0000-4000-8000-000000000001"


def on_the_phone(town: Town, household: str) -> dict[str, str]:
    """What 小陈 of 金泽镇 is served of a household."""
    row = PhoneRow.objects.filter(list="households", entity_id=household, scope=town.cast.away[0]).first()
    return {} if row is None else dict(open_row(bytes(row.columns_sealed)))


def flags(submission: object) -> list[str]:
    return list(Noted.objects.get(filing__submission=submission).flags)


def test_a_visit_that_states_another_village_is_shown_nothing_of_the_household(town: Town) -> None:
    said = tell(town.cast.chen, "visit", {"result": "met_person", "village_new": town.cast.away[0], "plan": "看看"},
                now=town.now, entity=HOUSE)
    assert on_the_phone(town, HOUSE) == {}
    assert (town.house.village, town.house.clashes) == (town.cast.villages[0], 0)
    assert flags(said) == ["他处填报"]


def test_a_registration_under_a_known_id_dated_back_takes_nothing_over(town: Town) -> None:
    decide(ActKind.APPROVE, town.first.instance_id, by=town.cast.wang.pk, now=town.now)
    said = tell(town.cast.chen, "screening", {"village": town.cast.away[0], "rep_name": "路人",
                "start": "2001-01-01T00:00:00.000+08:00", "end": "2001-01-01T00:00:00.000+08:00"},
                now=town.now, entity=HOUSE, create=True)
    assert town.house.village == town.cast.villages[0]
    assert Noted.objects.get(filing__submission=town.first).village == town.cast.villages[0]
    assert town.house.clashes == 0
    assert on_the_phone(town, HOUSE) == {}
    assert flags(said) == ["他处填报"]


def test_what_somebody_else_sent_cannot_be_edited_away(town: Town) -> None:
    decide(ActKind.APPROVE, town.first.instance_id, by=town.cast.wang.pk, now=town.now)
    said = tell(town.cast.chen, "screening", {"village": town.cast.away[0], "rep_name": "改了"}, now=town.now,
                entity=HOUSE, create=True, edits=town.first.instance_id)
    first = Noted.objects.get(filing__submission=town.first)
    assert (first.review, first.is_head, first.village) == ("approved", True, town.cast.villages[0])
    assert town.house.village == town.cast.villages[0]
    assert flags(said) == ["他处填报"]
    served = b"".join(list_rows("households", villages_of(town.cast.gu, localdate()), ["addr_short"])).decode()
    assert HOUSE in served and "朱枫公路" in served


def test_ones_own_edit_still_replaces(town: Town) -> None:
    tell(town.cast.gu, "screening", {"village": town.cast.villages[0], "rep_name": "张三峰"}, now=town.now,
         entity=HOUSE, create=True, edits=town.first.instance_id)
    assert not Noted.objects.get(filing__submission=town.first).is_head
    assert Household.objects.filter(clashes__gt=0).count() == 0


def test_an_edit_of_somebody_elses_lead_speaks_for_itself(town: Town) -> None:
    said = {"village": town.cast.villages[0], "rep_name": "孙六", "seen": "独居", "urgent": "no"}
    lead = tell(town.cast.gu, "lead", said, now=town.now - timedelta(hours=2), entity=LEAD, create=True)
    other = LEAD[:-1] + "2"
    foreign = tell(town.cast.chen, "lead", {**said, "village": town.cast.away[0], "rep_name": "别人"}, now=town.now,
                   entity=other, create=True, edits=lead.instance_id)
    assert Lead.objects.get(pk=LEAD).village == town.cast.villages[0]
    assert Lead.objects.get(pk=other).village == town.cast.away[0]
    assert "改他人提交" in flags(foreign)


def test_those_at_home_are_not_flagged(town: Town) -> None:
    assert flags(town.first) == flags(town.away) == []
    assert Household.objects.get(pk=ELSEWHERE).village == town.cast.away[0]
