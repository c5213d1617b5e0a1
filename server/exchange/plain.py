"""What stands in a cell, as text. Pure: nothing here knows what a column means."""

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal
from typing import Any

#: A cell as readers of spreadsheets hand it out; text alone from a .csv.
Raw = Any
#: What people write into a cell to say that there is nothing to write.
NOTHING = frozenset({"", "-", "--", "—", "——", "/", "\\", "无", "没有", "暂无", "空", "n/a", "none", "null", "无证件"})
_BETWEEN = re.compile(r"[、，,；;/\n]+")


def text_of(value: Raw) -> str:
    """The cell as it reads: trimmed line by line, numbers without needless zeros, days as 2024-07-08."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (int, float)):
        return digits_of(value)
    said = str(value).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").replace("\u3000", " ")
    said = "".join(c for c in said if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs", "Cf"))
    # An apostrophe, or ="…", is how people keep a spreadsheet from counting; it is no part of what they say.
    quoted = re.fullmatch(r'="(.*)"', said.strip(), re.S)
    said = quoted[1] if quoted else said.removeprefix("'")
    return "\n".join(" ".join(line.split()) for line in said.split("\n"))


def one_line(value: Raw) -> str:
    """The cell as one line of text."""
    return " ".join(text_of(value).split())


def tight(value: Raw) -> str:
    """The cell for comparing: half-width, without any space, in lower case."""
    return "".join(unicodedata.normalize("NFKC", text_of(value)).split()).lower()


def is_blank(value: Raw) -> bool:
    """Nothing is written, or only a word or a stroke for nothing."""
    return tight(value) in NOTHING


def digits_of(number: float) -> str:
    """A number as its digits: 51000000000000001 and never 5.1E+16."""
    if number != number or number in (float("inf"), float("-inf")):
        return ""
    return format(Decimal(repr(number)).normalize(), "f") if number else "0"


def parts_of(text: str) -> list[str]:
    """What a cell lists, one by one."""
    return [part.strip() for part in _BETWEEN.split(text) if part.strip()]
