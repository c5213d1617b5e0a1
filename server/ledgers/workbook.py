"""The official form as a workbook: one file for a 街镇 and a month, four sheets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.packaging.custom import StringProperty
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from server.ledgers.archive import steady
from server.ledgers.columns import ATTACHMENT, FORM, TABLES, CellType, Column, Table
from server.ledgers.dress import INDENT_UNITS, body_name, lay_out, styles
from server.ledgers.heights import MOST_POINTS, SIZES, fitted, height_of, lines_in
from server.ledgers.kinds import LedgerKind, Variant
from server.ledgers.values import Line, Value, first_day

TITLE_ROW, SEAL_ROW, HEADER_ROW = 1, 2, 3
#: Height of the line with the 街镇: a round seal of 42 mm finds room here and over the title.
SEAL_POINTS = 66.0
#: Rows shown at least, blank ones with their grid: a form to be looked at, and the zero report.
LEAST_ROWS = 6
#: How much wider a column for long text may become.
WIDER = (1.0, 1.35, 1.8)
_GUARDED = ("=", "+", "-", "@")


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
    lines: Mapping[LedgerKind, Sequence[Line]], paper: Paper, kinds: Sequence[LedgerKind] = tuple(LedgerKind)
) -> bytes:
    """The .xlsx with the sheets of ``kinds`` in their order; the lines stand as given. Equal input, equal bytes."""
    book = Workbook()
    book.remove(book.active)
    for style in styles():
        book.add_named_style(style)
    for kind in kinds:
        _sheet(book.create_sheet(kind.label), TABLES[kind], lines.get(kind, ()), paper)
    _properties(book, paper, lines)
    out = BytesIO()
    book.save(out)
    return steady(out.getvalue(), paper.made_at)


def _sheet(sheet: Worksheet, table: Table, lines: Sequence[Line], paper: Paper) -> None:
    texts = [[_printed(line.value(column.key)) for column in table.columns] for line in lines]
    widths = _widths(table.columns, texts)
    rooms = [_room(column, width) for column, width in zip(table.columns, widths, strict=True)]
    last = len(table.columns)
    for number, (column, width) in enumerate(zip(table.columns, widths, strict=True), start=1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = width
        if column.type == CellType.CODE:
            # Also below the table, where somebody may add a line by hand.
            sheet.column_dimensions[letter].number_format = "@"
    _across(sheet, TITLE_ROW, last, table.title, "表题", 34.0)
    _across(sheet, SEAL_ROW, last, f"{table.seal}{paper.town}", "所属街镇", SEAL_POINTS)
    for number, column in enumerate(table.columns, start=1):
        write_cell(sheet.cell(row=HEADER_ROW, column=number), column.heading, "表头")
    heads = [(column.heading, width) for column, width in zip(table.columns, widths, strict=True)]
    sheet.row_dimensions[HEADER_ROW].height = height_of(heads, 10.0, least=44.0)
    row = HEADER_ROW
    for serial, line in enumerate(lines, start=1):
        row += 1
        sizes = [fitted(text, room) for text, room in zip(texts[serial - 1], rooms, strict=True)]
        sheet.row_dimensions[row].height = max(height for _, height in sizes)
        for number, (column, (size, _)) in enumerate(zip(table.columns, sizes, strict=True), start=1):
            value = serial if column.type == CellType.SERIAL else line.value(column.key)
            write_cell(sheet.cell(row=row, column=number), value, body_name(column.type, size))
    for _ in range(LEAST_ROWS - len(lines)):
        row += 1
        sheet.row_dimensions[row].height = 26.0
        for number, column in enumerate(table.columns, start=1):
            sheet.cell(row=row, column=number).style = body_name(column.type, SIZES[0])
    _notes(sheet, table, row + 1, last, sum(widths))
    draft = f"草稿 · 未锁定 · {paper.town} {paper.month}" if paper.is_draft else ""
    lay_out(sheet, HEADER_ROW, draft)
    sheet.print_area = f"A1:{get_column_letter(last)}{sheet.max_row}"


def _notes(sheet: Worksheet, table: Table, row: int, last: int, width: float) -> None:
    """填表说明 under the table: one merged block, so that no border runs through it."""
    text = "\n".join((table.notes_title, *table.notes))
    points = lines_in(text, width - INDENT_UNITS, 10.0) * 10.0 * 1.5 + 10.0
    _across(sheet, row, last, text, "说明", min(points, MOST_POINTS))


def _across(sheet: Worksheet, row: int, last: int, text: str, style: str, height: float) -> None:
    """A row merged over all columns, every cell of it dressed: else the borders of merged cells are lost."""
    for number in range(1, last + 1):
        sheet.cell(row=row, column=number).style = style
    write_cell(sheet.cell(row=row, column=1), text, style)
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=last)
    sheet.row_dimensions[row].height = height


def write_cell(cell: SheetCell, value: Value, style: str) -> None:
    """A value in the named style; text stays text whatever it begins with."""
    cell.value = value
    cell.style = style
    if isinstance(value, str):
        # What begins like a formula is text all the same, also after somebody has edited the cell.
        cell.data_type = "s"
        if value.startswith(_GUARDED):
            cell.quotePrefix = True


def _printed(value: Value) -> str:
    return "" if value is None else str(value)


def _widths(columns: Sequence[Column], texts: Sequence[Sequence[str]]) -> list[float]:
    """Column widths. A column for long text grows where a text would otherwise need type below 8 points; the page is
    scaled to fit."""
    widths = []
    for number, column in enumerate(columns):
        width = column.width
        if column.type == CellType.TEXT:
            longest = max((row[number] for row in texts), key=len, default="")
            fits = (
                w
                for f in WIDER
                if height_of([(longest, _room(column, w := column.width * f))], 8.0) <= MOST_POINTS
            )
            width = next(fits, column.width * WIDER[-1])
        widths.append(width)
    return widths


def _room(column: Column, width: float) -> float:
    """The part of a column that its text may take."""
    return width - INDENT_UNITS if column.type == CellType.TEXT else width


def _properties(book: Workbook, paper: Paper, lines: Mapping[LedgerKind, Sequence[Line]]) -> None:
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
