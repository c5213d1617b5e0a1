"""How a value is written into a cell of the official form. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from server.households.values import UNKNOWN, Spell

MONEY_STEP = Decimal("0.01")
_DOTS = dict.fromkeys(map(ord, "•・･‧∙⋅．."), "·")
_MOST = 32767  # what one cell of a workbook can hold


def text_of(value: Any, *, lines: bool = True) -> str | None:
    """Text as it may be printed: trimmed, without control characters or half surrogates; None where empty.

    Rare characters stay what they are. With ``lines`` = False it is one line.
    """
    if value is None:
        return None
    said = str(value).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    if not said.isprintable():
        said = "".join(c for c in said if c == "\n" or _is_printable(c))
    rows = [row.strip() for row in said.split("\n")]
    said = "\n".join(rows).strip() if lines else " ".join(row for row in rows if row)
    return said[:_MOST] or None


def _is_printable(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cs") and character not in "\ufffe\uffff"


def name_of(value: Any) -> str | None:
    """A name: no spaces inside Han names, one kind of middle dot (U+00B7); Latin names keep theirs."""
    said = text_of(value, lines=False)
    if said is None:
        return None
    if re.search(r"[A-Za-z]", said):
        return " ".join(said.split())
    return "".join(said.split()).translate(_DOTS)


def count_of(value: Any) -> int | None:
    """A whole number ≥ 0 that a family can be counted by, None for anything else."""
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    if not number.is_finite() or not 0 <= number < 10**6:
        return None
    return int(number) if number == number.to_integral_value() else None


def money_of(value: Any) -> Decimal | None:
    """Yuan with at most two decimals, None for anything that is no amount."""
    try:
        amount = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    if not amount.is_finite() or amount < 0 or amount > 10**12:
        return None
    return amount.quantize(MONEY_STEP)


def codes_of(value: Any) -> tuple[str, ...]:
    """The choices in an answer: a list, or XForms' codes with spaces between."""
    if value is None or value == UNKNOWN:
        return ()
    if isinstance(value, (list, tuple)):
        return tuple(str(item) for item in value if str(item).strip())
    return tuple(str(value).split())


def labels_of(value: Any, words: Mapping[str, str], other: Any = None) -> str | None:
    """Choices as words, joined by 、 in the order of ``words``; ``other`` is what was written beside 其他.

    A code nobody knows is printed as it is, never lost.
    """
    codes = codes_of(value)
    order = {code: n for n, code in enumerate(words)}
    said = [words.get(c, c) for c in sorted(codes, key=lambda c: order.get(c, len(order))) if c != "other"]
    written = text_of(other, lines=False)
    if written:
        said.append(written)
    elif "other" in codes:
        said.append(words.get("other", "其他"))
    return "、".join(dict.fromkeys(said)) or None


def day_text(day: date | None, precision: str = "day") -> str:
    """``2024.08.12``, or ``2024.08`` where only the month is known; '' for None, and where the day stands for one that
    nobody knows."""
    if day is None or precision == "unknown":
        return ""
    return f"{day:%Y.%m}" if precision == "month" else f"{day:%Y.%m.%d}"


def joined_days(days: Iterable[str]) -> str | None:
    """Dates of several programmes in their order, joined by 、; equal ones once; 不详 holds an unknown one's place."""
    said = list(days)
    if not any(said):
        return None
    if len(set(said)) == 1:
        return said[0]
    return "、".join(day or UNKNOWN for day in said)


def programmes_of(spells: Iterable[Spell], words: Mapping[str, str]) -> str | None:
    """Programmes as words, joined by 、. A code nobody knows is printed as it is, never lost."""
    return "、".join(dict.fromkeys(words.get(spell.programme, spell.programme) for spell in spells)) or None
