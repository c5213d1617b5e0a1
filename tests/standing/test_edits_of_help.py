"""An edit that names another lead or referral than it did: it speaks of the other one alone, and only where its sender
answers for the household of that one.

Written from docs/law.md, Standing: facts that add up are events of their submission; nobody gains by claiming.
"""

from datetime import date
from decimal import Decimal

import pytest

from server.ledgers.links import Links
from server.ledgers.values import Names
from server.support.models import Lead, Referral
from tests.standing.handset import Filled, Handset
from tests.standing.town import FAMILY, Town

OTHERS = {**FAMILY, "rep_name": "沈阿大", "id_no": "", "id_type": "none", "phone": "13600001111", "addr": "漕河街9号"}


def put_in_touch(phone: Handset, household: str, village: str, *, amount: str, entity: str = "",
                 edits: Filled | None = None) -> Filled:
    answers = {"hh": household, "hh_kept": household, "hh_id": household, "hh_village": village, "kind": "relief",
               "state": "linked", "linked_on": "2024-03-05", "amount": amount, "target_text": "慈善救助"}
    return phone.report("referral", answers, entity, edits=edits)


def amounts(*referrals: Filled) -> list[Decimal]:
    return [Referral.objects.get(pk=one.entity).amount for one in referrals]


def in_table(household: str) -> list[str]:
    """The sums that a month's line of a household shows, referral by referral."""
    told = Links({household}).of({household}, Names({}, {}, sums=True), date(2024, 3, 31))
    return [link.given for link in told]


@pytest.mark.parametrize("first_judged", [False, True], ids=["as it came", "judged before"])
def test_money_edited_over_to_another_referral_is_there_alone(town: Town, first_judged: bool) -> None:
    # 03-05 two referrals of one family, 100 and 1000 元; 03-06 another 200 元 along the first one. 03-07 that was a
    # slip of the finger: they were given along the second one. 1300 元 in all, before and after.
    town.clock.to("2024-03-04")
    family = town.gu.register(FAMILY, town.first)
    town.clock.to("2024-03-05")
    one = put_in_touch(town.gu, family.entity, town.first, amount="100")
    other = put_in_touch(town.gu, family.entity, town.first, amount="1000")
    town.clock.to("2024-03-06")
    slip = put_in_touch(town.gu, family.entity, town.first, amount="200", entity=one.entity)
    assert amounts(one, other) == [300, 1000]
    if first_judged:
        town.wang.approve(slip.number)
    town.clock.to("2024-03-07")
    put_in_touch(town.gu, family.entity, town.first, amount="200", entity=other.entity, edits=slip)
    assert amounts(one, other) == [100, 1200]
    assert sorted(in_table(family.entity)) == ["100元", "1200元"]


def test_an_edit_from_elsewhere_takes_no_referral_over(town: Town) -> None:
    # 03-04 小陈 of 金泽镇 puts a family of his own in touch with somebody; 03-05 顾问小吴 one of the first village, 100
    # 元. 03-06 小陈 edits his own report so that it names her referral: that waits with 王主任, hers is as it was.
    chen = town.phone(town.cast.chen)
    family, his = town.gu.register(FAMILY, town.first), chen.register(OTHERS, town.away)
    town.clock.to("2024-03-04")
    earlier = put_in_touch(chen, his.entity, town.away, amount="5")
    town.clock.to("2024-03-05")
    hers = put_in_touch(town.gu, family.entity, town.first, amount="100")
    holders = town.holders(hers.entity, "referrals")
    town.clock.to("2024-03-06")
    put_in_touch(chen, his.entity, town.away, amount="5", entity=hers.entity, edits=earlier)
    assert amounts(hers, earlier) == [100, 5]
    assert Referral.objects.get(pk=hers.entity).about == family.entity
    assert town.holders(hers.entity, "referrals") == holders == {"gu", "li", "wang"}
    assert len(town.wang.queue("elsewhere")) == 1
    assert "100元" in town.wang.household(family.entity)


def test_a_lead_edited_over_to_another_one_is_there_alone(town: Town) -> None:
    town.clock.to("2024-03-05")
    said = {"source": "neighbour", "urgent": "no", "village": town.first, "rep_name": "孙六", "seen": "门口堆满了垃圾"}
    one, other = town.gu.report("lead", said), town.gu.report("lead", {**said, "seen": "屋顶漏水"})
    town.clock.to("2024-03-06")
    town.gu.report("lead", {**said, "seen": "屋顶漏水，已塌"}, other.entity, edits=one)
    assert set(Lead.objects.values_list("pk", flat=True)) == {other.entity}
    assert town.holders(one.entity, "leads") == set()
