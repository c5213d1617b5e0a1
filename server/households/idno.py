"""Resident ID numbers (GB 11643): normalising, checking, and what they tell. Pure."""

import unicodedata
from datetime import date
from functools import lru_cache

from stdnum.cn import ric
from stdnum.exceptions import ValidationError

#: The same few numbers are asked about again and again while one household is derived; few are remembered.
_remembered = lru_cache(maxsize=256)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def check_digit(first17: str) -> str:
    """The check character of 17 digits (ISO 7064 MOD 11-2)."""
    return "10X98765432"[sum(int(d) * w for d, w in zip(first17, WEIGHTS, strict=True)) % 11]


@_remembered
def normal_id(text: str | None) -> str:
    """Half-width, upper-case, no spaces; a 15-digit number becomes its 18-digit form. Anything else as typed: fifteen
    digits without a date in them too, which are no such number but one with digits missing."""
    plain = "".join(unicodedata.normalize("NFKC", text or "").upper().split())
    if len(plain) == 15 and plain.isdigit() and plain.isascii():
        first17 = plain[:6] + "19" + plain[6:]
        whole = first17 + check_digit(first17)
        return plain if birth_of(whole) is None else whole
    return plain


@_remembered
def valid_id(text: str | None) -> bool:
    """Whether a number is a resident ID, HK/Macau/Taiwan residence or permanent-resident number that holds.

    The division code is not held against today's list: old numbers of Qingpu begin with 310229, and people from
    anywhere are visited.
    """
    number = normal_id(text)
    if len(number) != 18 or not number.isascii() or not number[:17].isdigit():
        return False
    return check_digit(number[:17]) == number[17] and birth_of(number) is not None


@_remembered
def birth_of(text: str | None) -> date | None:
    """The birth date in the number, None where it is no date."""
    number = normal_id(text)
    if len(number) != 18 or not number[:17].isascii() or not number[:17].isdigit():
        return None
    try:
        return ric.get_birth_date(number)
    except (ValidationError, ValueError):
        return None


def sex_of(text: str | None) -> str:
    """'male' or 'female' from the number, '' where it tells nothing."""
    number = normal_id(text)
    if len(number) != 18 or not number[16:17].isdigit():
        return ""
    return "male" if int(number[16]) % 2 else "female"


def age_on(born: date, day: date) -> int:
    """Full years (周岁): a birthday on 29 February is reached on 1 March of a common year."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
