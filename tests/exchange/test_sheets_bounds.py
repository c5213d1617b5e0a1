"""What would take all memory is refused before it is laid out."""

import io

import pytest
from openpyxl import Workbook

from server.exchange.sheets import MOST_ROWS, CannotRead, read_sheets


def test_a_stray_cell_in_the_last_corner() -> None:
    book, out = Workbook(), io.BytesIO()
    book.active["A1"] = "序号"  # type: ignore[index]
    book.active["XFD1048576"] = "x"  # type: ignore[index]
    book.save(out)
    with pytest.raises(CannotRead) as told:
        read_sheets(out.getvalue(), "七月.xlsx")
    assert "太大" in told.value.sentence and "零星单元格" in told.value.cure


def test_a_file_of_newlines() -> None:
    with pytest.raises(CannotRead) as told:
        read_sheets(b"\n" * (MOST_ROWS + 1), "七月.csv")
    assert "行或列太多" in told.value.sentence
