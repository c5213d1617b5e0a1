"""The shells over the verbs."""

from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from server.accounts.kinds import AccessKind
from server.accounts.models import AccessLog
from server.ledgers.models import Month
from tests.cast import ZHUJIAJIAO, Cast
from tests.ledgers.keep import screen

pytestmark = pytest.mark.django_db
ID = "00000000-0000-4000-8000-000000000010"


def test_export_writes_the_file_and_logs_it(cast: Cast, tmp_path: Path) -> None:
    screen(ID, "2024-08-02", cast.villages[0])
    out = StringIO()
    call_command("export_month", ZHUJIAJIAO, "2024-08", out=tmp_path / "new", stdout=out)
    path = Path(out.getvalue().strip())
    assert path.name == "青浦区社会救助低收入人口探访排摸统计表（朱家角镇2024年8月）.xlsx"
    assert load_workbook(path)["表一"]["E4"].value == "319999196203152012"
    logged = AccessLog.objects.get(what=AccessKind.EXPORT)
    assert logged.subject == f"{ZHUJIAJIAO}/2024-08" and len(logged.detail) > 64


def test_close_then_export_twice_gives_equal_bytes(cast: Cast, tmp_path: Path) -> None:
    screen(ID, "2024-08-02", cast.villages[0])
    out = StringIO()
    call_command("close_month", ZHUJIAJIAO, "2024-08", stdout=out)
    call_command("close_month", ZHUJIAJIAO, "2024-08", stdout=out)
    assert [line.split(":")[0] for line in out.getvalue().splitlines()] == ["locked", "locked before"]
    files = []
    for folder in ("a", "b"):
        call_command("export_month", ZHUJIAJIAO, "2024-08", out=tmp_path / folder, stdout=StringIO())
        files.append(next((tmp_path / folder).iterdir()).read_bytes())
    assert files[0] == files[1]
    assert Month.objects.get().checksum.encode() in _properties(files[0])


@pytest.mark.parametrize(("town", "month"), [("310118999", "2024-08"), (ZHUJIAJIAO, "2024-8"), (ZHUJIAJIAO, "2999-01")])
def test_what_cannot_be_closed_is_said(cast: Cast, town: str, month: str) -> None:
    with pytest.raises(CommandError):
        call_command("close_month", town, month, stdout=StringIO())


def _properties(data: bytes) -> bytes:
    with ZipFile(BytesIO(data)) as book:
        return book.read("docProps/custom.xml")
