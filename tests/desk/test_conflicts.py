"""A conflict is one sentence with both values, and one click either way: afterwards the chosen value stands."""

import html
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from server.accounts.models import User
from server.acts.kinds import ActKind
from server.acts.models import Act
from server.areas.names import place_names
from server.field.decide import decide
from server.households.find import open_household
from tests.desk.conftest import ANSWERS, HOUSE, PHONE, Town
from tests.desk.test_household import says
from tests.desk.told import tell

Sit = Callable[[User], Client]
DESKS, PHONES, LATER = "南街9号", "北街1号", "西街3号"


def stands(town: Town, fact: str) -> object:
    return open_household(town.house).folded.value(fact)


def conflict(town: Town, desk: Client, fact: str, was: str, stated: str, visited: str) -> None:
    """The desk states one thing; a phone that had not heard of it says another."""
    says(desk, "fact", fact=fact, value=stated, reason="来电")
    tell(town.cast.li, "visit", {"result": "met_person", "kind": "regular", fact: visited, f"was_{fact}": f"={was}"},
         now=timezone.now(), entity=HOUSE)
    assert town.house.clashes == 1


def page_of(desk: Client, *, reveals: bool = False) -> str:
    answer = desk.post(f"/households/{HOUSE}/full") if reveals else desk.get(f"/households/{HOUSE}")
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


@pytest.mark.parametrize(("pick", "value"), [("value", PHONES), ("against", DESKS)])
def test_either_way_is_one_click(town: Town, sit: Sit, pick: str, value: str) -> None:
    wang = sit(town.cast.wang)
    conflict(town, wang, "addr", ANSWERS["addr"], DESKS, PHONES)
    page = page_of(wang)
    assert page.count("冲突：") == 1
    for said in ("当时看到的是", "王主任 20", "日 登记的是“"):
        assert said in page
    for said in ( "现以", 'name="pick" value="value"', 'name="pick" value="against"'):
        assert said in page
    assert says(wang, "settle", index="0", fact="addr", pick=pick) == "冲突已裁定。"
    assert (town.house.clashes, stands(town, "addr")) == (0, value)
    assert says(wang, "settle", index="0", fact="addr", pick=pick) == "这条冲突已经处理过了。"


@pytest.mark.parametrize(("pick", "value"), [("keep", LATER), ("against", DESKS)])
def test_where_a_third_thing_has_been_said_since(town: Town, sit: Sit, pick: str, value: str) -> None:
    wang = sit(town.cast.wang)
    conflict(town, wang, "plan", ANSWERS["plan"], DESKS, PHONES)
    tell(town.cast.gu, "visit", {"result": "met_person", "kind": "regular", "plan": LATER, "was_plan": f"={PHONES}"},
         now=timezone.now(), entity=HOUSE)
    page = page_of(wang)
    assert f"维持“{LATER}”" in page
    assert f"以“{DESKS}”为准" in page
    assert says(wang, "settle", index="0", fact="plan", pick=pick) == "冲突已裁定。"
    assert stands(town, "plan") == value


def test_two_numbers_that_look_alike_when_masked(town: Town, sit: Sit) -> None:
    wang = sit(town.cast.wang)
    conflict(town, wang, "phone", PHONE, "13600001234", "13611111234")
    page = page_of(wang)
    assert "两者隐去的部分不同" in page
    assert "13611111234" not in page
    shown = page_of(wang, reveals=True)
    assert "以“13611111234”为准" in shown
    assert "以“13600001234”为准" in shown


@pytest.mark.parametrize(("pick", "value"), [("value", "张三风"), ("against", "张三峰")])
def test_an_edit_that_overrules_a_correction(town: Town, sit: Sit, pick: str, value: str) -> None:
    """A name the desk has set right is verified: the picked one stands all the same."""
    wang = sit(town.cast.wang)
    wang.post(f"/submissions/{town.first.pk}/correct", {"fact": "rep_name", "value": "张三峰", "reason": "看过户口簿"})
    tell(town.cast.gu, "screening", {**ANSWERS, "village": town.cast.villages[0], "rep_name": "张三风"}, now=town.now,
         entity=HOUSE, create=True, edits=town.first.instance_id)
    assert town.house.clashes == 1
    assert "审核时已更正为" in page_of(wang)
    assert says(wang, "settle", index="0", fact="rep_name", pick=pick) == "冲突已裁定。"
    assert (town.house.clashes, stands(town, "rep_name")) == (0, value)


@pytest.mark.parametrize(("pick", "at"), [("value", 1), ("against", 0)])
def test_two_villages_of_one_town(town: Town, sit: Sit, pick: str, at: int) -> None:
    wang = sit(town.cast.wang)
    here, there = town.cast.villages[:2]
    tell(town.cast.li, "visit", {"result": "met_person", "kind": "regular", "village_new": there, "addr": "新居"},
         now=town.now, entity=HOUSE)
    home, stated = (place_names([here, there])[code].full for code in (here, there))
    page = page_of(wang)
    assert f"报称住在{stated}，现在{home}名单上；划定之前只在{home}的名单上。" in page
    assert f"划定到{stated}" in page and f"留在{home}" in page
    assert (town.house.village, town.house.clashes) == (here, 1)
    assert says(wang, "settle", index="0", fact="village", pick=pick) == "已划定村居。"
    assert (town.house.village, town.house.clashes) == ((here, there)[at], 0)


def test_a_town_says_of_a_move_into_another_town_only_that_it_stays(town: Town, sit: Sit) -> None:
    """小李's visit says that they live in 金泽镇 now: whose phones to fill is not for 朱家角镇 to say."""
    wang, bureau = sit(town.cast.wang), sit(town.cast.bureau)
    tell(town.cast.li, "visit", {"result": "met_person", "kind": "regular", "village_new": town.cast.away[0]},
         now=town.now, entity=HOUSE)
    assert "跨街镇请由区民政局办理" in says(wang, "settle", index="0", fact="village", pick="value")
    assert (town.house.village, town.house.clashes) == (town.cast.villages[0], 1)
    assert says(bureau, "settle", index="0", fact="village", pick="value") == "已划定村居。"
    assert (town.house.village, town.house.clashes) == (town.cast.away[0], 0)


def test_a_settled_conflict_is_a_decision_with_its_author(town: Town, sit: Sit) -> None:
    wang = sit(town.cast.wang)
    conflict(town, wang, "addr", ANSWERS["addr"], DESKS, PHONES)
    says(wang, "settle", index="0", fact="addr", pick="against")
    assert Act.objects.filter(kind=ActKind.CORRECT, by=town.cast.wang).count() == 1
    decide(ActKind.GRADE, HOUSE, by=town.cast.wang.pk, now=town.now, value={"grade": "A"})
    assert town.house.clashes == 0
