"""他处填报: what somebody says of a household he does not answer for, as its reviewers see it and decide on it."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from server.accounts.models import User
from server.acts.models import Act
from server.acts.read import to_decision
from server.areas.names import place_names
from server.field.match_across import match_across
from server.households.find import open_household
from server.households.models import Case, Household, Noted
from server.support.models import Lead, Referral
from server.visits.models import Visit
from sync.models import Submission
from tests.desk.conftest import ANSWERS, HOUSE, THIRD, Town
from tests.desk.told import tell

Sit = Callable[[User], Client]
LEAD = "33333333-0000-4000-8000-000000000001"
REFERRAL = "44444444-0000-4000-8000-000000000001"
NEW = "55555555-0000-4000-8000-000000000001"
QUEUE = "/submissions?tab=elsewhere"


def visited(town: Town, plan: str, minutes: int, by: User | None = None) -> Submission:
    """小陈 of 金泽镇 has been at 张三丰's."""
    return tell(by or town.cast.chen, "visit",
                {"result": "met_person", "kind": "regular", "plan": plan, "was_plan": f"={ANSWERS['plan']}",
                 "phone": "13800009999"}, now=town.now - timedelta(minutes=minutes), entity=HOUSE)


def page_of(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    text = answer.content.decode()
    return text[text.index('<main id="main"'):]


def judge(client: Client, said: Submission, verdict: str, reason: str = "", **more: str) -> Any:
    return client.post(f"/submissions/{said.pk}/judge", {"verdict": verdict, "reason": reason, **more})


def tab_count(page: str, label: str) -> int:
    found = re.search(rf"{label} <b>(\d+)</b>", page)
    assert found is not None, label
    return int(found[1])


def test_it_waits_in_a_queue_of_its_own(town: Town, sit: Sit) -> None:
    visited(town, "甲", 9)
    visited(town, "乙", 8)
    wang = sit(town.cast.wang)
    page = page_of(wang, QUEUE)
    assert (tab_count(page, "待审"), tab_count(page, "他处填报")) == (2, 2)
    assert page.count("张三丰") >= 2 and "小陈" in page
    assert "小陈" not in page_of(wang, "/submissions"), "apart from what those at home have sent"
    assert "<b>2</b><span>他处填报" in page_of(wang, "/")
    assert tab_count(page_of(sit(town.cast.xu), QUEUE), "他处填报") == 0, "小陈's own side judges nothing of it"
    wang.post("/submissions/approve", {"id": [str(one) for one in Submission.objects.values_list("pk", flat=True)]})
    assert not Visit.objects.filter(by=town.cast.chen).exclude(form="screening").exists(), "never by the dozen"


def test_its_page_compares_both_sides_and_says_who_answers_for_what(town: Town, sit: Sit) -> None:
    said = visited(town, "改为每周上门", 9)
    page = page_of(sit(town.cast.wang), f"/submissions/{said.pk}")
    sender = place_names([town.cast.away[0]])[town.cast.away[0]].full
    assert f"小陈（负责 {sender}）" in page
    assert "现在登记的" in page and "这份填报说的" in page
    table = page[page.index("这份填报说的"):]
    row = re.search(r"<th>处理方案</th><td>(.*?)</td><td>(.*?)</td>", table)
    assert row is not None
    one, other = (re.sub("<[^>]+>", "", cell) for cell in row.groups())
    assert (one, other) == (ANSWERS["plan"], "改为每周上门") and "<mark>" in row[2]
    assert "13800009999" not in page and "138" in table, "telephones stay masked until asked for"
    assert f"/households/{HOUSE}" in page
    assert 'data-key="1"' in page and 'data-key="2"' in page


def test_let_in_it_counts_and_says_for_where(town: Town, sit: Sit) -> None:
    said, other = visited(town, "甲", 9), visited(town, "乙", 8)
    wang = sit(town.cast.wang)
    assert open_household(town.house).folded.value("plan") == ANSWERS["plan"]
    answer = judge(wang, said, "approve", next="1")
    assert answer["Location"] == f"/submissions/{other.pk}?done={said.pk}"
    assert open_household(town.house).folded.value("plan") == "甲"
    assert Visit.objects.get(filing__submission=said).household_id == HOUSE
    assert to_decision(Act.objects.get(kind="approve")).value["for"] == ["310118102"]
    noted = Noted.objects.get(filing__submission=said)
    assert (noted.waits, noted.review, noted.household_id) == (False, "approved", HOUSE)
    assert tab_count(page_of(wang, QUEUE), "他处填报") == 1


def test_taken_back_it_counts_no_more(town: Town, sit: Sit) -> None:
    said = visited(town, "甲", 9)
    wang = sit(town.cast.wang)
    onward = judge(wang, said, "approve", next="1")["Location"]
    assert onward == f"{QUEUE}&done={said.pk}"
    page = page_of(wang, onward)
    assert "刚才那件已通过" in page and 'data-key="0"' in page
    assert "刚才那件" not in page_of(sit(town.cast.bureau), onward), "who did not say it is offered nothing"
    judge(wang, said, "return", "刚才的通过有误，已撤回")
    assert open_household(town.house).folded.value("plan") == ANSWERS["plan"]
    assert not Visit.objects.filter(filing__submission=said).exists()
    page = page_of(wang, f"/submissions/{said.pk}?done={said.pk}")
    assert "改为通过" in page or "退回" in page


def test_sent_back_it_changes_nothing_and_its_author_reads_why(town: Town, sit: Sit) -> None:
    said, other = visited(town, "甲", 9), visited(town, "乙", 8)
    wang = sit(town.cast.wang)
    judge(wang, said, "return", next="1")
    assert not Act.objects.exists(), "not without a reason"
    onward = judge(wang, said, "return", "这一户不由您负责，已请当地核实", next="1")["Location"]
    assert onward == f"/submissions/{other.pk}?done={said.pk}"
    assert "刚才那件已退回" in page_of(wang, onward)
    assert (town.house.returned, Noted.objects.get(filing__submission=said).review) == (0, "returned")
    assert "这一户不由您负责" in page_of(sit(town.cast.chen), "/mine?show=returned")
    judge(wang, said, "approve")
    assert open_household(town.house).folded.value("plan") == "甲", "a new judgement counts"


def test_who_only_looks_is_offered_no_answer_and_who_sent_it_judges_nothing(town: Town, sit: Sit) -> None:
    said = visited(town, "甲", 9)
    assert 'data-key="1"' not in page_of(sit(town.cast.bureau), f"/submissions/{said.pk}")
    for who, status in ((town.cast.chen, 403), (town.cast.xu, 404), (town.cast.ledger, 403), (town.cast.gu, 403)):
        assert judge(sit(who), said, "approve").status_code == status, who
    assert not Act.objects.exists()


def test_the_household_says_that_something_waits_to_its_reviewer_alone(town: Town, sit: Sit) -> None:
    said = visited(town, "甲", 9)
    link = f"/submissions/{said.pk}"
    page = page_of(sit(town.cast.wang), f"/households/{HOUSE}")
    assert "他处填报" in page and link in page
    for who in (town.cast.gu, town.cast.li, town.cast.ledger):
        assert link not in page_of(sit(who), f"/households/{HOUSE}")
        assert "他处填报" not in page_of(sit(who), "/households")


def test_a_registration_under_a_known_id_is_let_in_as_an_update(town: Town, sit: Sit) -> None:
    said = tell(town.cast.chen, "screening", {**ANSWERS, "village": town.cast.away[0], "income_pc": "700"},
                now=town.now, entity=HOUSE, create=True)
    wang = sit(town.cast.wang)
    assert "小陈" in page_of(wang, QUEUE)
    judge(wang, said, "approve")
    assert open_household(town.house).folded.value("income_pc") == 700
    assert town.house.village == town.cast.villages[0], "an approval moves no home"
    page = page_of(wang, f"/households/{HOUSE}")
    assert "搬迁待定" in page


def test_a_lead_waits_with_the_reviewers_of_the_village_it_names(town: Town, sit: Sit) -> None:
    told = {"source": "neighbour", "village": town.cast.villages[0], "rep_name": "孙六", "seen": "两天没出门",
            "urgent": "yes"}
    said = tell(town.cast.chen, "lead", told, now=town.now - timedelta(hours=1), entity=LEAD, create=True)
    wang, gu = sit(town.cast.wang), sit(town.cast.gu)
    page = page_of(wang, "/leads")
    assert "孙六" in page and "他处填报" in page and "采纳" in page
    assert "孙六" not in page_of(gu, "/leads") and "急难线索" in page_of(gu, "/")
    assert "<b>0</b><span>急难线索" in page_of(gu, "/") and "<b>1</b><span>急难线索" in page_of(wang, "/")
    page = page_of(wang, f"/submissions/{said.pk}")
    assert "现在登记的" not in page and "应答期限照算" in page, "nothing stands beside a new lead, and its clock runs"
    assert "这一户" not in page and "同一条线索已经有人报过" in page
    assert gu.post(f"/leads/{LEAD}/answer", {"state": "untrue", "reason": "x"}).status_code == 404
    assert judge(wang, said, "approve", back="leads")["Location"] == "/leads"
    assert not Lead.objects.get(pk=LEAD).waits
    assert "他处填报" not in page_of(wang, "/leads") and "孙六" in page_of(gu, "/leads")


def test_a_referral_waits_with_the_reviewers_of_its_household(town: Town, sit: Sit) -> None:
    told = {"hh": HOUSE, "hh_id": HOUSE, "hh_kept": HOUSE, "kind_eff": "policy", "target_text": "医疗救助",
            "state": "suggested"}
    said = tell(town.cast.chen, "referral", told, now=town.now - timedelta(hours=1), entity=REFERRAL, create=True)
    assert not Referral.objects.exists()
    wang = sit(town.cast.wang)
    assert "张三丰" in page_of(wang, QUEUE)
    page = page_of(wang, f"/submissions/{said.pk}")
    assert "医疗救助" in page and f"/households/{HOUSE}" in page and "现在登记的" not in page
    judge(wang, said, "approve")
    assert Referral.objects.get(pk=REFERRAL).about == HOUSE
    page = page_of(sit(town.cast.chen), "/mine")
    assert "名单外的户" in page and "张三丰" not in page


def test_what_a_known_help_would_be_is_shown_in_the_words_of_the_form(town: Town, sit: Sit) -> None:
    told = {"hh": HOUSE, "hh_id": HOUSE, "hh_kept": HOUSE, "kind_eff": "policy", "target_text": "医疗救助",
            "target": "医疗救助", "state": "suggested"}
    tell(town.cast.li, "referral", told, now=town.now - timedelta(hours=2), entity=REFERRAL, create=True)
    assert "张三丰" in page_of(sit(town.cast.li), "/mine")
    said = tell(town.cast.chen, "referral", {**told, "state": "linked"}, now=town.now - timedelta(hours=1),
                entity=REFERRAL)
    page = page_of(sit(town.cast.wang), f"/submissions/{said.pk}")
    assert "现在登记的" in page and "<th>target</th>" not in page and "已衔接" in page


@pytest.mark.parametrize("ticks", [True, False])
def test_an_approval_may_say_where_the_family_lives(town: Town, sit: Sit, ticks: bool) -> None:
    """顾问小吴 helps out in villages[2] of his 街镇: his household, until somebody says otherwise; one click does."""
    stated = town.cast.villages[2]
    said = tell(town.cast.gu, "screening", {**ANSWERS, "village": stated, "rep_name": "吴九", "id_no": "",
                                            "id_type": "none", "phone": "13900001111"},
                now=town.now - timedelta(hours=1), entity=NEW, create=True)
    wang, name = sit(town.cast.wang), place_names([stated])[stated].village
    assert Household.objects.get(pk=NEW).village == town.cast.villages[0]
    page = page_of(wang, f"/submissions/{said.pk}")
    assert f"同时划定到{name}" in page
    assert "同时划定" not in page_of(wang, f"/submissions/{town.first.pk}")
    judge(wang, said, "approve", **({"assign": stated} if ticks else {}))
    row = Household.objects.get(pk=NEW)
    assert (row.village, row.clashes) == ((stated, 0) if ticks else (town.cast.villages[0], 1))
    assert sorted(Act.objects.values_list("kind", flat=True)) == (["approve", "assign"] if ticks else ["approve"])


def test_no_other_village_is_slipped_in_with_an_approval(town: Town, sit: Sit) -> None:
    judge(sit(town.cast.wang), town.first, "approve", assign=town.cast.villages[5])
    assert town.house.village == town.cast.villages[0] and not Act.objects.filter(kind="assign").exists()


def moved(town: Town, entity: str, to: str) -> None:
    by = town.cast.gu if entity == HOUSE else town.cast.li
    tell(by, "visit", {"result": "met_person", "kind": "regular", "village_new": to},
         now=town.now - timedelta(minutes=30), entity=entity)


def test_moved_families_are_assigned_by_the_many(town: Town, sit: Sit) -> None:
    to = town.cast.villages[3]
    moved(town, HOUSE, to)
    moved(town, THIRD, to)
    wang = sit(town.cast.wang)
    page = page_of(wang, "/moves")
    ticks = re.findall(r'name="move" value="([^"]+)"', page)
    assert sorted(ticks) == sorted([f"{HOUSE}:{to}", f"{THIRD}:{to}"]) and "小李" in page
    only = page_of(wang, f"/moves?village={town.cast.villages[1]}")
    assert re.findall(r'name="move" value="([^"]+)"', only) == [f"{THIRD}:{to}"]
    shown = wang.post("/moves/assign", {"move": ticks}).content.decode()
    assert "把 2 户划定到报称的村居" in shown and "2 户" in shown and not Act.objects.exists()
    wang.post("/moves/assign", {"move": ticks, "step": "confirm"})
    assert set(Household.objects.filter(pk__in=[HOUSE, THIRD]).values_list("village", "clashes")) == {(to, 0)}
    assert Act.objects.filter(kind="assign", by=town.cast.wang).count() == 2
    assert "没有等待划定的搬迁" in page_of(wang, "/moves")
    again = wang.post("/moves/assign", {"move": ticks, "step": "confirm"}, follow=True).content.decode()
    assert "没有保存" in again and Act.objects.count() == 2


def test_what_was_not_shown_is_not_assigned(town: Town, sit: Sit) -> None:
    moved(town, HOUSE, town.cast.villages[3])
    wang = sit(town.cast.wang)
    for forged in (f"{HOUSE}:{town.cast.villages[5]}", f"{THIRD}:{town.cast.villages[3]}", HOUSE, "x:y"):
        wang.post("/moves/assign", {"move": forged, "step": "confirm"})
    assert not Act.objects.exists()
    assert sit(town.cast.gu).get("/moves").status_code == 403
    xu = sit(town.cast.xu)
    assert HOUSE not in page_of(xu, "/moves")
    xu.post("/moves/assign", {"move": f"{HOUSE}:{town.cast.villages[3]}", "step": "confirm"})
    assert not Act.objects.exists()


def test_a_move_into_another_town_is_the_districts(town: Town, sit: Sit) -> None:
    to = town.cast.away[2]
    moved(town, HOUSE, to)
    wang, bureau = sit(town.cast.wang), sit(town.cast.bureau)
    page = page_of(wang, "/moves")
    assert "跨街镇，由区民政局办理" in page and "name=\"move\"" not in page
    wang.post("/moves/assign", {"move": f"{HOUSE}:{to}", "step": "confirm"})
    assert not Act.objects.exists()
    page = page_of(wang, f"/households/{HOUSE}")
    assert 'value="value">划定到' not in page and "由区民政局划定" in page and 'value="against">留在' in page
    assert 'value="value">划定到' in page_of(bureau, f"/households/{HOUSE}")
    bureau.post("/moves/assign", {"move": f"{HOUSE}:{to}", "step": "confirm"})
    assert town.house.village == to


def test_nobody_finds_a_case_by_a_filter_or_a_count_who_does_not_decide_on_it(town: Town, sit: Sit) -> None:
    """A guarded pair in two 村居 of one 街镇: 小李 has one of them, 顾问小吴 the other."""
    Case.objects.create(a_id=HOUSE, b_id=THIRD, why="ids", score=30)
    for who in (town.cast.li, town.cast.gu, town.cast.ledger):
        assert "没有符合条件" in page_of(sit(who), "/households?wait=cases"), who
        assert "疑似同一户" not in page_of(sit(who), f"/households/{HOUSE}")
    assert "<b>1</b><span>疑似重复" in page_of(sit(town.cast.wang), "/")
    assert "疑似同一户" in page_of(sit(town.cast.wang), f"/households/{HOUSE}")
    Case.objects.filter(b_id=THIRD).update(b_id="22222222-0000-4000-8000-000000000001")
    for who in (town.cast.wang, town.cast.xu):
        assert "<b>0</b><span>疑似重复" in page_of(sit(who), "/")
        assert "没有符合条件" in page_of(sit(who), "/households?wait=cases")
    assert "疑似同一户" not in page_of(sit(town.cast.wang), f"/households/{HOUSE}")
    assert "<b>1</b><span>疑似重复" in page_of(sit(town.cast.bureau), "/")


def test_who_else_has_the_door_or_telephone_is_told_only_of_ones_own(town: Town, sit: Sit) -> None:
    """钱五 of 金泽镇 has 张三丰's address in his registration: the page of a case in 朱家角镇 has no word of him."""
    twin = {**ANSWERS, "village": town.cast.villages[0], "rep_name": "张小红", "id_no": "319999197505050024"}
    tell(town.cast.gu, "screening", twin, now=town.now - timedelta(hours=2), entity=NEW, create=True)
    tell(town.cast.chen, "screening", {**twin, "village": town.cast.away[0], "rep_name": "钱七", "id_no": "",
                                       "id_type": "none"}, now=town.now - timedelta(hours=1), entity=NEW[:-1] + "2",
         create=True)
    match_across()
    page = page_of(sit(town.cast.wang), f"/duplicates/{HOUSE}/{NEW}")
    assert "张小红" in re.sub("<[^>]+>", "", page)
    assert "其他街镇" not in page and "钱" not in page
    district = page_of(sit(town.cast.bureau), f"/duplicates/{HOUSE}/{NEW}")
    assert "钱七" in district
