"""Telephone numbers: several in one field, landlines, +86, and what is none. Pure."""

import re
from functools import lru_cache

from server.households.matching.normal.text import half_width

_MOST = 4
_BETWEEN = re.compile(r"[^\d+\-() .*]+|\s{2,}|[./](?=\d{7})")
_EXTENSION = re.compile(r"(?:转|分机|ext\.?|#)\s*\d{1,6}", re.IGNORECASE)


@lru_cache(maxsize=4_096)
def phones_of(text: str | None) -> tuple[str, ...]:
    """The numbers in a field, each once, at most four: mobiles with 11 digits, landlines of Shanghai with eight and
    without area code. A number with a digit too few or too many stays as it stands; placeholders go."""
    plain = _EXTENSION.sub("", half_width(text))
    found: dict[str, None] = {}
    for part in _BETWEEN.split(plain):
        for number in _numbers(part):
            if not _placeholder(number):
                found[number] = None
    return tuple(sorted(found)[:_MOST])


def _numbers(part: str) -> list[str]:
    groups = part.split()
    if len(groups) > 1 and all(len(re.sub(r"\D", "", group)) >= 7 for group in groups):
        return [number for group in groups for number in _numbers(group)]
    if "*" in part:
        return []
    digits = re.sub(r"\D", "", part)
    for prefix in ("0086", "86"):
        if digits.startswith(prefix) and len(digits) - len(prefix) >= 10:
            digits = digits[len(prefix) :]
            break
    if len(digits) == 22 and digits[0] == digits[11] == "1":
        return [digits[:11], digits[11:]]
    if digits.startswith("01") and len(digits) == 12:
        digits = digits[1:]
    for prefix in ("021", "21"):
        if digits.startswith(prefix) and len(digits) == len(prefix) + 8:
            digits = digits[len(prefix) :]
            break
    return [digits] if 7 <= len(digits) <= 13 else []


def _placeholder(number: str) -> bool:
    """One digit over and over, or counted up or down, as people fill a field that must not be empty."""
    rest = number[2:] if number[0] == "1" and len(number) == 11 else number
    return len(set(rest)) == 1 or rest in ("012345678", "123456789") or number in "0123456789012/9876543210"
