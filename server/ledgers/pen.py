"""Writing a sheet row by row, with styles, without keeping it: memory does not grow with the rows. Pure."""

from collections.abc import Iterable
from typing import Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.compat import safe_string
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.xml.constants import XML_NS
from openpyxl.xml.functions import Element, SubElement

from server.ledgers.values import Value

_GUARDED = ("=", "+", "-", "@")
_SPACE = f"{{{XML_NS}}}space"


class Pen:
    """Appends rows to a write-only sheet whose widths and page are set already. ``at``: rows written.

    openpyxl writes everything but the rows: asking each of a million cells anew for its place, its style's number and
    its links costs it more than all else that an export does. The bytes are those that it would have written.
    """

    def __init__(self, sheet: WriteOnlyWorksheet, columns: int) -> None:
        self.at = 0
        self._sheet = sheet
        # Numbers of the styles met so far: of plain cells, and of those that begin like a formula.
        self._known: dict[str, str] = {}
        self._guarded: dict[str, str] = {}
        # One row, filled anew each time: the stream has taken it before the next one comes.
        self._row = Element("row")
        self._places = [_Place(self._row, number) for number in range(1, columns + 1)]
        sheet._values_to_row = lambda rows, _: rows
        sheet._get_writer()
        sheet._writer.write_row = _write

    def row(self, values: Iterable[tuple[Value, str]], height: float) -> None:
        """A row of (value, name of its style) and so many points high; text stays text whatever it begins with."""
        self.at += 1
        number = str(self.at)
        self._row.set("r", number)
        self._row.set("ht", safe_string(height))
        self._row.set("customHeight", "1")
        known = self._known
        for place, (value, style) in zip(self._places, values, strict=True):
            # What begins like a formula is text all the same, also after somebody has edited the cell.
            styles = self._guarded if isinstance(value, str) and value.startswith(_GUARDED) else known
            place.fill(number, value, styles.get(style) or self._style(style, styles))
        self._sheet.append((self._row,))

    def across(self, text: str, style: str, height: float) -> None:
        """A row merged over all columns, every cell of it dressed: else the borders of merged cells are lost."""
        self.row([(text, style), *((None, style) for _ in self._places[1:])], height)
        self._sheet.merged_cells.add(f"A{self.at}:{get_column_letter(len(self._places))}{self.at}")

    def _style(self, name: str, styles: dict[str, str]) -> str:
        """The number under which the workbook knows a style."""
        cell = WriteOnlyCell(self._sheet)
        cell.style = name
        if styles is self._guarded:
            cell.quotePrefix = True
        styles[name] = found = str(cell.style_id)
        return found


class _Place:
    """A column of the row, with an element for each thing it may hold: text, a number, nothing."""

    def __init__(self, row: Any, number: int) -> None:
        self._row, self._index, self._letter = row, number - 1, get_column_letter(number)
        self._word = Element("c", r="", s="", t="inlineStr")
        self._text = SubElement(SubElement(self._word, "is"), "t")
        self._count = Element("c", r="", s="", t="n")
        self._number = SubElement(self._count, "v")
        self._blank = self._held = Element("c", r="", s="", t="n")
        self._blank.text = ""
        row.append(self._held)
        self._style, self._is_spaced = "", False

    def fill(self, row: str, value: Value, style: str) -> None:
        if value is None or value == "":
            cell = self._blank
        elif isinstance(value, str):
            cell, self._text.text = self._word, value
            if (value != value.strip()) != self._is_spaced:
                self._space()
        else:
            cell, self._number.text = self._count, safe_string(value)
        if cell is not self._held:
            self._row[self._index] = self._held = cell
            self._style = ""
        cell.set("r", self._letter + row)
        if style != self._style:
            cell.set("s", style)
            self._style = style

    def _space(self) -> None:
        """Say, or no longer say, that blanks at the ends of the text are meant."""
        self._is_spaced = not self._is_spaced
        if self._is_spaced:
            self._text.set(_SPACE, "preserve")
        else:
            del self._text.attrib[_SPACE]


def _write(stream: Any, rows: Iterable[Any], _: int) -> None:
    for row in rows:
        stream.write(row)
