"""A plain sheet beside the official ones: totals, changes, supplements. Dressed like them, printed like them. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty
from openpyxl.utils import get_column_letter

from server.ledgers.archive import steady
from server.ledgers.columns import CellType
from server.ledgers.dress import body_name, lay_out, styles
from server.ledgers.heights import SIZES, fitted, height_of
from server.ledgers.pen import Pen
from server.ledgers.values import Value

Row = Sequence[Value]
#: (heading, type, width)
Head = tuple[str, CellType, float]


def plain_book(
    sheets: Sequence[tuple[str, str, Sequence[Head], Iterable[Row]]], *, about: Mapping[str, str], made_at: datetime
) -> bytes:
    """An .xlsx of (name, title, headings, rows). ``about``: properties of the document. Equal input, equal bytes."""
    book = Workbook(write_only=True)
    for style in styles():
        book.add_named_style(style)
    for name, title, heads, rows in sheets:
        sheet = book.create_sheet(name)
        for number, (_, kind, width) in enumerate(heads, start=1):
            sheet.column_dimensions[get_column_letter(number)].width = width
            if kind == CellType.CODE:
                sheet.column_dimensions[get_column_letter(number)].number_format = "@"
        lay_out(sheet, 2, "")
        pen = Pen(sheet, len(heads))
        pen.across(title, "表题", 34.0)
        pen.row([(heading, "表头") for heading, _, _ in heads], height_of([(h, w) for h, _, w in heads], 10.0, 30.0))
        for values in rows:
            sizes = [fitted("" if v is None else str(v), head[2] - 1) for v, head in zip(values, heads, strict=True)]
            named = [
                (value, body_name(kind, size))
                for value, (_, kind, _), (size, _) in zip(values, heads, sizes, strict=True)
            ]
            pen.row(named, max(points for _, points in sizes))
        if pen.at == 2:
            pen.row([(None, body_name(kind, SIZES[0])) for _, kind, _ in heads], 26.0)
        sheet.print_area = f"A1:{get_column_letter(len(heads))}{pen.at}"
    properties = book.properties
    properties.title = sheets[0][1] if sheets else ""
    properties.created = properties.modified = made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    for name, text in about.items():
        if text:
            book.custom_doc_props.append(StringProperty(name=name, value=text))
    return steady(book, made_at)
