"""A month on its way between 街镇 and district, on the screens; who may do what."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.utils.timezone import localdate
from openpyxl import load_workbook

from server.accounts.kinds import AccessKind
from server.accounts.models import AccessLog, User
from server.acts.kinds import ActKind
from server.field.decide import decide
from server.ledgers.models import Month, Supplement
from server.ledgers.values import month_of
from tests.cast import JINZE, ZHUJIAJIAO
from tests.desk.conftest import HOUSE, Town

Sit = Callable[[User], Client]


@pytest.fixture
def month(town: Town) -> str:
    """A month before anybody was registered, whatever day it is."""
    return month_of(localdate(town.now).replace(day=1) - timedelta(days=40))


@pytest.fixture
def url(month: str) -> str:
    return f"/ledgers/{ZHUJIAJIAO}/{month}"


def state() -> str:
    return str(Month.objects.order_by("-version").values_list("state", flat=True).first())


def test_from_zero_report_to_acceptance_and_back_again(town: Town, sit: Sit, url: str, month: str) -> None:
    keeper, district = sit(town.cast.ledger), sit(town.cast.bureau)
    assert "零报告" in keeper.get(url).content.decode()
    page = keeper.post(f"{url}/lock", follow=True).content.decode()
    assert "（零报告）" in page and "报送区民政局（零报告）" in page
    assert "没有接收" in district.post(f"{url}/accept", follow=True).content.decode(), "not reported yet"
    keeper.post(f"{url}/report")
    assert state() == "reported"
    assert "没有报送" in keeper.post(f"{url}/report", follow=True).content.decode(), "twice is once"
    overview = district.get(f"/ledgers?m={month}").content.decode()
    assert "接收</button>" in overview and "10 个还没有报送" in overview
    district.post(f"{url}/accept", {"back": "district"})
    assert state() == "accepted"
    district.post(f"{url}/reopen", {"reason": "漏报一户"})
    assert state() == "returned"
    page = keeper.get(url).content.decode()
    assert "第 2 版" in page and "漏报一户" in page
    keeper.post(f"{url}/lock")
    assert [(m.version, m.state) for m in Month.objects.order_by("version")] == [(1, "returned"), (2, "locked")]


def test_who_may_do_what(town: Town, sit: Sit, url: str) -> None:
    cast = town.cast
    assert sit(cast.bureau).post(f"{url}/lock").status_code == 403, "the district does not lock for a 街镇"
    sit(cast.ledger).post(f"{url}/lock")
    for who in (cast.wang, cast.gu, cast.bureau, cast.inspector):
        assert sit(who).post(f"{url}/report").status_code == 403
    sit(cast.ledger).post(f"{url}/report")
    for who in (cast.wang, cast.gu, cast.ledger, cast.inspector):
        assert sit(who).post(f"{url}/accept").status_code == 403
        assert sit(who).post(f"{url}/reopen", {"reason": "x"}).status_code == 403
    for who in (cast.wang, cast.gu, cast.bureau):
        assert sit(who).post(f"{url}/supplement", {"reason": "x"}).status_code == 403
        assert sit(who).post(f"{url}/of/{HOUSE}/out", {"reason": "x"}).status_code == 403
        assert sit(who).post(f"{url}/of/{HOUSE}/person", {"reason": "x"}).status_code == 403
    assert state() == "reported"


def test_the_district_sees_who_is_missing_and_has_the_words_to_say_so(town: Town, sit: Sit, month: str) -> None:
    page = sit(town.cast.bureau).get(f"/ledgers?m={month}").content.decode()
    assert "11 个还没有报送" in page and 'id="reminder"' in page
    assert "朱家角镇" in page and "零报告" in page and page.count("<svg") >= 2
    assert sit(town.cast.bureau).get("/ledgers?m=2999-01").status_code == 200
    assert 'id="reminder"' not in sit(town.cast.ledger).get("/ledgers").content.decode()


def test_after_the_day_it_is_late(town: Town, sit: Sit, month: str) -> None:
    past = month_of(localdate(town.now).replace(day=1) - timedelta(days=45))
    page = sit(town.cast.bureau).get(f"/ledgers?m={past}").content.decode()
    assert page.count("逾期</span>") == 11


def approve_everything(town: Town) -> None:
    decide(ActKind.APPROVE, town.first.instance_id, by=None, now=town.now)
    decide(ActKind.APPROVE, town.second.instance_id, by=None, now=town.now)


def test_closing_says_what_waits_and_the_supplement_lists_it(town: Town, sit: Sit, url: str, month: str) -> None:
    """Both registrations are dated back into that month; neither was approved when it was locked."""
    back = f"{month}-15T10:00:00+08:00"
    for one in (town.first, town.second):
        decide(ActKind.CLOCK, one.instance_id, by=None, now=town.now, value={"observed": back})
    keeper = sit(town.cast.ledger)
    page = keeper.get(url).content.decode()
    assert "2 户还有待审内容" in page and "有 2 行与预览不同" in page
    keeper.post(f"{url}/lock")
    assert Month.objects.get().counts == {"1": 0, "2": 0, "3": 0, "4": 0}
    approve_everything(town)
    assert "待补报" not in keeper.get(url).content.decode(), "asked for when the page stands"
    page = keeper.get(f"{url}?late=1").content.decode()
    assert "待补报" in page and "应增" in page
    assert "没有出具" in keeper.post(f"{url}/supplement", {"reason": " "}, follow=True).content.decode()
    keeper.post(f"{url}/supplement", {"reason": "审核后补报"})
    issued = Supplement.objects.get()
    assert (issued.number, issued.count) == (1, 2)
    assert "没有需要补报的变化" in keeper.post(f"{url}/supplement", {"reason": "x"}, follow=True).content.decode()
    assert keeper.post(f"{url}/supplements/1", {"reason": ""}).status_code == 302
    assert keeper.post(f"{url}/supplements/2", {"reason": "x"}).status_code == 404
    answer = keeper.post(f"{url}/supplements/1", {"reason": "报送", "version": "1"})
    sheet = load_workbook(BytesIO(answer.content)).active
    cells = {str(cell.value) for row in sheet.iter_rows() for cell in row}
    assert {"张三丰", "李四", "应增", "不在表内"} <= cells
    assert AccessLog.objects.filter(what=AccessKind.EXPORT, subject=f"supplement:{ZHUJIAJIAO}/{month}/1").exists()


def test_another_town_is_not_found(town: Town, sit: Sit, month: str) -> None:
    away = f"/ledgers/{JINZE}/{month}"
    for path in ("lock", "report", "accept", "reopen", "supplement", f"of/{HOUSE}/out", f"of/{HOUSE}/name/mend"):
        assert sit(town.cast.ledger).post(f"{away}/{path}", {"reason": "x"}).status_code == 404
