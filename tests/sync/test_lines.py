"""Rows made into lines when written: what is served is what was put, whatever is in it and whenever it was written."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.lines import cells, line_of, tail_of
from sync.vault.envelope import CannotOpen, RowTexts, open_row, renew_row, seal_row

TEXTS = st.text(st.characters(blacklist_categories=("Cs",)), max_size=12)


def read(line: str) -> list[str]:
    (row,) = csv.reader(io.StringIO(line, newline=""))
    return row


@given(label=TEXTS, first=TEXTS, second=TEXTS)
@pytest.mark.wire("W-27")
def test_what_is_served_is_what_was_put(label: str, first: str, second: str) -> None:
    columns = {"label": label, "a": first, "b": second}
    opened = RowTexts()(seal_row(columns, tail_of(columns)))
    for names in (("a", "b"), ("b", "a")):  # as it was written; and after the list's columns have changed
        line = line_of(opened, "id-1", 3, names, ",".join(names))
        assert line.endswith("\n")
        if "\0" not in label + first + second:  # Python's own reader knows no NUL
            assert read(line) == ["id-1", label, "3", *(columns[name] for name in names)]


def test_a_strange_id_is_quoted() -> None:
    assert read(line_of(seal_text({"label": "甲"}), 'a,"b', 1, (), "")) == ['a,"b', "甲", "1"]


def seal_text(columns: dict[str, str]) -> str:
    return RowTexts()(seal_row(columns, tail_of(columns)))


def test_blank_cells_stay_blank() -> None:
    assert cells([""]) == "" and cells(["", ""]) == "," and cells(["a,b", '"']) == '"a,b",""""'


def test_the_tail_does_not_show() -> None:
    columns = {"label": "甲", "a": "乙"}
    sealed = seal_row(columns, tail_of(columns))
    assert open_row(sealed) == open_row(renew_row(sealed)) == columns
    assert RowTexts()(renew_row(sealed)) == RowTexts()(sealed)


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01\x02k9" + bytes(40)])
def test_what_cannot_be_opened(sealed: bytes) -> None:
    with pytest.raises(CannotOpen):
        RowTexts()(sealed)


def test_changed_bytes_are_noticed() -> None:
    sealed = bytearray(seal_row({"label": "甲"}))
    sealed[-1] ^= 1
    with pytest.raises(CannotOpen):
        RowTexts()(bytes(sealed))
