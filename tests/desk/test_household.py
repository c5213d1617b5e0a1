"""Decisions about a household at the desk, and what follows."""

from collections.abc import Callable
from datetime import timedelta

from django.test import Client
from django.utils.timezone import localdate
from pytest_django import DjangoAssertNumQueries

from server.accounts.models import User
from server.acts.models import Act
from server.households.find import open_household, served
from server.households.kinds import Status
from server.households.models import Household
from server.visits.models import Due
from tests.desk.conftest import ANSWERS, HOUSE, THIRD, TWIN, Town
from tests.desk.told import tell

Sit = Callable[[User], Client]


def says(client: Client, what: str, house: str = HOUSE, **said: object) -> str:
    """Post one decision and return the sentence the desk answers with."""
    answer = client.post(f"/households/{house}/{what}", said, follow=True)
    if answer.status_code != 200:
        return str(answer.status_code)
    return "".join(str(message) for message in answer.context["messages"])


def test_a_grade_moves_the_next_visit(town: Town, sit: Sit) -> None:
    before = Due.objects.get(pk=HOUSE).due_to
    assert "已评定为重点" in says(sit(town.cast.wang), "grade", grade="A", since="", reason="独居")
    after = Due.objects.get(pk=HOUSE).due_to
    assert (before and after and after < before) or town.now.month in (3, 6, 9, 12)
    assert town.house.grade_is_set
    assert says(sit(town.cast.gu), "grade", grade="C") == "403"


def test_admission_termination_and_readmission(town: Town, sit: Sit) -> None:
    wang, today = sit(town.cast.wang), localdate(town.now)
    admit = {"proposal": "admit", "programme": "dibao", "since": today - timedelta(days=2), "reason": "审批表"}
    assert "纳入保障" in says(wang, "state", **admit)
    assert town.house.table == 3
    assert "已经在这项保障中" in says(wang, "state", **admit)
    assert "没有在这项保障中" in says(wang, "state", **{**admit, "proposal": "exit", "programme": "tekun"})
    assert "退出保障" in says(wang, "state", **{**admit, "proposal": "exit", "since": today - timedelta(days=1)})
    assert town.house.table == 4
    assert Due.objects.get(pk=HOUSE).kind == "return"
    assert "恢复保障" in says(wang, "state", **{**admit, "proposal": "readmit", "since": today})
    assert town.house.table == 3
    assert "没有保存" in says(wang, "state", **{**admit, "proposal": "moved", "since": today + timedelta(days=1)})


def test_moved_away_and_back_in_care(town: Town, sit: Sit) -> None:
    wang, today = sit(town.cast.wang), localdate(town.now)
    assert "已搬离" in says(wang, "state", proposal="moved", since=today, reason="搬至外区")
    assert town.house.status == Status.MOVED
    assert "恢复在册" in says(wang, "state", proposal="reopen", since=today, reason="搬回")
    assert town.house.status == Status.ACTIVE


def test_a_visits_proposal_is_accepted_once(town: Town, sit: Sit) -> None:
    day = (town.now - timedelta(days=1)).date().isoformat()
    visit = tell(town.cast.gu, "visit", {"result": "moved", "moved_on": day, "kind": "regular"},
                 now=town.now - timedelta(hours=4), entity=HOUSE)
    wang = sit(town.cast.wang)
    assert "建议：已搬离" in wang.get(f"/households/{HOUSE}").content.decode()
    assert "建议：" in wang.get(f"/submissions/{visit.pk}").content.decode()
    said = {"instance": visit.instance_id, "proposal": "moved", "programme": ""}
    assert "须写明原因" in says(wang, "proposal", **said, decision="decline")
    assert "已采纳：已搬离" in says(wang, "proposal", **said, decision="accept")
    assert town.house.status == Status.MOVED
    assert "已经处理过" in says(wang, "proposal", **said, decision="accept")
    assert Act.objects.filter(kind="accept").count() == 1


def test_merge_is_undone_by_parting(town: Town, sit: Sit) -> None:
    wang = sit(town.cast.wang)
    other = Household.objects.get(pk=THIRD)
    assert "请先选合并后归哪个村居" in says(wang, "pair", other=other.code, decision="merge", reason="同一家")
    assert not Act.objects.exists()
    assert "已合并" in says(wang, "pair", other=other.code, decision="merge", reason="同一家", side="other")
    one = served(THIRD)
    assert one is not None
    assert one == served(HOUSE)
    assert one.village == town.cast.villages[1]
    assert wang.get(f"/households/{THIRD}").status_code in (200, 302)
    assert "分开" in wang.get(f"/households/{one.pk}").content.decode()
    apart = THIRD if one.pk == HOUSE else HOUSE
    assert "已撤销合并" in says(wang, "part", one.pk, id=apart, reason="误并")
    assert served(THIRD) != served(HOUSE)
    assert town.house.village == town.cast.villages[0], "the home that the merge gave falls with it"


def test_what_evidence_joined_is_parted_by_a_cannot_link(town: Town, sit: Sit) -> None:
    tell(town.cast.gu, "screening", {**ANSWERS, "village": town.cast.villages[0]}, now=town.now - timedelta(hours=2),
         entity=TWIN, create=True)
    assert served(TWIN) == town.house
    assert "已认定为不同户" in says(sit(town.cast.wang), "part", id=TWIN, reason="同名不同人")
    assert served(TWIN) != served(HOUSE)
    assert Act.objects.get(kind="cannot_link")


def test_another_towns_household_cannot_be_merged(town: Town, sit: Sit) -> None:
    away = Household.objects.get(village__startswith="310118104")
    assert "没有保存" in says(sit(town.cast.wang), "pair", other=away.code, decision="merge", reason="x")
    assert not Act.objects.exists()


def test_a_conflict_is_told_in_a_sentence_and_settled(town: Town, sit: Sit) -> None:
    wang = sit(town.cast.wang)
    says(wang, "fact", fact="phone", value="13600001111", reason="本人来电")
    tell(town.cast.li, "visit", {"result": "met_person", "kind": "regular", "phone": "13900002222",
                                 "was_phone": "=13800001234"}, now=town.now + timedelta(minutes=1), entity=HOUSE)
    assert town.house.clashes == 1
    page = wang.get(f"/households/{HOUSE}").content.decode()
    assert "当时看到的是" in page
    assert "现以" in page
    assert "冲突已裁定" in says(wang, "settle", index="0", fact="phone", pick="against")
    assert town.house.clashes == 0
    assert open_household(town.house).folded.value("phone") == "13600001111"


def test_a_fact_stated_at_the_desk_names_its_author(town: Town, sit: Sit) -> None:
    wang = sit(town.cast.wang)
    assert "已登记变更" in says(wang, "fact", fact="income_pc", value="1500", reason="工资调整")
    page = wang.get(f"/households/{HOUSE}").content.decode()
    assert "1500" in page
    assert "王主任" in page


def test_a_village_is_assigned_inside_the_town_only(town: Town, sit: Sit) -> None:
    wang = sit(town.cast.wang)
    assert "跨街镇" in says(wang, "assign", village=town.cast.away[0])
    tomorrow = localdate(town.now) + timedelta(days=1)
    assert "没有保存" in says(wang, "assign", village=town.cast.villages[1], since=tomorrow)
    assert not Act.objects.filter(kind="assign").exists()
    assert "已划定" in says(wang, "assign", village=town.cast.villages[1], reason="门牌核对")
    assert town.house.village == town.cast.villages[1]


def test_an_old_id_leads_to_the_household_of_today(town: Town, sit: Sit) -> None:
    tell(town.cast.gu, "screening", {**ANSWERS, "village": town.cast.villages[0]}, now=town.now - timedelta(hours=2),
         entity=TWIN, create=True)
    answer = sit(town.cast.wang).get(f"/households/{TWIN}")
    assert answer.headers["Location"] == f"/households/{HOUSE}"


def test_search_finds_by_what_people_have_in_hand(town: Town, sit: Sit) -> None:
    wang = sit(town.cast.wang)
    for text in ("张三丰", " 张 三丰", "319999195001010011", "0011", "13800001234", "138 0000 1234", town.house.code,
                 town.house.code.lower()):
        page = wang.get("/households", {"q": text}).content.decode()
        assert f"/households/{HOUSE}" in page, text
        assert THIRD not in page, text
    assert "没有符合条件" in wang.get("/households", {"q": "王五"}).content.decode()


def test_lists_take_a_fixed_number_of_queries(
    town: Town, sit: Sit, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    wang = sit(town.cast.wang)
    tell(town.cast.li, "lead", {"source": "neighbour", "village": town.cast.villages[0], "seen": "两天没出门"},
         now=town.now, entity="44444444-0000-4000-8000-000000000009", create=True)
    pinned = (("/households", 8), ("/due?state=later", 9), ("/leads", 11), ("/", 14))
    for url, count in pinned:
        wang.get(url)
        with django_assert_num_queries(count, info=url):
            wang.get(url)
    for number in range(4):
        tell(town.cast.li, "screening", {**ANSWERS, "village": town.cast.villages[0], "rep_name": f"赵{number}",
                                         "id_no": "", "id_type": "none", "phone": f"1350000000{number}"},
             now=town.now - timedelta(hours=number + 1), entity=f"33333333-0000-4000-8000-00000000000{number}",
             create=True)
        tell(town.cast.li, "lead", {"source": "neighbour", "village": town.cast.villages[0], "seen": "两天没出门"},
             now=town.now, entity=f"44444444-0000-4000-8000-00000000000{number}", create=True)
    for url, count in pinned:
        with django_assert_num_queries(count, info=url):
            wang.get(url)
