"""Days as people write them into the tables. Pure.

    2024.7 · 2024年7月 · 2024-07 · 202407            a month
    2024.7.8 · 2024年7月8日 · 2024/07/08 · 20240708    a day; so are the cell's own dates and their serial numbers
    不详 · 空                                          not known
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from server.exchange.plain import Raw, digits_of, is_blank, text_of

#: Day 0 of a spreadsheet's calendar, as it is from March 1900 on.
_ZERO = date(1899, 12, 30)
#: Serial numbers that may mean a day here: 1954 to 2064. Neither a year nor a month written without a dot lies between.
_SERIALS = range(20_000, 60_000)
_YEARS = range(1930, 2100)
UNKNOWN_WORDS = frozenset({"不详", "不清楚", "不清", "未知", "不明", "时间不详"})
_DAY = re.compile(r"(\d{4})[.\-/年](\d{1,2})[.\-/月](\d{1,2})日?[起止]?")
_MONTH = re.compile(r"(\d{4})[.\-/年](\d{1,2})月?[份起止]?")
_CLOCK = re.compile(r"T?\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")
_BETWEEN = re.compile(r"[、，,；;\n]+")


class NotADay(Exception):
    """No day can be read there. ``sentence``: why, in Chinese."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Told:
    """A day as told. ``precision``: day | month (``day`` is its first) | unknown (``day`` is None). ``doubt``: what
    else it may mean, in Chinese."""

    day: date | None
    precision: str = "day"
    doubt: str = ""

    @property
    def text(self) -> str:
        """``2024-07-08``, ``2024-07``; '' where it is not known."""
        if self.day is None:
            return ""
        return f"{self.day:%Y-%m}" if self.precision == "month" else self.day.isoformat()


UNKNOWN = Told(None, "unknown")


def days_told(value: Raw) -> list[Told]:
    """The days of a cell in their order; several are parted by 、 or stand one a line. [] for an empty cell.

    :raises NotADay: one of them is none.
    """
    if is_blank(value):
        return []
    if not isinstance(value, str):
        return [day_told(value)]
    return [day_told(part) for part in _BETWEEN.split(text_of(value)) if part.strip()]


def day_told(value: Raw) -> Told:
    """One day.

    :raises NotADay:
    """
    if isinstance(value, datetime):
        return _sane(value.date())
    if isinstance(value, date):
        return _sane(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _counted(float(value))
    text = "".join(unicodedata.normalize("NFKC", text_of(value)).split()).strip("'")
    if text in UNKNOWN_WORDS or is_blank(text):
        return UNKNOWN
    text = _CLOCK.sub("", text).rstrip("。.")
    if text.isdigit() and text.isascii():
        return _counted(float(text))
    if found := _DAY.fullmatch(text):
        return _made(int(found[1]), int(found[2]), int(found[3]))
    if found := _MONTH.fullmatch(text):
        return _made(int(found[1]), int(found[2]))
    raise NotADay(f"“{text[:20]}”看不出是哪年哪月")


def _counted(number: float) -> Told:
    """A number in a cell: a serial number, 202407, 20240708, or 2024.7 that lost its text."""
    text = digits_of(number)
    if int(number) in _SERIALS:
        return _sane(_ZERO + timedelta(days=int(number)))
    if len(text) == 8 and text.isdigit():
        return _made(int(text[:4]), int(text[4:6]), int(text[6:]))
    if len(text) == 6 and text.isdigit():
        return _made(int(text[:4]), int(text[4:]))
    year, dot, month = text.partition(".")
    if dot and len(year) == 4 and len(month) <= 2:
        told = _made(int(year), int(month))
        # 2024.10 in a cell that counts is 2024.1.
        return Told(told.day, told.precision, f"{text} 也可能是 {year} 年 10 月") if month == "1" else told
    if text.isdigit() and int(text) in _YEARS:
        raise NotADay(f"“{text}”只有年份，没有月份")
    raise NotADay(f"“{text[:20]}”看不出是哪年哪月")


def _made(year: int, month: int, day: int | None = None) -> Told:
    try:
        told = _sane(date(year, month, day or 1))
    except ValueError:
        raise NotADay(f"“{year}.{month}{'' if day is None else f'.{day}'}”不是真实的日期") from None
    return told if day is not None else Told(told.day, "month")


def _sane(day: date) -> Told:
    if day.year not in _YEARS:
        raise NotADay(f"“{day:%Y.%m.%d}”不在可能的年份里")
    return Told(day)
