"""A row of an entity list as a line of CSV, made when the row is written so that serving it is copying. Pure.

What is sealed of a row is its columns as JSON and behind it, after a NUL (which JSON never contains), the same as CSV:
names, NUL, label, NUL, values. A list whose columns have changed since falls back to the JSON.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence

NUL = "\0"
_END = "\r\n"


def tail_of(columns: Mapping[str, str]) -> str:
    """The CSV part of a row; "" where a value holds a NUL."""
    names = [name for name in columns if name != "label"]
    if any(NUL in value for value in columns.values()):
        return ""
    values = cells(columns[name] for name in names)
    return NUL.join((",".join(names), cells([columns.get("label", "")]), values))


def line_of(text: str, entity_id: str, version: int, columns: Sequence[str], names: str) -> str:
    """The CSV line of a row, its end included. ``names``: ``columns`` joined by commas."""
    whole, _, tail = text.partition(NUL)
    if tail.startswith(names + NUL):
        label, _, values = tail[len(names) + 1 :].partition(NUL)
    else:
        served = json.loads(whole)
        label, values = cells([served.get("label", "")]), cells(served.get(column, "") for column in columns)
    first = entity_id if entity_id.replace("-", "").isalnum() else cells([entity_id])
    return f"{first},{label},{version},{values}\n" if columns else f"{first},{label},{version}\n"


def cells(values: Iterable[object]) -> str:
    """Values as CSV without the line's end; a single blank one is blank, either kind of line end inside is quoted."""
    out = io.StringIO()
    csv.writer(out, lineterminator=_END).writerow([*values, ""])
    return out.getvalue()[: -len(_END) - 1]
