"""A plain sheet beside the official ones: totals, changes, supplements. Dressed like them, printed like them. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO

from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty
from openpyxl.utils import get_column_letter

from server.ledgers.archive import steady
from server.ledgers.columns import CellType
from server.ledgers.dress import body_name, lay_out, styles
from server.ledgers.heights import SIZES, fitted, height_of
from server.ledgers.values import Value
from server.ledgers.workbook import write_cell

Row = Sequence[Value]
#: (heading, type, width)
Head = tuple[str, CellType, float]


def plain_book(
    sheets: Sequence[tuple[str, str, Sequence[Head], Iterable[Row]]], *, about: Mapping[str, str], made_at: datetime
) -> bytes:
    """An .xlsx of (name, title, headings, rows). ``about``: properties of the document. Equal input, equal bytes."""
    book = Workbook()
    book.remove(book.active)
    for style in styles():
        book.add_named_style(style)
    for name, title, heads, rows in sheets:
        sheet = book.create_sheet(name)
        last = len(heads)
        for number in range(1, last + 1):
            sheet.cell(row=1, column=number).style = "表题"
        write_cell(sheet.cell(row=1, column=1), title, "表题")
        sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=last)
        sheet.row_dimensions[1].height = 34.0
        for number, (heading, kind, width) in enumerate(heads, start=1):
            sheet.column_dimensions[get_column_letter(number)].width = width
            write_cell(sheet.cell(row=2, column=number), heading, "表头")
            if kind == CellType.CODE:
                sheet.column_dimensions[get_column_letter(number)].number_format = "@"
        sheet.row_dimensions[2].height = height_of([(h, w) for h, _, w in heads], 10.0, least=30.0)
        row = 2
        for row, values in enumerate(rows, start=3):
            sizes = [fitted("" if v is None else str(v), head[2] - 1) for v, head in zip(values, heads, strict=True)]
            sheet.row_dimensions[row].height = max(points for _, points in sizes)
            for number, (value, (_, kind, _), (size, _)) in enumerate(zip(values, heads, sizes, strict=True), start=1):
                write_cell(sheet.cell(row=row, column=number), value, body_name(kind, size))
        if row == 2:
            for number, (_, kind, _) in enumerate(heads, start=1):
                sheet.cell(row=3, column=number).style = body_name(kind, SIZES[0])
        lay_out(sheet, 2, "")
        sheet.print_area = f"A1:{get_column_letter(last)}{max(row, 3)}"
    properties = book.properties
    properties.title = sheets[0][1] if sheets else ""
    properties.created = properties.modified = made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    for name, text in about.items():
        if text:
            book.custom_doc_props.append(StringProperty(name=name, value=text))
    out = BytesIO()
    book.save(out)
    return steady(out.getvalue(), made_at)
