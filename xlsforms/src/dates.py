"""Days as XPath that every engine computes alike.

Phones and browsers disagree on comparing dates as text and on adding days to them; whole numbers (20240229) they all
agree on. So days are compared and moved as yyyymmdd numbers.
"""


def ymd(day: str) -> str:
    """A date answer (or `today()`) as the number yyyymmdd."""
    return f"number(format-date({day}, '%Y%m%d'))"


def ymd_text(text: str) -> str:
    """A served day ('2024-02-29') as the number yyyymmdd; NaN, which is in no order with anything, for blank."""
    return f"number(translate({text}, '-', ''))"


def last_day(year: str, month: str) -> str:
    """Days in a month."""
    leap = f"(({year}) mod 4 = 0 and (({year}) mod 100 != 0 or ({year}) mod 400 = 0))"
    short = " or ".join(f"({month}) = {number}" for number in (4, 6, 9, 11))
    return f"if(({month}) = 2, if({leap}, 29, 28), if({short}, 30, 31))"


def month_index(day: str) -> str:
    """Months since year 0 of a date answer, January = 0."""
    return f"(number(format-date({day}, '%Y')) * 12 + number(format-date({day}, '%m')) - 1)"


def clamped(months: str, day_of_month: str) -> str:
    """yyyymmdd of that day in that month (a month index), or of its last day where the month is too short."""
    year, month = f"(({months}) - ({months}) mod 12) div 12", f"(({months}) mod 12 + 1)"
    last = last_day(year, month)
    return f"({year}) * 10000 + {month} * 100 + if({day_of_month} > {last}, {last}, {day_of_month})"


def as_day(number: str) -> str:
    """yyyymmdd as text people read: 2024-02-29."""
    return f"concat(substr({number}, 0, 4), '-', substr({number}, 4, 6), '-', substr({number}, 6, 8))"
