"""A lead is a cry for help: it stays on the phones of its village and among the open ones at the desk until somebody
has been there, or has decided about it; and nobody from elsewhere can make it silent.

Written from docs/law.md, Standing. The clock of the stories: a lead of 03-04 (a Monday) is due on 03-07, an urgent one
24 hours after it came in.
"""

import pytest

from tests.standing.handset import Filled
from tests.standing.town import FAMILY, NAME, Town

OTHERS = {**FAMILY, "rep_name": "沈阿大", "id_no": "", "id_type": "none", "phone": "13600001111", "addr": "漕河街9号"}
SEEN = "老人三天没有出门"


def lead(town: Town, *, urgent: bool = False, about: str = "") -> Filled:
    """Reported by 小李 in his own village."""
    return town.phone(town.cast.li).report("lead", said(town, urgent=urgent, about=about))


def said(town: Town, *, urgent: bool = False, about: str = "") -> dict[str, str]:
    answers = {"source": "neighbour", "urgent": "yes" if urgent else "no", "village": town.first, "rep_name": "孙六",
               "seen": SEEN}
    return {**answers, **({"event": "illness"} if urgent else {}), **({"hh": about, "hh_kept": about} if about else {})}


def served(town: Town, entity: str) -> dict[str, str]:
    """What the phones of its village show of a lead, whatever its version."""
    return {name: text for name, text in town.gu.sync("leads").get(entity, {}).items() if name != "__version"}


def assert_open(town: Town, entity: str) -> None:
    """On the phones of its village, and among the open ones at the desk."""
    assert town.holders(entity, "leads") == {"gu", "li", "wang"}
    assert any(SEEN in row for row in town.wang.look("/leads").rows)
    assert not any(SEEN in row for row in town.wang.look("/leads?tab=closed").rows)


def assert_answered(town: Town, entity: str) -> None:
    assert town.holders(entity, "leads") == set()
    assert town.wang.look("/leads").rows == []
    assert any(SEEN in row for row in town.wang.look("/leads?tab=closed").rows)


# --- silenced by anything ---


@pytest.mark.parametrize("urgent", [False, True], ids=["lead", "urgent lead"])
@pytest.mark.parametrize("form", ["screening", "visit"])
@pytest.mark.parametrize("who", ["a village beside", "another town"])
def test_work_elsewhere_that_names_the_lead_does_not_end_it(town: Town, who: str, form: str, urgent: bool) -> None:
    # 03-04 a lead in the first village. 03-05 somebody of another village registers or visits a family of his own, and
    # names the lead: it has nothing to do with it.
    worker, village = (town.sun, town.third) if who == "a village beside" else (town.cast.chen, town.away)
    town.clock.to("2024-03-03")
    own = town.phone(worker).register(OTHERS, village)
    town.clock.to("2024-03-04")
    cry = lead(town, urgent=urgent)
    town.clock.to("2024-03-05")
    naming = {"lead_id": cry.entity, "lead_id_kept": cry.entity}
    if form == "screening":
        town.phone(worker).register({**OTHERS, "rep_name": "沈阿二", "addr": "漕河街11号", **naming}, village)
    else:
        town.phone(worker).visit(own.entity, **naming)
    assert_open(town, cry.entity)


@pytest.mark.parametrize("urgent", [False, True], ids=["lead", "urgent lead"])
def test_a_visit_from_elsewhere_under_the_households_id_does_not_end_it(town: Town, urgent: bool) -> None:
    # 03-04 a lead about a family of the first village. 03-05 小陈 of 金泽镇 says he has been there: that waits with
    # 王主任, and the lead is open until he has let it in.
    town.clock.to("2024-03-03")
    family = town.gu.register(FAMILY, town.first)
    town.clock.to("2024-03-04")
    cry = lead(town, urgent=urgent, about=family.entity)
    town.clock.to("2024-03-05")
    visit = town.phone(town.cast.chen).visit(family.entity, lead_id=cry.entity, lead_id_kept=cry.entity)
    assert_open(town, cry.entity)
    town.wang.approve(visit.number)
    assert_answered(town, cry.entity)


@pytest.mark.parametrize("observed", ["written before", "said to be before"])
def test_what_was_seen_before_it_does_not_answer_it(town: Town, observed: str) -> None:
    # 03-27 the family is registered, 03-29 somebody sees it in need; 03-30 the registration of the 27th, changed or
    # only sent then, names the lead of the 29th.
    town.clock.to("2024-03-27")
    phone = town.phone(town.cast.gu)
    kept = phone.fill("screening", {**FAMILY, "village": town.first})
    town.clock.to("2024-03-29")
    cry = lead(town)
    town.clock.to("2024-03-30")
    naming = {"lead_id": cry.entity, "lead_id_kept": cry.entity}
    if observed == "written before":
        old = {"start": "2024-03-27T10:00:00.000+08:00", "end": "2024-03-27T10:20:00.000+08:00"}
        again = {**FAMILY, **naming, **old, "village": town.first}
        phone.send(phone.fill("screening", again, kept.entity, create=True))
    else:
        phone.report("screening", {**FAMILY, **naming, "visit_on": "2024-03-27", "late_why": "busy",
                                   "village": town.first})
    assert_open(town, cry.entity)


# --- what does end it, and what does not ---


@pytest.mark.parametrize("visit", [
    {"kind": "check", "kind_pick": "check"}, {"result": "not_home"}, {"result": "refused"}, {"result": "not_found"},
], ids=["督查", "不在家", "拒访", "查无此人"])  # fmt: skip
def test_督查_and_visits_in_vain_do_not_end_it(town: Town, visit: dict[str, str]) -> None:
    # 03-04 a lead about a family; 03-05 its worker stands before a closed door, or an inspection comes; both name it.
    town.clock.to("2024-03-03")
    family = town.gu.register(FAMILY, town.first)
    town.clock.to("2024-03-04")
    cry = lead(town, about=family.entity)
    town.clock.to("2024-03-05")
    town.gu.visit(family.entity, lead_id=cry.entity, lead_id_kept=cry.entity, **visit)
    assert_open(town, cry.entity)


@pytest.mark.parametrize("names_it", [True, False], ids=["naming it", "without naming it"])
def test_a_visit_to_its_household_ends_it(town: Town, names_it: bool) -> None:
    # 03-04 a lead about a family; 03-05 its worker has been there, and picked the lead in the form or has not.
    town.clock.to("2024-03-03")
    family = town.gu.register(FAMILY, town.first)
    town.clock.to("2024-03-04")
    cry = lead(town, about=family.entity)
    assert_open(town, cry.entity)
    town.clock.to("2024-03-05")
    town.gu.visit(family.entity, **({"lead_id": cry.entity, "lead_id_kept": cry.entity} if names_it else {}))
    assert_answered(town, cry.entity)


@pytest.mark.parametrize("names_it", [True, False], ids=["naming it", "without naming it"])
def test_of_a_lead_that_names_no_household_only_work_that_names_it(town: Town, names_it: bool) -> None:
    # 03-04 a lead about somebody not registered; 03-05 its village's worker registers a family, for it or by chance.
    town.clock.to("2024-03-04")
    cry = lead(town)
    town.clock.to("2024-03-05")
    naming = {"lead_id": cry.entity, "lead_id_kept": cry.entity} if names_it else {}
    town.gu.register({**FAMILY, **naming}, town.first)
    if names_it:
        assert_answered(town, cry.entity)
    else:
        assert_open(town, cry.entity)


def test_a_returned_visit_ends_nothing(town: Town) -> None:
    # 03-05 the visit ends the lead; 03-06 王主任 sends it back: the lead is open again until it has been sent anew.
    town.clock.to("2024-03-03")
    family = town.gu.register(FAMILY, town.first)
    town.clock.to("2024-03-04")
    cry = lead(town, about=family.entity)
    town.clock.to("2024-03-05")
    visit = town.gu.visit(family.entity, lead_id=cry.entity, lead_id_kept=cry.entity)
    assert_answered(town, cry.entity)
    town.clock.to("2024-03-06")
    town.wang.press(f"/submissions/{visit.number}", "退回", reason="没有写清楚")
    assert_open(town, cry.entity)


def test_the_desk_ends_it_with_a_reason(town: Town) -> None:
    town.clock.to("2024-03-04")
    cry = lead(town, urgent=True)
    town.wang.press("/leads", "办结", state="passed_on", reason="已由派出所接回")
    assert_answered(town, cry.entity)


# --- told by somebody who does not answer for the village ---


@pytest.mark.parametrize("who", ["a village beside", "another town"])
def test_a_lead_in_a_village_one_does_not_answer_for(town: Town, who: str) -> None:
    # 03-04 小贺 of the fourth village, or 小陈 of 金泽镇, has seen somebody in need in the first. It waits with 王主任,
    # on no phone; its clock runs meanwhile, and it is overdue on 03-08. One press lets it in; it is due when it was.
    town.clock.to("2024-03-04")
    reporter = town.he if who == "a village beside" else town.cast.chen
    cry = town.phone(reporter).report("lead", said(town))
    assert town.holders(cry.entity, "leads") == set()
    (line,) = town.wang.look("/leads").rows
    assert "他处填报" in line and SEEN in line and "03-07" in line
    assert len(town.wang.queue("elsewhere")) == 1
    assert town.desk(town.cast.gu).look("/leads").rows == [], "its workers hear of it once it is let in"
    assert town.xu.look("/leads").rows == [] and town.xu.queue("waiting") == [] and town.xu.queue("elsewhere") == []
    assert town.wang.look("/leads").count("超时") == 0
    town.clock.to("2024-03-08")
    assert town.wang.look("/leads").count("超时") == 1
    town.wang.press("/leads", "采纳")
    assert town.clicks() == []
    assert_open(town, cry.entity)
    row = town.gu.sync("leads")[cry.entity]
    assert (row["due"], row["reported_on"]) == ("2024-03-07", "2024-03-04")
    assert town.wang.look("/leads").count("超时") == 1
    town.gu.register({**FAMILY, "lead_id": cry.entity, "lead_id_kept": cry.entity}, town.first)
    assert_answered(town, cry.entity)


def test_a_waiting_urgent_lead_is_due_within_a_day(town: Town) -> None:
    # 03-04 09:30, seen by 小陈 of 金泽镇; 03-05 09:31 it is overdue with 王主任, though nobody has let it in.
    town.clock.to("2024-03-04 09:30")
    town.phone(town.cast.chen).report("lead", said(town, urgent=True))
    (line,) = town.wang.look("/leads").rows
    assert "急难" in line and "他处填报" in line
    town.clock.to("2024-03-05 09:31")
    assert town.wang.look("/leads").count("超时") == 1


def test_a_lead_about_a_household_from_elsewhere_moves_nothing_of_it(town: Town) -> None:
    # 03-04 小陈 of 金泽镇 reports an urgent case about a family of the first village: until it is let in, the family's
    # due date is what it was, and his own page does not name the family.
    town.clock.to("2024-03-03")
    family = town.gu.register(FAMILY, town.first)
    before = town.gu.sync()[family.entity]
    town.clock.to("2024-03-04")
    cry = town.phone(town.cast.chen).report("lead", said(town, urgent=True, about=family.entity))
    after = town.gu.sync()[family.entity]
    assert (after["kind_due"], after["due_to"]) == (before["kind_due"], before["due_to"])
    assert NAME not in town.desk(town.cast.chen).look(f"/submissions/{cry.number}").text
    town.wang.press("/leads", "采纳")
    assert town.gu.sync()[family.entity]["kind_due"] == "urgent"
    town.clock.to("2024-03-04 20:00")
    town.gu.visit(family.entity)
    assert town.gu.sync()[family.entity]["kind_due"] != "urgent"
    assert_answered(town, cry.entity)


def test_a_stranger_cannot_take_a_lead_over(town: Town) -> None:
    # 03-05 小陈 of 金泽镇 sends the lead again as his own, and then as an update: no longer urgent, in his village.
    town.clock.to("2024-03-04")
    cry = lead(town, urgent=True)
    before = served(town, cry.entity)
    town.clock.to("2024-03-05 08:00")
    chen = town.phone(town.cast.chen)
    calm = {**said(town), "village": town.away, "seen": "没事"}
    chen.report("lead", calm, cry.entity, create=True)
    chen.report("lead", calm, cry.entity)
    assert served(town, cry.entity) == before != {}
    assert_open(town, cry.entity)
    assert chen.sync("leads") == {} and town.xu.look("/leads").rows == []
    assert len(town.wang.queue("elsewhere")) == 2


def test_a_family_that_moves_later_has_been_seen(town: Town) -> None:
    # 03-04 an urgent lead in the first village; 03-05 the family is registered there, naming it. In the summer it moves
    # to the third village: nobody has to answer the lead of March again.
    town.clock.to("2024-03-04")
    cry = lead(town, urgent=True)
    town.clock.to("2024-03-05")
    family = town.gu.register({**FAMILY, "lead_id": cry.entity, "lead_id_kept": cry.entity}, town.first)
    assert_answered(town, cry.entity)
    town.clock.to("2024-07-01")
    town.wang.press(f"/households/{family.entity}", "保存", village=town.third)
    assert town.holders(family.entity) == {"sun", "wang"}
    assert_answered(town, cry.entity)
