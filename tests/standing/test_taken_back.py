"""Letting a word from elsewhere in can be taken back: then it is as if nobody had let it in.

Written from docs/law.md, Standing: what waits hides nothing; returned or voided it takes only itself away.
"""

from collections.abc import Callable
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from server.accounts.assign_village import assign_village
from server.accounts.end_assignment import end_assignment
from server.accounts.models import Assignment
from server.households.models import Household
from tests.standing.handset import Filled, Row
from tests.standing.town import FAMILY, Town
from tests.sync.test_cable import instance, packed

CHANGED = "已经拆掉的老宅1号"


def from_elsewhere(town: Town) -> tuple[Filled, Filled]:
    """小孙 registers a family, approved; the village goes to 小贺 on 03-02; on 03-20 小孙 edits his registration."""
    made = town.phone(town.sun).register(FAMILY, town.third)
    town.wang.approve(made.number)
    end_assignment(Assignment.objects.get(user=town.sun).pk, on=date(2024, 3, 2))
    assign_village(town.he.pk, town.third, since=date(2024, 3, 2))
    town.clock.to("2024-03-20")
    changed = {**FAMILY, "village": town.third, "addr": CHANGED}
    return made, town.phone(town.sun).report("screening", changed, made.entity, create=True, edits=made)


def row(town: Town, made: Filled) -> Row:
    rows = town.phone(town.he).sync()
    return {name: text for name, text in rows[made.entity].items() if name != "__version"}


def key_0(town: Town, edit: Filled) -> None:
    """撤回, on the page that follows the approval."""
    town.clock.tick()
    form, _ = town.wang.look(f"/submissions?tab=elsewhere&done={edit.number}").buttons("撤回")[0]
    assert town.wang.status(form.get("action"), dict(form.form_values())) == 302


def sent_back_later(town: Town, edit: Filled) -> None:
    town.clock.to("2024-03-25")
    town.wang.press(f"/submissions/{edit.number}", "退回", reason="核实过了，没有搬")


def voided_later(town: Town, edit: Filled) -> None:
    town.clock.to("2024-03-25")
    town.wang.press(f"/submissions/{edit.number}", "作废", reason="核实过了，没有搬")


@pytest.mark.parametrize("take_back", [key_0, sent_back_later, voided_later])
def test_an_edit_let_in_and_taken_back_hides_nothing(town: Town, take_back: Callable[[Town, Filled], None]) -> None:
    made, edit = from_elsewhere(town)
    before = row(town, made)
    page = town.wang.press(f"/submissions/{edit.number}", "1 属实，采纳这份填报")
    assert "刚才那件已通过" in page.text and row(town, made)["addr_short"] == CHANGED
    take_back(town, edit)
    assert row(town, made) == before
    assert Household.objects.get(pk=made.entity).standing == "full"
    assert town.wang.queue("elsewhere") == [], "and nobody is asked again"


def test_voided_while_it_waited_and_approved_from_another_window(town: Town) -> None:
    # Two windows of one desk: in one it is voided, in the other, opened before, it is approved. It stays void, alone.
    made, edit = from_elsewhere(town)
    before = row(town, made)
    town.wang.press(f"/submissions/{edit.number}", "作废", reason="内容不实")
    town.clock.tick()
    assert town.wang.status(f"/submissions/{edit.number}/judge", {"verdict": "approve"}) == 302
    assert row(town, made) == before
    town.clock.tick()
    town.wang.press(f"/submissions/{edit.number}", "撤销作废")
    assert row(town, made)["addr_short"] == CHANGED, "the approval stands"


def test_a_lead_stays_when_an_edit_of_it_is_taken_back(town: Town) -> None:
    # 03-01 小孙 tells of a lead in his village; it goes to 小贺, and three weeks later 小孙 changes what he said.
    said = {"source": "neighbour", "urgent": "yes", "event": "illness", "village": town.third, "rep_name": "孙六",
            "seen": "老人三天没有出门"}
    cry = town.phone(town.sun).report("lead", said)
    end_assignment(Assignment.objects.get(user=town.sun).pk, on=date(2024, 3, 2))
    town.clock.to("2024-03-20")
    edit = town.phone(town.sun).report("lead", {**said, "urgent": "no", "event": ""}, cry.entity, edits=cry)
    assert any("老人三天没有出门" in line for line in town.wang.look("/leads").rows)
    town.wang.approve(edit.number)
    town.clock.to("2024-03-21")
    town.wang.press(f"/submissions/{edit.number}", "退回", reason="弄错了")
    assert cry.entity in town.phone(town.cast.wang).sync("leads")
    assert any("老人三天没有出门" in line for line in town.wang.look("/leads").rows)


def test_what_the_district_joined_across_towns_the_district_parts(town: Town) -> None:
    # One family of 朱家角镇 and of 金泽镇, joined by the district in the first village. 王主任 would put it back on the
    # phones of 金泽镇 by parting the two: that is the district's.
    here = town.gu.register(FAMILY, town.first)
    town.clock.to("2024-03-02")
    there = town.phone(town.cast.chen).register(FAMILY, town.away)
    town.clock.to("2024-03-03")
    pair = {"decision": "merge", "reason": "核实是一户", "side": "this", "other": there.entity}
    town.bureau.status(f"/households/{here.entity}/pair", pair)
    assert Household.objects.count() == 1
    town.clock.to("2024-03-05")
    part = {"id": there.entity, "reason": "看错了"}
    town.wang.status(f"/households/{here.entity}/part", part)
    assert town.holders(there.entity) == set() and Household.objects.count() == 1
    town.bureau.status(f"/households/{here.entity}/part", part)
    assert town.holders(there.entity) == {"chen", "xu"}


def test_nobody_takes_up_a_proposal_that_he_has_brought(town: Town) -> None:
    # 王主任 brings what 顾问小吴 has on a broken phone by cable: that the old man has died. It went through his hands,
    # so that somebody else takes it up.
    family = town.gu.register(FAMILY, town.first)
    town.clock.to("2024-03-05")
    told = town.gu.fill("visit", {"result": "dead", "kind": "regular", "died_on": "2024-03-04"}, family.entity)
    zipped = SimpleUploadedFile("手机.zip", packed(instance("入户探访_2024-03-05_09-30-00", told.xml)))
    assert town.wang.status(f"/people/{town.cast.gu.pk}/cable", {"zip": zipped}) == 200
    assert "代为导入" in town.wang.look(f"/submissions/{told.number}").text
    taken = {"instance": told.instance, "proposal": "dead", "programme": "", "decision": "accept"}
    assert town.wang.status(f"/households/{family.entity}/proposal", taken) == 403
    assert Household.objects.get(pk=family.entity).status == "active"
    assert town.bureau.status(f"/households/{family.entity}/proposal", taken) == 302
    assert Household.objects.get(pk=family.entity).status == "dead"


def test_nobody_rules_on_a_household_whose_registration_he_has_brought(town: Town) -> None:
    known = town.gu.register(FAMILY, town.first)
    town.clock.to("2024-03-05")
    other = {**FAMILY, "rep_name": "沈阿大", "id_no": "", "id_type": "none", "phone": "13600001111", "addr": "漕河街9"}
    told = town.gu.fill("screening", {**other, "village": town.first})
    zipped = SimpleUploadedFile("手机.zip", packed(instance("新户排摸_2024-03-05_09-30-00", told.xml)))
    assert town.wang.status(f"/people/{town.cast.gu.pk}/cable", {"zip": zipped}) == 200
    pair = {"decision": "apart", "reason": "不是一户", "other": told.entity}
    assert town.wang.status(f"/households/{known.entity}/pair", pair) == 403
    assert town.bureau.status(f"/households/{known.entity}/pair", pair) == 302
