"""ID numbers with every slip: what can still be read of one. Pure."""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from server.households.idno import check_digit
from server.households.matching.normal.text import half_width

_NOT_OF_IT = re.compile(r"[^0-9A-Z*?#_.×☆★●○□■~∗]+")
_HIDDEN = re.compile(r"[*?#_.×☆★●○□■~∗X]")
#: One position of a pattern about which nothing is known; also SQL's sign for one character.
ANY = "_"
SIZE = 18
_LETTERS = str.maketrans("OQDILZSB", "00011258")


@dataclass(frozen=True, slots=True)
class Number:
    """``text``: the digits as they stand (18 where nothing is missing), '' where it is no number. ``valid``: the check
    digit holds and the date is one. ``mask``: 18 positions with ``ANY`` for the unknown, where only a part is known.
    ``birth`` yyyymmdd and ``sex`` as far as the number tells them."""

    text: str = ""
    valid: bool = False
    mask: str = ""
    birth: str = ""
    sex: str = ""


NONE = Number()


def _date_in(digits: str) -> str:
    """``digits`` (yyyymmdd) if that is a day on which somebody living may have been born."""
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return ""
    return digits if "1890" <= digits[:4] <= "2099" else ""


def _read(text: str, valid: bool) -> Number:
    """A number with its date and sex; only a whole one tells the sex."""
    whole = len(text) == SIZE
    birth = _date_in(text[6:14]) if len(text) >= 14 and text[6:14].isdigit() else ""
    return Number(text, valid, "", birth, ("female", "male")[int(text[16]) % 2] if whole and birth else "")


@lru_cache(maxsize=4_096)
def number_of(text: str | None) -> Number:
    """An ID number as typed: full width, lower x, 15 digits, the check digit left out, masked, or only a part."""
    plain = _NOT_OF_IT.sub("", half_width(text).upper())
    plain = re.sub(r"^(?:ID|NO|SFZ)+[.:]?", "", plain)
    if len(plain) < 4 or not any(char.isdigit() for char in plain):
        return NONE
    if sum(char.isdigit() for char in plain) >= 10:
        plain = plain[:17].translate(_LETTERS) + plain[17:].replace("O", "0").replace("I", "1")
    body, last = plain[:-1], plain[-1]
    if body.isdigit() and (last.isdigit() or last == "X"):
        return _whole(plain)
    return _masked(plain)


def _whole(plain: str) -> Number:
    if len(set(plain)) <= (2 if len(plain) > 4 else 1) or plain in "01234567890123456789/98765432109876543210":
        return NONE
    size = len(plain)
    if size == SIZE:
        return _read(plain, check_digit(plain[:17]) == plain[17] and bool(_date_in(plain[6:14])))
    if size == 15 and plain.isdigit() and _date_in("19" + plain[6:12]):
        first = plain[:6] + "19" + plain[6:]
        return _read(first + check_digit(first), True)
    if size == 17 and plain.isdigit() and _date_in(plain[6:14]):
        # Nothing proves a digit this program added: the number is whole, but not valid.
        return _read(plain + check_digit(plain), False)
    if size == 8 and _date_in(plain):
        return Number(mask=ANY * 6 + plain + ANY * 4, birth=plain)
    if size == 14 and plain.isdigit() and _date_in(plain[6:]):
        return Number(mask=plain + ANY * 4, birth=plain[6:])
    if size == 6:
        return Number(mask=plain + ANY * 12)
    if size in (4, 5):
        return Number(mask=ANY * (SIZE - 4) + plain[-4:]) if size == 4 else NONE
    return _read(plain, False) if 13 <= size <= 21 else NONE


def _masked(plain: str) -> Number:
    if (len(plain) == 10 and plain[4] in ".-") or not _HIDDEN.search(plain):
        return NONE
    head = re.match(r"[0-9]*", plain)
    tail = re.search(r"[0-9]+X?$", plain)
    if len(plain) == SIZE:
        mask = "".join(ANY if _HIDDEN.match(c) else c for c in plain[:17]) + (
            plain[17] if plain[17].isdigit() or (plain[17] == "X" and plain[16].isdigit()) else ANY
        )
    else:
        # The hidden part was not written sign by sign: what stands before and after it is known.
        before, after = (head.group() if head else "")[:14], (tail.group() if tail else "")[-4:]
        mask = before + ANY * (SIZE - len(before) - len(after)) + after
    if not re.fullmatch(r"[0-9_]{17}[0-9X_]", mask) or sum(char != ANY for char in mask) < 4:
        return NONE
    birth = _date_in(mask[6:14]) if mask[6:14].isdigit() else ""
    sex = ("female", "male")[int(mask[16]) % 2] if mask[16].isdigit() and mask.count(ANY) <= 8 else ""
    return Number(mask=mask, birth=birth, sex=sex)
