"""Files made in the background: asked for, made by the worker, logged, tried again."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.test import Client
from django.utils.timezone import localdate
from openpyxl import load_workbook

from server.accounts.kinds import AccessKind
from server.accounts.models import AccessLog, User
from server.desk.export_jobs import run_export
from server.households.models import Household
from server.ledgers import jobs
from server.ledgers.jobs import KEPT, drop_old
from server.ledgers.kinds import ExportState
from server.ledgers.models import Export
from server.ledgers.values import month_of
from tests.cast import DISTRICT, JINZE, ZHUJIAJIAO
from tests.desk.conftest import ID_NO, Town

Sit = Callable[[User], Client]


def ask(town: Town, sit: Sit, **form: str) -> Export:
    asked = {"what": "all", "area": DISTRICT, "month": month_of(localdate(town.now)), "reason": "区局汇总", **form}
    sit(town.cast.bureau).post("/ledgers/exports/new", asked)
    return Export.objects.order_by("-at").get(state=ExportState.WAITING)


def made(row: Export) -> Export:
    run_export.func(str(row.pk))
    row.refresh_from_db()
    return row


def test_all_towns_as_one_file(town: Town, sit: Sit) -> None:
    row, bureau = ask(town, sit), sit(town.cast.bureau)
    assert "排队中" in bureau.get("/ledgers/exports").content.decode()
    assert bureau.get(f"/ledgers/exports/{row.pk}").status_code == 302, "there is nothing to take yet"
    row = made(row)
    assert (row.state, row.done, row.total, row.tries) == (ExportState.DONE, 11, 11, 1)
    assert ID_NO.encode() not in bytes(row.sealed or b"")
    assert run_export.func(str(row.pk)) is False, "twice is once"
    answer = bureau.get(f"/ledgers/exports/{row.pk}")
    with ZipFile(BytesIO(answer.content)) as bundle:
        assert len(bundle.namelist()) == 11
        name = next(name for name in bundle.namelist() if "朱家角镇" in name)
        book = load_workbook(BytesIO(bundle.read(name)))
    assert ID_NO in {str(cell.value) for line in book["表一"].iter_rows() for cell in line}
    logged = AccessLog.objects.filter(what=AccessKind.EXPORT, by=town.cast.bureau).order_by("pk")
    assert [one.detail for one in logged] == [f"{row.digest[:16]} 区局汇总", f"{row.digest[:16]} 下载 区局汇总"]


def test_the_districts_totals(town: Town, sit: Sit) -> None:
    row = made(ask(town, sit, what="roll_up"))
    answer = sit(town.cast.bureau).get(f"/ledgers/exports/{row.pk}")
    sheet = load_workbook(BytesIO(answer.content))["按表和保障"]
    rows = [[cell.value for cell in line] for line in sheet.iter_rows(min_row=3)]
    zhujiajiao = next(line for line in rows if line[0] == "朱家角镇")
    assert zhujiajiao[2:7] == [2, 0, 0, 0, 2] and rows[-1][2:7] == [3, 0, 0, 0, 3]
    tags = load_workbook(BytesIO(answer.content))["按困难特征"]
    assert "孤寡老人" in [cell.value for cell in tags[2]]


def test_changes_since_last_month(town: Town, sit: Sit) -> None:
    row = made(ask(town, sit, what="changes"))
    sheet = load_workbook(BytesIO(sit(town.cast.bureau).get(f"/ledgers/exports/{row.pk}").content)).active
    cells = [[cell.value for cell in line] for line in sheet.iter_rows(min_row=3)]
    first = localdate(town.now).replace(day=1)
    assert [line[1] for line in cells] == ["新增"] * Household.objects.filter(opened_on__gte=first).count()


def test_an_error_can_be_read_and_tried_again(town: Town, sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    row, bureau = ask(town, sit), sit(town.cast.bureau)

    def broken(*_: object, **__: object) -> tuple[str, bytes]:
        raise OSError("disk full at /secret/path 张三丰")

    with monkeypatch.context() as patched:
        patched.setattr(jobs, "make_file", broken)
        with pytest.raises(OSError, match="disk"):
            made(row)
    row.refresh_from_db()
    assert row.state == ExportState.FAILED and "OSError" in row.error and "张三丰" not in row.error
    assert "重试" in bureau.get("/ledgers/exports").content.decode()
    assert "重新排队" in bureau.post(f"/ledgers/exports/{row.pk}/retry", follow=True).content.decode()
    assert made(row).state == ExportState.DONE
    assert "不必重试" in bureau.post(f"/ledgers/exports/{row.pk}/retry", follow=True).content.decode()


def test_a_job_that_takes_too_long_stops(town: Town, sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    row = ask(town, sit)
    monkeypatch.setattr(jobs, "MOST_SECONDS", -1)
    row = made(row)
    assert row.state == ExportState.FAILED and "请分街镇导出" in row.error


def test_a_job_whose_worker_died_is_taken_up_again(town: Town, sit: Sit) -> None:
    row = ask(town, sit)
    Export.objects.filter(pk=row.pk).update(state=ExportState.RUNNING, beat_at=town.now, tries=1)
    assert made(row).state == ExportState.RUNNING, "another worker may be at it"
    Export.objects.filter(pk=row.pk).update(beat_at=town.now - timedelta(hours=1))
    assert "中断" in sit(town.cast.bureau).get("/ledgers/exports").content.decode()
    assert made(row).state == ExportState.DONE


def test_refusals(town: Town, sit: Sit) -> None:
    month = month_of(localdate(town.now))
    form = {"what": "all", "area": DISTRICT, "month": month, "reason": "x"}
    new = "/ledgers/exports/new"
    assert sit(town.cast.ledger).post(new, form).status_code == 404, "the district is not his"
    assert sit(town.cast.ledger).post(new, form | {"area": JINZE}).status_code == 404
    assert sit(town.cast.gu).post(new, form).status_code == 403
    bureau = sit(town.cast.bureau)
    for wrong in ({"what": "x"}, {"reason": " "}):
        assert "没有导出" in bureau.post(new, form | wrong, follow=True).content.decode()
    assert bureau.post(new, form | {"month": "x"}).status_code == 404
    # Codes that begin like his and are none, too long for the column among them; and a table of no 街镇.
    for area in (DISTRICT + "9" * 40, DISTRICT + "999", ZHUJIAJIAO + "999", town.cast.villages[0]):
        assert "没有这个街镇" in bureau.post(new, form | {"area": area}, follow=True).content.decode()
    answer = sit(town.cast.ledger).post(new, form | {"area": ZHUJIAJIAO + "0" * 20}, follow=True)
    assert "没有这个街镇" in answer.content.decode()
    assert "没有这个街镇" in bureau.post(new, form | {"what": "town"}, follow=True).content.decode()
    assert not Export.objects.exists()
    for _ in range(4):
        answer = sit(town.cast.ledger).post(new, form | {"area": ZHUJIAJIAO}, follow=True)
    assert "您还有文件正在生成" in answer.content.decode() and Export.objects.count() == 3
    foreign = Export.objects.first()
    assert foreign is not None
    assert bureau.get(f"/ledgers/exports/{foreign.pk}").status_code == 404, "who asked takes it"


def test_old_files_are_dropped_and_the_trace_stays(town: Town, sit: Sit) -> None:
    row = made(ask(town, sit, what="roll_up"))
    assert drop_old(town.now + KEPT + timedelta(days=1)) == 1
    row.refresh_from_db()
    assert (row.state, row.sealed) == (ExportState.DROPPED, None) and row.digest
    assert sit(town.cast.bureau).get(f"/ledgers/exports/{row.pk}").status_code == 302


def test_one_table_new_lines_and_csv(town: Town, sit: Sit) -> None:
    url = f"/ledgers/{ZHUJIAJIAO}/{month_of(localdate(town.now))}/file"
    wang = sit(town.cast.wang)
    book = load_workbook(BytesIO(wang.post(url, {"reason": "x", "table": "1", "variant": "new"}).content))
    assert book.sheetnames == ["表一"]
    names = {str(book["表一"].cell(row=row, column=3).value) for row in (4, 5)} - {"None"}
    first = localdate(town.now).replace(day=1)
    assert len(names) == Household.objects.filter(opened_on__gte=first, village__startswith=ZHUJIAJIAO).count()
    answer = wang.post(url, {"reason": "x", "table": "1", "format": "csv"})
    text = answer.content.decode("utf-8")
    assert text.startswith("\ufeff序号,") and f"\t{ID_NO}" in text and "text/csv" in answer["Content-Type"]
    whole = wang.post(url, {"reason": "x", "format": "csv"})
    assert len(load_workbook(BytesIO(whole.content)).sheetnames) == 4, "CSV is of one table"
