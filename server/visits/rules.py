"""When a household must be visited next. Pure: months are calendar months, days are Shanghai days.

Regular visits (notice 三.1) go by calendar period: a month, a quarter, a half-year. Whoever was seen in one period is
due in the next, from its first day to its last. Return visits (notice 三.1, domain F-R) roll from the exit: the first
within a month, then three to six months after each successful one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from server.visits.kinds import FREQUENCY, DueKind


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
    """First and last day of the calendar period of 1, 3 or 6 (or 2, 4, 12) months that holds ``day``."""
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
) -> Window:
    """The next regular visit.

    ``grades``: (since, grade), oldest first; ``default`` holds before the first. Never visited: due in the period of
    ``opened``. A grade that falls (visits further apart) gives one more visit at the old interval before the new one
    begins. The agreed ``next_on`` becomes the deadline where it lies inside the window.
    """
    reached = [c for c in contacts if c.reached]
    grade = grades[-1][1] if grades else default
    months = frequency[grade]
    if not reached:
        first, last = period_of(opened, months)
        return Window(DueKind.REGULAR, max(first, opened), last)
    seen = reached[-1]
    if grades:
        since = grades[-1][0]
        before = grades[-2][1] if len(grades) > 1 else default
        seen_since = [c for c in reached if c.on >= since]
        if frequency[before] < months and not seen_since:
            months = frequency[before]
    first, last = next_period(seen.on, months)
    if seen.next_on is not None and first <= seen.next_on <= last:
        last = seen.next_on
    return Window(DueKind.REGULAR, first, last)


def return_window(exit_on: date, contacts: Iterable[Contacted]) -> Window:
    """The next return visit after leaving relief on ``exit_on`` (domain F-R, F-4, F-5, F-5b).

    Only successful visits after the exit count. The plan may be proposed for closing from twelve months after the
    exit on, once a visit from then on found a stable income and good integration.
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


def state_on(window: Window, day: date, near: int) -> str:
    """未到 | 应访 | 临期 | 逾期 | 无 on a day: computed when read, never stored. ``near``: days that count as 临期."""
    if window.due_to is None or window.due_from is None:
        return "无"
    if day > window.due_to:
        return "逾期"
    if window.due_to - day <= timedelta(days=near):
        return "临期"
    return "应访" if day >= window.due_from else "未到"
