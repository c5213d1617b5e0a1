"""Reviewing: approve, return, void, correct, mend a clock; nobody judges his own."""

from collections.abc import Callable
from datetime import timedelta

from django.test import Client
from pytest_django import DjangoAssertNumQueries

from server.accounts.models import Grant, User
from server.acts.models import Act
from server.households.find import open_household
from server.households.kinds import Review
from server.households.models import Noted
from sync.models import Submission
from tests.cast import ZHUJIAJIAO
from tests.desk.conftest import HOUSE, Town
from tests.desk.told import tell

Sit = Callable[[User], Client]


def state(submission: Submission) -> str:
    return Noted.objects.get(filing__submission=submission).review


def judge(client: Client, submission: Submission, verdict: str, reason: str = "", **more: str) -> str:
    answer = client.post(f"/submissions/{submission.pk}/judge", {"verdict": verdict, "reason": reason, **more})
    return str(answer.headers.get("Location", answer.status_code))


def test_approve_goes_on_to_the_next_that_waits(town: Town, sit: Sit) -> None:
    wang = sit(town.cast.wang)
    assert judge(wang, town.first, "approve", next="1") == f"/submissions/{town.second.pk}"
    assert state(town.first) == Review.APPROVED
    assert "通过" in wang.get(f"/submissions/{town.first.pk}").content.decode()


def test_a_return_needs_a_reason_and_its_author_reads_it(town: Town, sit: Sit) -> None:
    wang, gu = sit(town.cast.wang), sit(town.cast.gu)
    judge(wang, town.first, "return")
    assert state(town.first) == Review.PENDING
    judge(wang, town.first, "return", "身份证号请核对原件")
    assert state(town.first) == Review.RETURNED
    page = gu.get("/mine?show=returned").content.decode()
    assert "身份证号请核对原件" in page
    assert "张三丰" in page
    assert "<b>1</b><span>我的退回" in gu.get("/").content.decode()


def test_void_and_back(town: Town, sit: Sit) -> None:
    wang = sit(town.cast.wang)
    judge(wang, town.first, "void", "填错对象")
    assert state(town.first) == Review.VOIDED
    assert "张三丰" not in wang.get("/households").content.decode()
    judge(wang, town.first, "unvoid")
    assert state(town.first) == Review.PENDING
    assert "张三丰" in wang.get("/households").content.decode()


def test_nobody_judges_his_own(town: Town, sit: Sit) -> None:
    Grant.objects.create(user=town.cast.gu, role="SU", area_id=ZHUJIAJIAO, since="2024-01-01")
    gu = sit(town.cast.gu)
    assert judge(gu, town.first, "approve") == "403"
    gu.post("/submissions/approve", {"id": [town.first.pk, town.second.pk]})
    assert (state(town.first), state(town.second)) == (Review.PENDING, Review.APPROVED)


def test_only_what_has_no_flag_is_approved_together(town: Town, sit: Sit) -> None:
    Noted.objects.filter(filing__submission=town.first).update(flags=["冲突"])
    sit(town.cast.wang).post("/submissions/approve", {"id": [town.first.pk, town.second.pk, town.away.pk]})
    assert [state(one) for one in (town.first, town.second, town.away)] == ["pending", "approved", "pending"]


def test_flags_come_first_then_the_longest_waiting(town: Town, sit: Sit) -> None:
    Noted.objects.filter(filing__submission=town.second).update(flags=["有建议"])
    page = sit(town.cast.wang).get("/submissions").content.decode()
    assert page.index("李四") < page.index("张三丰")


def test_a_correction_stands_and_is_marked(town: Town, sit: Sit) -> None:
    wang = sit(town.cast.wang)
    said = {"fact": "income_pc", "value": "980", "reason": "核对工资单"}
    wang.post(f"/submissions/{town.first.pk}/correct", said)
    held = open_household(town.house).folded.facts["income_pc"]
    assert (held.value, held.corrected) == (980, True)
    wang.post(f"/submissions/{town.first.pk}/correct", {**said, "value": "1", "reason": ""})
    assert open_household(town.house).folded.value("income_pc") == 980


def test_a_corrected_id_number_brings_birth_and_sex(town: Town, sit: Sit) -> None:
    said = {"fact": "id_no", "value": "319999196203150021", "reason": "核对原件"}
    sit(town.cast.wang).post(f"/submissions/{town.first.pk}/correct", said)
    folded = open_household(town.house).folded
    assert (folded.value("birth"), folded.value("sex")) == ("1950-01-01", "male")  # its check digit does not hold
    said["value"] = "319999196203150025"
    sit(town.cast.wang).post(f"/submissions/{town.first.pk}/correct", said)
    folded = open_household(town.house).folded
    assert folded.facts["id_no"].verified
    assert (folded.value("birth"), folded.value("sex")) == ("1962-03-15", "female")


def test_a_mended_clock_moves_the_day_but_not_beyond_now(town: Town, sit: Sit) -> None:
    wang = sit(town.cast.wang)
    future = (town.now + timedelta(days=2)).strftime("%Y-%m-%dT10:00")
    wang.post(f"/submissions/{town.first.pk}/clock", {"observed": future, "reason": "手机时间不对"})
    assert not Act.objects.filter(kind="clock").exists()
    past = (town.now - timedelta(days=20)).strftime("%Y-%m-%dT10:00")
    wang.post(f"/submissions/{town.first.pk}/clock", {"observed": past, "reason": "手机时间不对"})
    assert town.house.opened_on == (town.now - timedelta(days=20)).date()


def test_an_update_can_be_filed_to_the_right_household(town: Town, sit: Sit) -> None:
    visit = tell(town.cast.li, "visit", {"result": "met_person", "plan": "改为每月上门", "kind": "regular"},
                 now=town.now - timedelta(hours=5), entity=HOUSE)
    other = town.house.__class__.objects.get(pk="11111111-0000-4000-8000-000000000003")
    sit(town.cast.wang).post(f"/submissions/{visit.pk}/refile", {"household": other.code, "reason": "选错了户"})
    assert open_household(town.house).folded.value("plan") == "协助申请低保，每月上门"
    other.refresh_from_db()
    assert open_household(other).folded.value("plan") == "改为每月上门"


def test_the_page_tells_old_and_new(town: Town, sit: Sit) -> None:
    visit = tell(town.cast.li, "visit", {"result": "met_person", "kind": "regular", "income_pc": "700",
                                         "difficulty": "老伴上月住院"},
                 now=town.now - timedelta(hours=5), entity=HOUSE)
    page = sit(town.cast.wang).get(f"/submissions/{visit.pk}").content.decode()
    assert "<del>1200</del>" in page
    assert "700</ins>" in page
    assert "见到本人" in page


def test_the_list_takes_a_fixed_number_of_queries(
    town: Town, sit: Sit, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    wang = sit(town.cast.wang)
    wang.get("/submissions")
    with django_assert_num_queries(10):
        wang.get("/submissions")
    for hour in range(3):
        tell(town.cast.li, "visit", {"result": "met_person", "kind": "regular"},
             now=town.now - timedelta(hours=hour + 1), entity=HOUSE)
    with django_assert_num_queries(10):
        wang.get("/submissions")
