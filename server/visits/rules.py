"""When a household must be visited next. Pure: months are calendar months, days are Shanghai days.

Regular visits (notice 三.1) go by calendar period: a month, a quarter, a half-year. Whoever was seen in one period is
due in the next, from its first day to its last. Return visits (notice 三.1, domain F-R) roll from the exit: the first
within a month, then three to six months after each successful one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from server.visits.kinds import FREQUENCY, NEAR_DAYS, NEAR_DAYS_SHORT, SHORT_WINDOW_DAYS, DueKind


@dataclass(frozen=True)
class Contacted:
    """A contact as the schedule sees it. ``next_on``: the day agreed for the next visit, if any."""

    on: date
    reached: bool
    next_on: date | None = None
    stable_income: bool = False
    integrated: bool = False


@dataclass(frozen=True)
class Window:
    """From when to when a visit is due; ``closable``: the return plan may be proposed for closing from here on."""

    kind: DueKind
    due_from: date | None = None
    due_to: date | None = None
    closable_from: date | None = None


NOTHING = Window(DueKind.NONE)
#: Lengths of calendar periods, in months: those that fill a year.
PERIODS = (1, 2, 3, 4, 6, 12)


def add_months(day: date, months: int) -> date:
    """The same day so many months on, or the last day of that month where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def period_of(day: date, months: int) -> tuple[date, date]:
    """First and last day of the calendar period of 1, 3 or 6 (or 2, 4, 12) months that holds ``day``.

    :raises ValueError: periods of so many months do not fill a year.
    """
    if months not in PERIODS:
        raise ValueError(f"{months} months are no calendar period")
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return first, add_months(first, months) - timedelta(days=1)


def next_period(day: date, months: int) -> tuple[date, date]:
    """The period after the one that holds ``day``."""
    return period_of(add_months(period_of(day, months)[0], months), months)


def regular_window(
    opened: date,
    contacts: Sequence[Contacted],
    grades: Sequence[tuple[date, str]],
    default: str,
    frequency: Mapping[str, int] = FREQUENCY,
    resumed: date | None = None,
) -> Window:
    """The next regular visit.

    ``grades``: (since, grade), oldest first; ``default`` holds before the first. Never visited: due in the period of
    ``opened``. A grade that falls (visits further apart) gives one more visit at the old interval before the new one
    begins, however often it falls meanwhile; what a 街镇 decides on the day of a visit follows from that visit. A grade
    that rises, and a return into care or relief on ``resumed``, make nobody late by themselves: a deadline that
    would lie before them becomes the end of the period that holds them. The agreed ``next_on`` becomes the deadline
    where it lies inside the window.
    """
    seen = next((c for c in reversed(contacts) if c.reached), None)
    months = frequency[grades[-1][1] if grades else default]
    before = frequency[grade_before(seen.on if seen else opened, grades, default)]
    interval = min(before, months)
    first, last = next_period(seen.on, interval) if seen else period_of(opened, interval)
    rose = _rose_on(grades, frequency) if before > months else opened
    turned = max(rose, resumed or opened)
    if last < turned:
        first, last = period_of(turned, interval)
        first = max(first, turned)
    if seen is None:
        first = max(first, opened)
    if seen is not None and seen.next_on is not None and first <= seen.next_on <= last:
        last = seen.next_on
    return Window(DueKind.REGULAR, first, last)


def grade_before(day: date, grades: Sequence[tuple[date, str]], default: str) -> str:
    """The grade in force on the eve of a day."""
    return next((grade for since, grade in reversed(grades) if since < day), default)


def _rose_on(grades: Sequence[tuple[date, str]], frequency: Mapping[str, int]) -> date:
    """Since when the present interval holds; deciding the same once more does not begin it anew."""
    since, now = grades[-1]
    for earlier, grade in reversed(grades):
        if frequency[grade] != frequency[now]:
            break
        since = earlier
    return since


def return_window(exit_on: date, contacts: Iterable[Contacted], resumed: date | None = None) -> Window:
    """The next return visit after leaving relief on ``exit_on`` (domain F-R, F-4, F-5, F-5b).

    Only successful visits after the exit count. The plan may be proposed for closing from twelve months after the
    exit on, once a visit from then on found a stable income and good integration. Taken back into care on
    ``resumed`` after the deadline had passed: due within a month, as after an exit.
    """
    year_on = add_months(exit_on, 12)
    window = Window(DueKind.RETURN, exit_on + timedelta(days=1), add_months(exit_on, 1))
    for contact in contacts:
        if not contact.reached or contact.on <= exit_on:
            continue
        first, last = add_months(contact.on, 3), add_months(contact.on, 6)
        if contact.next_on is not None and first <= contact.next_on <= last:
            last = contact.next_on
        window = Window(DueKind.RETURN, first, last)
        if contact.on >= year_on and contact.stable_income and contact.integrated:
            window = replace(window, closable_from=contact.on)
    if resumed is not None and window.due_to is not None and window.due_to < resumed:
        window = replace(window, due_from=resumed, due_to=add_months(resumed, 1))
    return window


def missing_to_close(exit_on: date, last: Contacted | None, day: date) -> list[str]:
    """Which of the notice's closing conditions do not hold yet, in words (domain F-3)."""
    missing = []
    if day < add_months(exit_on, 12):
        missing.append("退出未满一年")
    if last is None or not last.stable_income:
        missing.append("没有稳定收入")
    if last is None or not last.integrated:
        missing.append("社会融入未达良好")
    return missing


def near_days(due_from: date, due_to: date) -> int:
    """How far ahead a deadline counts as 临期, in days (domain F-R); where the whole window is no longer than a month
    (the first return visit, a monthly visit), it is a week: else it would be 临期 from its first day."""
    return NEAR_DAYS if due_to - due_from > timedelta(days=SHORT_WINDOW_DAYS) else NEAR_DAYS_SHORT


def state_on(window: Window, day: date) -> str:
    """未到 | 应访 | 临期 | 逾期 | 无 on a day: computed when read, never stored."""
    if window.due_to is None or window.due_from is None:
        return "无"
    if day > window.due_to:
        return "逾期"
    if day < window.due_from:
        return "未到"
    near = timedelta(days=near_days(window.due_from, window.due_to))
    return "临期" if window.due_to - day <= near else "应访"
