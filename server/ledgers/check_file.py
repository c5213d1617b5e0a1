"""Reading a file back: is it the one that was issued, and what differs. The inverse of ``export_month``."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from typing import Any
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook

from server.areas.models import Area
from server.ledgers.columns import TABLES, CellType, Table
from server.ledgers.export import lines_in
from server.ledgers.kinds import LedgerKind, Variant
from server.ledgers.models import Month
from server.ledgers.read import closed_view
from server.ledgers.values import Line, Value
from server.ledgers.workbook import HEADER_ROW, TITLE_ROW

#: More differences than this are not listed.
MOST = 200


class NotOurs(Exception):
    """The file is no ledger workbook, or none that was issued; ``sentence`` says why, in Chinese."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Otherwise:
    """One place where a file says something else than the record: sheet, line (None: heading or title), column."""

    sheet: str
    serial: int | None
    column: str
    in_file: str
    in_record: str

    def __str__(self) -> str:
        where = f"{self.sheet} 第 {self.serial} 行" if self.serial else self.sheet
        return f"{where} {self.column}：文件为“{self.in_file}”，记录为“{self.in_record}”"


@dataclass(frozen=True)
class Checked:
    """A file beside the record of the version it names. ``sums_agree``: it names that record's checksum;
    ``state``: what became of that version."""

    town: str
    month: str
    version: int
    state: str
    variant: Variant
    sums_agree: bool
    differences: tuple[Otherwise, ...]

    @property
    def is_issued(self) -> bool:
        """It is the file that was issued."""
        return self.sums_agree and not self.differences


def check_file(data: bytes) -> Checked:
    """Compare a workbook cell by cell with the closed month it names. :raises NotOurs: it names none."""
    try:
        book = load_workbook(BytesIO(data))
    except (BadZipFile, KeyError, ValueError, OSError) as reason:
        raise NotOurs("不是 xlsx 文件，或已损坏。") from reason
    said = {prop.name: str(prop.value) for prop in book.custom_doc_props.props}
    row = _record(said)
    variant = Variant.NEW if said.get("口径") == Variant.NEW.label else Variant.STOCK
    view = closed_view(row, row.town.name)
    found = list(_compare(book, lines_in(view, variant)))
    return Checked(
        row.town.name, row.month, row.version, view.state_name, variant, said.get("校验") == row.checksum,
        tuple(found[:MOST]),
    )


def _record(said: Mapping[str, str]) -> Month:
    if not {"街镇", "月份", "版本"} <= said.keys():
        raise NotOurs("文件没有写明街镇、月份和版本，不是本系统导出的月报，或文档属性已被清除。")
    if "校验" not in said:
        raise NotOurs("这是锁定之前的草稿，没有记录可以核对。")
    towns = Area.objects.filter(name=said["街镇"], kind="town")
    rows = Month.objects.filter(town__in=towns, month=said["月份"]).select_related("town", "closed_by")
    row = rows.filter(version=said["版本"]).first() if said["版本"].isdigit() else None
    if row is None:
        raise NotOurs(f"没有锁定过 {said['街镇']} {said['月份']} 第 {said['版本']} 版。")
    return row


def _compare(book: Workbook, lines: Mapping[LedgerKind, Sequence[Line]]) -> Iterator[Otherwise]:
    known = {kind.label: kind for kind in LedgerKind}
    for name in book.sheetnames:
        if name not in known:
            yield Otherwise(name, None, "工作表", "有", "没有")
            continue
        kind = known[name]
        yield from _sheet(name, TABLES[kind], list(book[name].iter_rows(values_only=True)), lines.get(kind, ()))


def _sheet(name: str, table: Table, rows: Sequence[Sequence[Any]], lines: Sequence[Line]) -> Iterator[Otherwise]:
    def cell(row: int, column: int) -> Any:
        return rows[row][column] if row < len(rows) and column < len(rows[row]) else None

    if cell(TITLE_ROW - 1, 0) != table.title:
        yield Otherwise(name, None, "表题", _plain(cell(TITLE_ROW - 1, 0)), table.title)
    for n, column in enumerate(table.columns):
        if cell(HEADER_ROW - 1, n) != column.heading:
            yield Otherwise(name, None, f"第 {n + 1} 列表头", _plain(cell(HEADER_ROW - 1, n)), column.heading)
    end = next((n for n in range(HEADER_ROW, len(rows)) if _is_note(cell(n, 0), table)), len(rows))
    filled = [n for n in range(HEADER_ROW, end) if any(value is not None for value in rows[n])]
    for serial in range(1, max(len(lines), len(filled)) + 1):
        at = HEADER_ROW - 1 + serial
        line = lines[serial - 1] if serial <= len(lines) else None
        for n, column in enumerate(table.columns):
            wanted: Value = None
            if line is not None:
                wanted = serial if column.type == CellType.SERIAL else line.value(column.key)
            got = cell(at, n) if at < end else None
            if _plain(got) != _plain(wanted):
                yield Otherwise(name, serial, column.heading, _plain(got), _plain(wanted))


def _is_note(value: Any, table: Table) -> bool:
    return isinstance(value, str) and value.startswith(table.notes_title)


def _plain(value: Any) -> str:
    """A value as both sides write it; numbers by what they are worth."""
    if value is None:
        return ""
    if isinstance(value, (int, float, Decimal)):
        return f"{Decimal(str(value)).normalize():f}"
    return str(value).replace("\r\n", "\n")
