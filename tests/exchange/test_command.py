"""manage.py import_tables: a report, then all or nothing."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from server.exchange.models import Import
from server.households.models import Household
from server.ledgers.kinds import LedgerKind
from server.ledgers.workbook import make_workbook
from tests.cast import ZHUJIAJIAO, Cast
from tests.exchange.tables import MONTH, lines_of, paper

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("import_tables", *arguments, stdout=out)
    return out.getvalue()


def test_dry_run_then_import(cast: Cast, tmp_path: Path) -> None:
    """Two files, one import."""
    paths = []
    for kinds in ((LedgerKind.ONE, LedgerKind.TWO), (LedgerKind.THREE, LedgerKind.FOUR)):
        path = tmp_path / f"{kinds[0]}.xlsx"
        path.write_bytes(make_workbook({kind: lines_of(cast, kind, 2) for kind in kinds}, paper(), kinds))
        paths.append(str(path))
    where = ("--town", ZHUJIAJIAO, "--month", MONTH)
    told = run(*paths, *where, "--dry-run")
    assert "表三 第 5 行：钱**，表三，新户" in told and "共 8 行，新户 8，错误 0" in told
    assert "钱一三" not in told and "319999" not in told, "whoever runs commands has no business with households"
    assert not Import.objects.exists() and not Household.objects.exists()
    assert "已导入：8 行" in run(*paths, *where, "--by", "ledger")
    assert Household.objects.count() == 8 and Import.objects.get().imported_by == cast.ledger
    assert "没有重复" in run(*paths, *where)
    assert "并入" in run(*paths, *where, "--dry-run")


def test_refusals(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "表二.csv"
    path.write_text("序号,所属村居委,姓名,困难需求,处理方案\n1,月球村,赵一,老,看\n", encoding="gb18030")
    with pytest.raises(CommandError, match="一行也没有写入"):
        run(str(path), "--town", ZHUJIAJIAO, "--month", MONTH)
    for arguments, sentence in (
        (("--town", "310118999", "--month", MONTH), "没有代码为 310118999 的街镇"),
        (("--town", ZHUJIAJIAO, "--month", "八月"), "月份请写成"),
        (("--town", ZHUJIAJIAO, "--month", MONTH, "--by", "nobody"), "没有用户 nobody"),
    ):
        with pytest.raises(CommandError, match=sentence):
            run(str(path), *arguments)
    with pytest.raises(CommandError):
        run(str(tmp_path / "没有.xlsx"), "--town", ZHUJIAJIAO, "--month", MONTH)
    assert not Import.objects.exists()
