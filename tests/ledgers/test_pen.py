"""The pen fills rows by itself; told cell by cell, openpyxl writes the very same bytes."""

from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from server.ledgers.columns import CellType
from server.ledgers.dress import body_name, styles
from server.ledgers.pen import Pen
from server.ledgers.values import Value

TEXT, CODE = body_name(CellType.TEXT, 10.0), body_name(CellType.CODE, 8.0)
NUMBER, MONEY = body_name(CellType.COUNT, 10.0), body_name(CellType.MONEY, 10.0)
ROWS: tuple[tuple[float, tuple[tuple[Value, str], ...]], ...] = (
    (34.0, (("表头", "表头"), ("<&>\"'", "表头"), (None, "表头"), ("𠀾㛃䶮\n第二行", "表头"))),
    (24.0, (("张三", TEXT), ("31999919620315201X", CODE), (62, NUMBER), (Decimal("1580.50"), MONEY))),
    # What the elements held before leaves nothing behind: blanks, kinds, spaces at the ends, quote marks, styles.
    (24.5, ((None, TEXT), (None, CODE), (0, NUMBER), (Decimal(0), MONEY))),
    (24.0, ((" 前后有空格 ", TEXT), ("=1+1", CODE), (7, TEXT), ("-看病", TEXT))),
    (24.0, (("没有空格", TEXT), ("+86", CODE), ("@家", TEXT), (None, MONEY))),
    (409.0, (("\t表\r\n", TEXT), ("12", CODE), (120, NUMBER), (Decimal("1200.25"), MONEY))),
)


def book_of_one() -> tuple[Workbook, WriteOnlyWorksheet]:
    book = Workbook(write_only=True)
    for style in styles():
        book.add_named_style(style)
    return book, book.create_sheet("表一")


def written(book: Workbook) -> dict[str, bytes]:
    out = BytesIO()
    book.save(out)
    with ZipFile(out) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.startswith("docProps/")}


def test_the_same_bytes_as_openpyxl() -> None:
    book, sheet = book_of_one()
    pen = Pen(sheet, 4)
    for height, row in ROWS:
        pen.row(row, height)
    plain, theirs = book_of_one()
    for number, (height, row) in enumerate(ROWS, start=1):
        theirs.row_dimensions[number].height = height
        theirs.append([_cell(theirs, value, style) for value, style in row])
    assert written(book) == written(plain)


def _cell(sheet: WriteOnlyWorksheet, value: Value, style: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value)
    cell.style = style
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@")):
        cell.quotePrefix, cell.data_type = True, "s"
    return cell
