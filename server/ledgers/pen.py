"""Writing a sheet row by row, with styles, without keeping it: memory does not grow with the rows. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from server.ledgers.values import Value

_GUARDED = ("=", "+", "-", "@")


class Pen:
    """Appends rows to a write-only sheet whose widths and page are set already. ``at``: rows written."""

    def __init__(self, sheet: WriteOnlyWorksheet, columns: int) -> None:
        self.at = 0
        self._sheet = sheet
        self._styles: dict[tuple[str, bool], Any] = {}
        # The same cells are filled anew for every row: the sheet has written them before the next one comes.
        self._cells = [WriteOnlyCell(sheet) for _ in range(columns)]
        sheet._values_to_row = _numbered

    def row(self, values: Iterable[tuple[Value, str]], height: float) -> None:
        """A row of (value, name of its style); text stays text whatever it begins with."""
        self.at += 1
        self._sheet.row_dimensions[self.at].height = height
        for cell, (value, style) in zip(self._cells, values, strict=True):
            if isinstance(value, str):
                # What begins like a formula is text all the same, also after somebody has edited the cell.
                cell.data_type, guarded = "s", value.startswith(_GUARDED)
            else:
                cell.data_type, guarded = "n", False
            cell._value = value
            cell._style = self._styles.get((style, guarded)) or self._style(style, guarded)
        self._sheet.append(self._cells)
        # Written: the sheet need not remember it.
        del self._sheet.row_dimensions[self.at]

    def across(self, text: str, style: str, height: float) -> None:
        """A row merged over all columns, every cell of it dressed: else the borders of merged cells are lost."""
        self.row([(text, style), *((None, style) for _ in self._cells[1:])], height)
        self._sheet.merged_cells.add(f"A{self.at}:{get_column_letter(len(self._cells))}{self.at}")

    def _style(self, name: str, guarded: bool) -> Any:
        cell = WriteOnlyCell(self._sheet)
        cell.style = name
        if guarded:
            cell.quotePrefix = True
        self._styles[name, guarded] = cell._style
        return cell._style


def _numbered(cells: Sequence[Any], row: int) -> Iterator[Any]:
    """The cells of a row with their place; what openpyxl would do for values it has to look at first."""
    for column, cell in enumerate(cells, start=1):
        cell.row, cell.column = row, column
        yield cell
