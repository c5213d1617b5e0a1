"""Working days by China's official calendar, where it is known; weekdays beyond it. Pure."""

from datetime import date, datetime, time, timedelta

import chinese_calendar

from server.households.values import SHANGHAI


def add_workdays(moment: datetime, days: int) -> datetime:
    """The end of the ``days``-th working day after a moment (Asia/Shanghai)."""
    day = moment.astimezone(SHANGHAI).date()
    while days:
        day += timedelta(days=1)
        days -= is_workday(day)
    return datetime.combine(day, time(23, 59, 59), SHANGHAI)


def is_workday(day: date) -> bool:
    """Whether people work on a day; years the calendar does not know yet go by the weekday."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5
