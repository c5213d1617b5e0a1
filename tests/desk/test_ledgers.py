"""The month on the screen: preview, file with a reason, lock, send back."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.utils.timezone import localdate
from openpyxl import load_workbook

from server.accounts.kinds import AccessKind
from server.accounts.models import AccessLog, User
from server.ledgers.models import Month
from server.ledgers.values import month_of
from tests.cast import ZHUJIAJIAO
from tests.desk.conftest import ID_NO, Town

Sit = Callable[[User], Client]


@pytest.fixture
def url(town: Town) -> str:
    return f"/ledgers/{ZHUJIAJIAO}/{month_of(localdate(town.now))}"


def test_the_preview_has_the_official_headings_and_marks_what_waits(town: Town, sit: Sit, url: str) -> None:
    page = sit(town.cast.wang).get(url).content.decode()
    assert "青浦区社会救助低收入人口探访排摸统计表(表一)" in page
    assert "拟可准入民政救助政策" in page
    assert "张三丰" in page
    assert "待审" in page
    assert sit(town.cast.wang).get(f"{url}?t=4").content.decode().count("零报告") == 1


def test_a_consultant_sees_his_own_village_only(town: Town, sit: Sit, url: str) -> None:
    page = sit(town.cast.gu).get(url).content.decode()
    assert "张三丰" in page
    assert "李四" not in page
    assert "下载" not in page
    assert sit(town.cast.gu).post(f"{url}/file", {"reason": "x"}).status_code == 403


def test_the_file_needs_a_reason_and_leaves_a_trace(town: Town, sit: Sit, url: str) -> None:
    wang = sit(town.cast.wang)
    assert wang.post(f"{url}/file", {"reason": " "}).status_code == 302
    assert not AccessLog.objects.filter(what=AccessKind.EXPORT).exists()
    answer = wang.post(f"{url}/file", {"reason": "报送区民政局"})
    assert "filename*=UTF-8''" in answer["Content-Disposition"]
    book = load_workbook(BytesIO(answer.content))
    assert len(book.sheetnames) == 4
    cells = [str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row]
    assert ID_NO in cells
    assert "报送区民政局" in AccessLog.objects.get(what=AccessKind.EXPORT).detail


def test_only_the_ledger_keeper_locks_and_only_the_district_sends_back(town: Town, sit: Sit) -> None:
    last = month_of(localdate(town.now).replace(day=1) - timedelta(days=1))
    url = f"/ledgers/{ZHUJIAJIAO}/{last}"
    assert sit(town.cast.wang).post(f"{url}/lock").status_code == 403
    sit(town.cast.ledger).post(f"{url}/lock")
    closed = Month.objects.get()
    assert closed.state == "locked"
    assert sit(town.cast.ledger).post(f"{url}/reopen", {"reason": "x"}).status_code == 403
    bureau = sit(town.cast.bureau)
    assert "已锁定" in bureau.get("/ledgers").content.decode()
    assert "已锁定" in bureau.get("/").content.decode()
    bureau.post(f"{url}/reopen", {"reason": ""})
    assert Month.objects.get().state == "locked"
    bureau.post(f"{url}/reopen", {"reason": "漏报两户"})
    assert Month.objects.get().state == "returned"


def test_a_running_month_cannot_be_locked(town: Town, sit: Sit, url: str) -> None:
    page = sit(town.cast.ledger).post(f"{url}/lock", follow=True).content.decode()
    assert "还没有过完" in page
    assert not Month.objects.exists()


@pytest.mark.parametrize("month", ["2024-13", "x", "2999-01"])
def test_no_such_month(month: str, town: Town, sit: Sit) -> None:
    assert sit(town.cast.wang).get(f"/ledgers/{ZHUJIAJIAO}/{month}").status_code == 404


def test_what_is_doubtful_is_shown_before_locking(town: Town, sit: Sit) -> None:
    page = sit(town.cast.ledger).get(f"/ledgers/{ZHUJIAJIAO}/{town.now:%Y-%m}").content.decode()
    assert "锁定前请看一看" in page
    assert "没有身份证号" in page, "李四 was registered without papers"
