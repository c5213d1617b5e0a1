"""Birth dates in all forms, ages and sex. Pure; the year of the record is an argument."""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from server.households.matching.normal.text import NUMERAL, half_width, number_of, simplified

_LUNAR = re.compile(r"农历|阴历|旧历|夏历|正月|腊月|冬月|初[一二三四五六七八九十]|闰")
_LUNAR_MONTHS = (("正月", "一月"), ("腊月", "十二月"), ("冬月", "十一月"), ("初", ""), ("闰", ""))
_NOMINAL = re.compile(r"虚")
_AGE = re.compile(r"(?:虚岁?|周岁|年龄|约|大概|今年)*[::]?(\d{1,3})(?:多|来)?(?:周岁|虚岁|岁|虚|[(]|$)")
_NUMERAL = re.compile(f"([{NUMERAL}]+)(?=[年月日号岁(]|周岁|虚岁|出生|生|$)")
_YMD = re.compile(r"(\d{4})[-/.年,](\d{1,2})[-/.月,](\d{1,2})(?!\d)")
_DMY = re.compile(r"(?<!\d)(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?!\d)")
_YM = re.compile(r"(\d{4})[-/.年](\d{1,2})月?(?!\d)")
_Y = re.compile(r"(\d{4})(?!\d)")
_HOUR = re.compile(r"[ T]\d{1,2}:\d.*$")
_SHORT = re.compile(r"^(\d{2})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?|年)")


@dataclass(frozen=True, slots=True)
class Birth:
    """``day`` yyyymmdd where a whole date is known ('' else); ``low``..``high`` the years that are possible (0: nothing
    known). A lunar date gives years only: its day is another one in the calendar of the ID number."""

    day: str = ""
    low: int = 0
    high: int = 0


UNKNOWN = Birth()


def on_day(day: str) -> Birth:
    """A birth on a known day (yyyymmdd)."""
    return Birth(day, int(day[:4]), int(day[:4]))


@lru_cache(maxsize=50_000)
def birth_of(text: str | None, year: int) -> Birth:
    """A birth date, year or age as typed, in a record made in ``year``; never fails."""
    plain = _HOUR.sub("", simplified(half_width(text))).replace(" ", "") if text else ""
    if plain[4:5] == "-" == plain[7:8] and plain[:4] != "1900" and (day := _day(plain[:4], plain[5:7], plain[8:])):
        return on_day(day)
    if not plain:
        return UNKNOWN
    lunar, nominal = bool(_LUNAR.search(plain)), bool(_NOMINAL.search(plain))
    for said, meant in _LUNAR_MONTHS:
        plain = plain.replace(said, meant)
    plain = _NUMERAL.sub(lambda found: _digits(found.group(1)), plain)
    if found := _YMD.search(plain):
        return _dated(found.group(1), found.group(2), found.group(3), lunar)
    if found := _DMY.search(plain):
        return _dated(found.group(3), found.group(2), found.group(1), lunar)
    bare = re.sub(r"\D", "", plain)
    if len(bare) == 8 and re.search(r"\d{8}", plain):
        return _dated(bare[:4], bare[4:6], bare[6:], lunar)
    if len(bare) == 6 and bare == plain:
        if "1900" <= bare[:4] <= str(year) and bare[4:] <= "12":
            return _years(int(bare[:4]), int(bare[:4]))
        return _dated("19" + bare[:2], bare[2:4], bare[4:], lunar)
    if found := _YM.search(plain) or _Y.search(plain):
        return _years(int(found.group(1)), int(found.group(1)) + int(lunar))
    if found := _SHORT.match(plain):
        full = "19" + found.group(1) if 1900 + int(found.group(1)) > year - 2000 + 1900 else "20" + found.group(1)
        return _dated(full, found.group(2), found.group(3), lunar) if found.group(2) else _years(int(full), int(full))
    if found := _AGE.search(plain):
        age = int(found.group(1))
        if 0 < age <= 125 and year:
            return _years(year - age, year - age + 1) if nominal else _years(year - age - 1, year - age)
    return UNKNOWN


def _digits(numeral: str) -> str:
    number = number_of(numeral)
    return numeral if number is None else str(number)


def _day(year: str, month: str, day: str) -> str:
    try:
        return date(int(year), int(month), int(day)).strftime("%Y%m%d") if 1890 <= int(year) <= 2099 else ""
    except ValueError:
        return ""


def _dated(year: str, month: str, day: str, lunar: bool) -> Birth:
    # The first of January 1900 stands for "nobody knows" in many old tables.
    if year == "1900":
        return UNKNOWN
    if lunar:
        return _years(int(year), int(year) + 1)
    found = _day(year, month, day) or _day(year, day, month)
    return on_day(found) if found else _years(int(year), int(year))


def _years(low: int, high: int) -> Birth:
    return Birth("", low, high) if 1890 <= low <= 2099 and low != 1900 else UNKNOWN


_MALE = frozenset(["男", "男性", "男士", "先生", "m", "male", "man", "boy", "1", "男孩", "公"])
_FEMALE = frozenset(["女", "女性", "女士", "f", "female", "woman", "girl", "2", "女孩", "母", "小姐"])


@lru_cache(maxsize=512)
def sex_of(text: str | None) -> str:
    """male, female or ''."""
    plain = simplified(half_width(text)).strip().lower()
    return "male" if plain in _MALE else "female" if plain in _FEMALE else ""


_INTEGER = re.compile(r"\d{1,3}")


@lru_cache(maxsize=512)
def size_of(text: object) -> int:
    """The household's size, 0 where it is not said: 3, 3人, 三口人, ３."""
    plain = half_width(str(text or "")).strip()
    found = _INTEGER.search(plain)
    number = int(found.group()) if found else number_of("".join(c for c in simplified(plain) if c in NUMERAL))
    return number if number and 0 < number <= 30 else 0
