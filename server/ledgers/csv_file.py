"""One table as CSV, for other programmes that ask for it; people get the workbook. Pure."""

import csv
from collections.abc import Sequence
from io import StringIO

from server.ledgers.columns import TABLES, CellType
from server.ledgers.kinds import LedgerKind
from server.ledgers.values import Line, plain

BOM = "\ufeff"
_GUARDED = ("=", "+", "-", "@", "\t")


def make_csv(kind: LedgerKind, lines: Sequence[Line]) -> bytes:
    """UTF-8 with BOM, CRLF. What begins like a formula gets an apostrophe; numbers that are text (ID, telephone) a tab
    in front, so that no spreadsheet reads a number into them."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    columns = TABLES[kind].columns
    writer.writerow([column.heading for column in columns])
    for serial, line in enumerate(lines, start=1):
        writer.writerow([serial, *(_field(line, column.key, column.type) for column in columns[1:])])
    return (BOM + out.getvalue()).encode()


def _field(line: Line, key: str, cell_type: CellType) -> str | int:
    value = line.value(key)
    if value is None:
        return ""
    if isinstance(value, str):
        if cell_type == CellType.CODE:
            return f"\t{value}"
        return f"'{value}" if value.startswith(_GUARDED) else value
    return plain(value) or 0
