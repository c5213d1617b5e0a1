"""四表导入 at the desk: upload, look, confirm; approved by somebody else; undone and brought back by one act."""

from collections.abc import Callable
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from openpyxl import load_workbook

from server.accounts.models import AccessLog, User
from server.acts.models import Act
from server.areas.names import place_names
from server.exchange.models import Import
from server.households.models import Household
from server.ledgers.kinds import LedgerKind
from server.ledgers.names import names_in
from server.ledgers.read import approved_lines, month_view
from server.ledgers.workbook import make_workbook
from server.support.load_catalogue import load_catalogue
from sync.models import Submission
from tests.cast import JINZE, ZHUJIAJIAO
from tests.desk.conftest import Town
from tests.exchange.tables import DAY, MONTH, lines_of, paper

Sit = Callable[[User], Client]


def tables(town: Town, many: int = 3) -> bytes:
    load_catalogue(DAY)
    return make_workbook({kind: lines_of(town.cast, kind, many) for kind in LedgerKind}, paper())


def upload(client: Client, data: bytes, *, town: str = ZHUJIAJIAO, month: str = MONTH, name: str = "八月.xlsx"
           ) -> HttpResponse:
    said = {"town": town, "month": month, "tables": [SimpleUploadedFile(name, data)]}
    return client.post("/imports/new", said, follow=True)


def spoiled(data: bytes) -> bytes:
    """With a number that a spreadsheet has ruined in the first line of 表一."""
    book = load_workbook(BytesIO(data))
    book["表一"]["E4"].value = 319999193003150000
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def test_the_way_of_a_file(town: Town, sit: Sit) -> None:
    ledger, wang = sit(town.cast.ledger), sit(town.cast.wang)
    before = Household.objects.count()
    answer = upload(ledger, tables(town))
    one = Import.objects.get()
    page = answer.content.decode()
    assert answer.redirect_chain[-1][0] == f"/imports/{one.pk}"
    assert "确认导入 12 行" in page and "还没有导入" in page
    assert "赵一一" in page and "319999" in page and "********" in page
    assert Household.objects.count() == before, "a trial writes nothing"
    ledger.post(f"/imports/{one.pk}/confirm")
    assert Household.objects.count() == before + 12
    assert sum(len(lines) for lines in month_view(ZHUJIAJIAO, MONTH).lines.values()) == 12
    assert not approved_lines(ZHUJIAJIAO, MONTH, names_in(ZHUJIAJIAO, DAY)), "nobody has approved yet"
    # Who brought it in does not approve it; the reviewer does, once for all lines.
    assert ledger.post(f"/imports/{one.pk}/approve").status_code == 403
    assert wang.post(f"/imports/{one.pk}/approve").status_code == 302
    assert len(approved_lines(ZHUJIAJIAO, MONTH, names_in(ZHUJIAJIAO, DAY))) == 12
    assert "已通过" in wang.get("/imports").content.decode()
    # Undone and brought back: one act each.
    assert ledger.post(f"/imports/{one.pk}/undo", {"reason": ""}).status_code == 302
    assert [act.kind for act in Act.objects.order_by("seq")] == ["approve"]
    ledger.post(f"/imports/{one.pk}/undo", {"reason": "导错月份"})
    assert "已撤销" in ledger.get(f"/imports/{one.pk}").content.decode()
    assert not any(month_view(ZHUJIAJIAO, MONTH).lines.values())
    ledger.post(f"/imports/{one.pk}/redo")
    assert len(approved_lines(ZHUJIAJIAO, MONTH, names_in(ZHUJIAJIAO, DAY))) == 12
    assert [act.kind for act in Act.objects.order_by("seq")] == ["approve", "void", "unvoid"]


def test_the_same_tables_twice_are_once(town: Town, sit: Sit) -> None:
    ledger = sit(town.cast.ledger)
    data = tables(town, 1)
    upload(ledger, data)
    one = Import.objects.get()
    ledger.post(f"/imports/{one.pk}/confirm")
    again = upload(ledger, load_and_save(data), name="另存.xlsx")
    assert again.redirect_chain[-1][0] == f"/imports/{one.pk}"
    assert "已导入 4 行" not in ledger.post(f"/imports/{one.pk}/confirm", follow=True).content.decode()
    assert Submission.objects.filter(via="import").count() == 4


def load_and_save(data: bytes) -> bytes:
    out = BytesIO()
    load_workbook(BytesIO(data)).save(out)
    return out.getvalue()


def test_one_error_keeps_the_file_out(town: Town, sit: Sit) -> None:
    ledger = sit(town.cast.ledger)
    page = upload(ledger, spoiled(tables(town))).content.decode()
    assert "还不能导入" in page and "表一 第 4 行" in page and "末几位已经丢失" in page and "确认导入" not in page
    one = Import.objects.get()
    assert "没有导入" in ledger.post(f"/imports/{one.pk}/confirm", follow=True).content.decode()
    assert not Submission.objects.filter(via="import").exists()
    ledger.post(f"/imports/{one.pk}/discard")
    assert not Import.objects.exists()


def test_who_may(town: Town, sit: Sit) -> None:
    data = tables(town, 1)
    for nobody in (town.cast.li, town.cast.gu, town.cast.window, town.cast.partner, town.cast.admin):
        assert upload(sit(nobody), data).status_code == 403
    inspector = sit(town.cast.inspector)
    assert inspector.get("/imports").status_code == 200 and upload(inspector, data).status_code == 403
    # The reviewer of another 街镇 cannot choose ours, and his own has no such 村居.
    assert upload(sit(town.cast.xu), data).status_code == 422
    theirs = upload(sit(town.cast.xu), data, town=JINZE).content.decode()
    assert "这张表是朱家角镇的" in theirs and "确认导入" not in theirs
    upload(sit(town.cast.bureau), data)
    one = Import.objects.get(town=ZHUJIAJIAO)
    assert "赵**" in inspector.get(f"/imports/{one.pk}").content.decode()
    assert "赵一一" not in inspector.get(f"/imports/{one.pk}").content.decode()
    assert inspector.post(f"/imports/{one.pk}/confirm").status_code == 403
    assert sit(town.cast.xu).post(f"/imports/{one.pk}/confirm").status_code == 404
    assert AccessLog.objects.filter(by=town.cast.xu, subject=f"import:{one.pk}").exists()


@pytest.mark.parametrize(("month", "sentence"), [("2024-13", "样子"), ("2099-01", "还没有到")])
def test_months_that_are_none(town: Town, sit: Sit, month: str, sentence: str) -> None:
    answer = upload(sit(town.cast.ledger), b"x", month=month)
    assert answer.status_code == 422 and sentence in answer.content.decode()


def test_a_line_joins_who_is_known(town: Town, sit: Sit) -> None:
    """张三丰 was registered by phone; the table has him too, in another table than the registry thinks."""
    village = place_names([town.house.village])[town.house.village].village
    text = (
        "序号,所属村(居)委,姓名,身份证,家庭主要困难需求,处理方案\n"
        f"1,{village},张三丰,319999195001010011,药费负担重,定期上门\n"
    )
    page = upload(sit(town.cast.ledger), text.encode("gb18030"), name="表二.csv").content.decode()
    assert "并入" in page and town.house.code in page and "现在属于表一" in page
    before = Household.objects.count()
    sit(town.cast.ledger).post(f"/imports/{Import.objects.get().pk}/confirm")
    assert Household.objects.count() == before


def test_the_page_of_a_kept_line(town: Town, sit: Sit) -> None:
    """A line stands among the submissions, under the headings of the tables."""
    ledger, wang = sit(town.cast.ledger), sit(town.cast.wang)
    upload(ledger, tables(town, 1))
    ledger.post(f"/imports/{Import.objects.get().pk}/confirm")
    line = Submission.objects.filter(via="import").order_by("pk").last()
    assert line is not None
    page = wang.get(f"/submissions/{line.pk}").content.decode()
    for words in ("四表导入", "家庭基本保障", "低保家庭", "表四", "终止时间", "2024-07-15"):
        assert words in page, words
    assert "四表导入" in wang.get("/submissions").content.decode()
    page = wang.get(f"/households/{line.filing.noted.household_id}").content.decode()
    for words in ("四表导入", "衔接情况（台账所写）", "朱家角社区基金会", "低保家庭"):
        assert words in page, words
    ledger.post(f"/imports/{Import.objects.get().pk}/undo", {"reason": "整份导错了"})
    assert "整份导错了" in wang.get(f"/submissions/{line.pk}").content.decode()
    assert "ledger_line" not in sit(town.cast.admin).get("/forms").content.decode()
