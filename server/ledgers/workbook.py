"""The official form as a workbook: one file for a 街镇 and a month, four sheets."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from server.ledgers.archive import steady
from server.ledgers.columns import ATTACHMENT, FORM, TABLES, CellType, Column, Table
from server.ledgers.dress import INDENT_UNITS, body_name, lay_out, styles
from server.ledgers.heights import MOST_POINTS, ONE_LINE, SIZES, fitted, height_of, lines_in, unbroken
from server.ledgers.kinds import LedgerKind, Variant
from server.ledgers.pen import Pen
from server.ledgers.values import Line, Value, first_day

TITLE_ROW, SEAL_ROW, HEADER_ROW = 1, 2, 3
#: Height of the line with the 街镇: a round seal of 42 mm finds room here and over the title.
SEAL_POINTS = 66.0
#: Rows shown at least, blank ones with their grid: a form to be looked at, and the zero report.
LEAST_ROWS = 6
#: How much wider a column for long text or several telephones may become. Beyond the third, the page gets too small to
#: be read at ease: only for what would be cut otherwise.
WIDER = (1.0, 1.35, 1.8, 2.6, 4.0, 7.0)
AT_EASE = WIDER[2]


class Lines(Protocol):
    """Lines of one table: a list, or a record read line by line."""

    def __iter__(self) -> Iterator[Line]: ...
    def __len__(self) -> int: ...


@dataclass(frozen=True)
class Paper:
    """What a file says about itself. ``state`` in words; ``checksum`` '' while the month is open; ``version`` counts
    the issues of the month; ``made_at`` is the moment of closing, or of the preview; ``made_by`` is who
    exported it, ``closed_by`` who locked it."""

    town: str
    month: str
    state: str
    made_at: datetime
    made_by: str = ""
    checksum: str = ""
    version: int = 1
    is_draft: bool = True
    variant: Variant = Variant.STOCK
    closed_by: str = ""


def file_name(
    town: str, month: str, kinds: Sequence[LedgerKind] = tuple(LedgerKind), variant: Variant = Variant.STOCK
) -> str:
    """``青浦区社会救助低收入人口探访排摸统计表（朱家角镇2024年8月）.xlsx``, without what no folder takes."""
    first = first_day(month)
    safe = "".join(c for c in town if c not in '\\/:*?"<>|')
    tables = "" if len(kinds) == len(LedgerKind) else "".join(kind.label for kind in kinds)
    new = "" if variant == Variant.STOCK else "当月新增"
    return f"{FORM}{tables}（{safe}{first.year}年{first.month}月{new}）.xlsx"


def make_workbook(
    lines: Mapping[LedgerKind, Lines], paper: Paper, kinds: Sequence[LedgerKind] = tuple(LedgerKind)
) -> bytes:
    """The .xlsx with the sheets of ``kinds`` in their order; the lines stand as given, and are gone through twice, one
    at a time. Equal input, equal bytes."""
    book = Workbook(write_only=True)
    for style in styles():
        book.add_named_style(style)
    for kind in kinds:
        _sheet(book.create_sheet(kind.label), TABLES[kind], lines.get(kind, ()), paper)
    _properties(book, paper, lines)
    return steady(book, paper.made_at)


def _sheet(sheet: WriteOnlyWorksheet, table: Table, lines: Lines, paper: Paper) -> None:
    columns = table.columns
    widths = _widths(columns, lines)
    rooms = [_room(column, width) for column, width in zip(columns, widths, strict=True)]
    for number, (column, width) in enumerate(zip(columns, widths, strict=True), start=1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = width
        if column.type == CellType.CODE:
            # Also below the table, where somebody may add a line by hand.
            sheet.column_dimensions[letter].number_format = "@"
    lay_out(sheet, HEADER_ROW, f"草稿 · 未锁定 · {paper.town} {paper.month}" if paper.is_draft else "")
    pen = Pen(sheet, len(columns))
    pen.across(table.title, "表题", 34.0)
    pen.across(f"{table.seal}{paper.town}", "所属街镇", SEAL_POINTS)
    heads = [(column.heading, width) for column, width in zip(columns, widths, strict=True)]
    height = height_of(heads, 10.0, least=44.0)
    pen.row([(column.heading, "表头") for column in columns], height)
    fits = [unbroken if column.type == CellType.CODE else fitted for column in columns]
    plain = [{size: body_name(column.type, size) for size in SIZES} for column in columns]
    for serial, line in enumerate(lines, start=1):
        values = [serial if c.type == CellType.SERIAL else line.value(c.key) for c in columns]
        sizes = [fit(_printed(value), room) for fit, value, room in zip(fits, values, rooms, strict=True)]
        named = [(value, names[size]) for value, names, (size, _) in zip(values, plain, sizes, strict=True)]
        pen.row(named, max(height for _, height in sizes))
    for _ in range(LEAST_ROWS - len(lines)):
        pen.row([(None, names[SIZES[0]]) for names in plain], 26.0)
    _notes(pen, table, sum(widths))
    sheet.print_area = f"A1:{get_column_letter(len(columns))}{pen.at}"


def _notes(pen: Pen, table: Table, width: float) -> None:
    """填表说明 under the table: one merged block, so that no border runs through it."""
    text = "\n".join((table.notes_title, *table.notes))
    points = lines_in(text, width - INDENT_UNITS, 10.0) * 10.0 * 1.5 + 10.0
    pen.across(text, "说明", min(points, MOST_POINTS))


def _printed(value: Value) -> str:
    return "" if value is None else str(value)


def _widths(columns: Sequence[Column], lines: Lines) -> list[float]:
    """Column widths. A column for long text grows where a text would otherwise need type below 8 points, one for digits
    where they would be broken; the page is scaled to fit."""
    grow = [column.key for column in columns if column.type in (CellType.TEXT, CellType.CODE)]
    longest = dict.fromkeys(grow, "")
    for line in lines:
        for key in grow:
            longest[key] = max(longest[key], _printed(line.value(key)), key=len)
    return [_width(column, longest.get(column.key, "")) for column in columns]


def _width(column: Column, longest: str) -> float:
    """The least width at which the longest text shows at ease; where it never does, at which it shows whole."""
    if not longest:
        return column.width
    widths = [column.width * factor for factor in WIDER]
    at_ease = [width for width in widths if width <= column.width * AT_EASE]
    if column.type == CellType.CODE:
        return next((width for width in at_ease if unbroken(longest, width)[1] == ONE_LINE), at_ease[-1])
    fits = (w for w in at_ease if height_of([(longest, _room(column, w))], 8.0) <= MOST_POINTS)
    whole = (w for w in widths if height_of([(longest, _room(column, w))], SIZES[-1]) <= MOST_POINTS)
    return next(fits, next((w for w in whole if w >= at_ease[-1]), widths[-1]))


def _room(column: Column, width: float) -> float:
    """The part of a column that its text may take."""
    return width - INDENT_UNITS if column.type == CellType.TEXT else width


def _properties(book: Workbook, paper: Paper, lines: Mapping[LedgerKind, Lines]) -> None:
    counted = "，".join(f"{kind.label} {len(lines.get(kind, ()))} 行" for kind in LedgerKind)
    made = paper.made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    properties = book.properties
    properties.title, properties.subject = ATTACHMENT, f"{paper.town} {paper.month}"
    properties.creator = properties.lastModifiedBy = paper.made_by or "探访关爱系统"
    issue = f"{paper.state}，第 {paper.version} 版；{paper.variant.label}"
    properties.description = f"{paper.town}，{paper.month}，{issue}；{counted}"
    properties.created = properties.modified = made
    for name, text in (
        ("街镇", paper.town), ("月份", paper.month), ("状态", paper.state), ("版本", str(paper.version)),
        ("校验", paper.checksum), ("口径", paper.variant.label), ("锁定人", paper.closed_by), ("导出人", paper.made_by),
    ):
        if text:
            book.custom_doc_props.append(StringProperty(name=name, value=text))
