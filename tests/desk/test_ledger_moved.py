"""An old month's page of a household that another 街镇 answers for by now: what may be mended there, and by whom."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import localdate

from server.accounts.kinds import AccessKind
from server.accounts.models import AccessLog, User
from server.acts.kinds import ActKind
from server.acts.models import Act
from server.field.decide import decide
from server.households.find import open_household, served
from server.households.models import Household
from server.ledgers.read import lines_of
from server.ledgers.values import Line, month_of
from tests.cast import JINZE, ZHUJIAJIAO
from tests.desk.conftest import ANSWERS, Town
from tests.desk.told import tell

Sit = Callable[[User], Client]
MOVER = "33333333-0000-4000-8000-000000000001"


@pytest.fixture
def month(town: Town) -> str:
    """Last month, when 周六 lived in 朱家角镇; since the first of this one 金泽镇 answers for the household."""
    cast, first = town.cast, localdate(town.now).replace(day=1)
    before = first - timedelta(days=1)
    told = {**ANSWERS, "village": cast.villages[0], "rep_name": "周六", "id_no": "", "id_type": "none",
            "phone": "13600001111", "sex_q": "male", "addr": "珠溪路8号", "may_qualify": "no"}
    said = tell(cast.gu, "screening", told, now=town.now - timedelta(days=45), entity=MOVER, create=True)
    decide(ActKind.APPROVE, said.instance_id, by=cast.wang.pk, now=town.now - timedelta(days=44))
    decide(ActKind.ASSIGN, MOVER, by=cast.bureau.pk, now=town.now - timedelta(hours=2), since=first,
           value={"village": cast.away[0]}, reason="搬到金泽镇")
    return month_of(before)


@pytest.fixture
def url(month: str) -> str:
    return f"/ledgers/{ZHUJIAJIAO}/{month}/of/{MOVER}"


def line(month: str) -> Line:
    return lines_of(ZHUJIAJIAO, month, MOVER)[0]


def house() -> Household:
    row = served(MOVER)
    assert row is not None
    return row


def test_the_page_says_to_whom_to_turn(town: Town, sit: Sit, url: str, month: str) -> None:
    page = sit(town.cast.ledger).get(f"{url}/income").content.decode()
    assert "这一户现在由金泽镇负责" in page and "徐主任" in page and "民政局老何" in page
    assert "本来就错" in page and "自某日起变化" not in page, "its own line stays mendable, newer truth is the other's"
    assert f"/households/{MOVER}" not in page, "that page would be 404 for him"
    name = sit(town.cast.ledger).get(f"{url}/name").content.decode()
    assert "增列对象" not in name and "本月不列" in name
    assert "打开这一户" in sit(town.cast.bureau).get(f"{url}/income").content.decode()


def test_newer_truth_is_refused(town: Town, sit: Sit, url: str, month: str) -> None:
    """自…起变化, a further 对象, and relief entered or left: of who answers for the household now."""
    today = localdate(town.now).isoformat()
    acts = Act.objects.count()
    for who in (town.cast.ledger, town.cast.wang):
        keeper = sit(who)
        form = {"value": "新地址1号", "how": "since", "since": today, "reason": "听说搬了"}
        answer = keeper.post(f"{url}/addr/mend", form)
        assert answer.status_code == 403 and "请找金泽镇的徐主任办理" in answer.content.decode()
    keeper = sit(town.cast.ledger)
    person = {"name": "周婆", "programme": "tekun", "since": "2023-05-01", "reason": "单人特困"}
    answer = keeper.post(f"{url}/person", person)
    assert answer.status_code == 403 and "金泽镇" in answer.content.decode()
    assert Act.objects.count() == acts and open_household(house()).folded.value("addr") == "珠溪路8号"


def test_who_answers_for_it_now_may(town: Town, sit: Sit, url: str, month: str) -> None:
    """The district keeps both; the other 街镇 does it on its own page, and does not see this one."""
    today = localdate(town.now)
    form = {"value": "新地址1号", "how": "since", "since": today.isoformat(), "reason": "搬家"}
    assert sit(town.cast.xu).post(f"{url}/addr/mend", form).status_code == 404
    assert AccessLog.objects.filter(what=AccessKind.REFUSED, by=town.cast.xu).exists()
    own = f"/ledgers/{JINZE}/{month_of(today)}/of/{MOVER}/addr/mend"
    assert sit(town.cast.xu).post(own, form).status_code == 302
    assert open_household(house()).folded.value("addr") == "新地址1号"
    assert sit(town.cast.bureau).post(f"{url}/addr/mend", form | {"value": "新地址2号"}).status_code == 302
    assert open_household(house()).folded.value("addr") == "新地址2号"
    assert line(month).value("addr") == "珠溪路8号", "last month it was so"


def test_its_own_statement_stays_mendable(town: Town, sit: Sit, url: str, month: str) -> None:
    """A correction replaces the statement in its place: what 金泽镇 has said since stands."""
    keeper = sit(town.cast.ledger)
    tell(town.cast.chen, "visit", {"hh": MOVER, "result": "met_person", "changed": "income", "income_pc": "1500",
                                   "was_income_pc": "~1200", "plan": "按季上门"},
         now=town.now - timedelta(hours=1), entity=MOVER)
    assert open_household(house()).folded.value("income_pc") in (1500, "1500")
    answer = keeper.post(f"{url}/income/mend", {"value": "900", "how": "wrong", "reason": "笔误"}, follow=True)
    assert "已更正" in answer.content.decode()
    assert line(month).value("income") == 900
    assert open_household(house()).folded.value("income_pc") in (1500, "1500")
    keeper.post(f"{url}/name/mend", {"value": "周陆", "how": "wrong", "reason": "同音字"})
    assert line(month).value("name") == "周陆"
    assert Act.objects.filter(kind=ActKind.CORRECT).count() == 2


def test_beside_no_statement_of_its_own_it_may_not(town: Town, sit: Sit, url: str, month: str) -> None:
    """A blank cell, or one the desk stated: filling it in now would be newer truth."""
    form = {"value": "社区基金会", "how": "wrong", "reason": "漏"}
    answer = sit(town.cast.ledger).post(f"{url}/suggestion/mend", form)
    assert answer.status_code == 403 and "请找金泽镇" in answer.content.decode()
    assert not Act.objects.filter(kind=ActKind.STATE).exists()


def test_the_month_itself_is_still_its_own(town: Town, sit: Sit, url: str, month: str) -> None:
    """Leaving the household out of last month is about last month's line; of this month's it is not his."""
    keeper = sit(town.cast.ledger)
    assert keeper.post(f"{url}/out", {"reason": "市级单列"}).status_code == 302
    assert lines_of(ZHUJIAJIAO, month, MOVER) == []
    assert keeper.post(f"{url}/out", {"reason": "取消单列", "again": "1"}).status_code == 302
    assert lines_of(ZHUJIAJIAO, month, MOVER)
    this = url.replace(month, month_of(localdate(town.now)))
    assert keeper.post(f"{this}/out", {"reason": "x"}).status_code == 404
    assert keeper.post(f"{this}/person", {"reason": "x"}).status_code == 404
    # Nor does who has it now rule about the month before it came.
    decide(ActKind.ASSIGN, MOVER, by=town.cast.bureau.pk, now=town.now, since=localdate(town.now),
           value={"village": town.cast.villages[0]}, reason="搬回")
    theirs = f"/ledgers/{JINZE}/{month}/of/{MOVER}/out"
    assert sit(town.cast.bureau).post(theirs, {"reason": "x"}).status_code in (403, 404)


def test_what_was_said_later_is_not_overruled_from_an_old_page(town: Town, sit: Sit, url: str, month: str) -> None:
    """Of one's own household too: 本来就错 in a blank cell of an old month must not beat a later visit."""
    decide(ActKind.ASSIGN, MOVER, by=town.cast.bureau.pk, now=town.now, since=localdate(town.now),
           value={"village": town.cast.villages[0]}, reason="搬回")
    tell(town.cast.gu, "visit", {"hh": MOVER, "result": "met_person", "suggest": "社区基金会", "plan": "按月上门"},
         now=town.now, entity=MOVER)
    said = open_household(house()).folded.value("suggest")
    form = {"value": "别的建议", "how": "wrong", "reason": "漏填"}
    answer = sit(town.cast.ledger).post(f"{url}/suggestion/mend", form, follow=True).content.decode()
    assert said and "后来另有填报" in answer
    assert open_household(house()).folded.value("suggest") == said
