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
    """A contact as the schedule sees it. ``next_on``: the day agreed for the next visit, if any. What was not asked
    about income and integration is None."""

    on: date
    reached: bool
    next_on: date | None = None
    stable_income: bool | None = None
    integrated: bool | None = None


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


@dataclass(frozen=True)
class Graded:
    """A 街镇's decision on a grade: the day it was ``filed``, and since when it says the grade holds."""

    filed: date
    since: date
    grade: str


@dataclass(frozen=True)
class Tabled:
    """The district's decision on months between visits by grade; true for everybody from the day it was ``filed``."""

    filed: date
    months: Mapping[str, int]


#: What moves regular windows beside visits.
Act = Graded | Tabled


def regular_window(
    opened: date,
    contacts: Sequence[Contacted],
    acts: Sequence[Act],
    default: str,
    resumed: date | None = None,
) -> Window:
    """The next regular visit.

    ``acts`` in the order of filing; ``default`` is the grade before the first. Never visited: due in the period of
    ``opened``. A grade that falls (visits further apart) gives one more visit at the old interval before the new one
    begins, however often it falls meanwhile; what a 街镇 decides on the day of a visit follows from that visit.

    Overdue stays: an act changes no window whose last day lay before the day it was filed, whatever day it says it
    holds from; only a visit or a return into care ends such a window. Nor does an act, or a return into care or relief
    on ``resumed``, make anybody late by itself: a deadline that would lie before it becomes the end of the period that
    holds it. The agreed ``next_on`` becomes the deadline where it lies inside the window.
    """
    seen = next((c for c in reversed(contacts) if c.reached), None)
    last_day = seen.on if seen else opened
    begun = resumed or opened
    months = _interval((), last_day, default)
    first, last = _period(opened, seen, months, begun)
    for known, act in enumerate(acts, 1):
        if last < act.filed:
            break  # and so is every act after it too late for this window
        decided = _interval(acts[:known], last_day, default)
        if decided != months:  # deciding the same once more gives no respite
            months = decided
            first, last = _period(opened, seen, months, max(act.filed, begun))
    return Window(DueKind.REGULAR, first, last)


def _period(opened: date, seen: Contacted | None, months: int, begun: date) -> tuple[date, date]:
    """From when to when whoever was last ``seen`` is due at an interval that came about on the day ``begun``."""
    first, last = next_period(seen.on, months) if seen else period_of(opened, months)
    if last < begun:
        first, last = period_of(begun, months)
        first = max(first, begun)
    if seen is None:
        first = max(first, opened)
    elif seen.next_on is not None and max(first, begun) <= seen.next_on <= last:
        last = seen.next_on
    return first, last


def _interval(acts: Sequence[Act], last_day: date, default: str) -> int:
    """Months between visits by these acts: those of the grade in force, or of the one on the eve of the last visit
    where that one asked for more visits."""
    table = next((act.months for act in reversed(acts) if isinstance(act, Tabled)), FREQUENCY)
    # Acts of one day hold in the order of filing, which the sort keeps.
    grades = sorted((act for act in acts if isinstance(act, Graded)), key=lambda act: act.since)
    now = grades[-1].grade if grades else default
    before = next((act.grade for act in reversed(grades) if act.since < last_day), default)
    return min(table[before], table[now])


def return_window(exit_on: date, contacts: Iterable[Contacted], resumed: date | None = None) -> Window:
    """The next return visit after leaving relief on ``exit_on`` (domain F-R, F-4, F-5, F-5b).

    Only successful visits after the exit count. The plan may be proposed for closing from twelve months after the
    exit on, once a visit from then on found a stable income and good integration, until one finds otherwise. No grade
    has a say in it. Taken back into care on ``resumed`` after the deadline had passed: due within a month, as after
    an exit.
    """
    year_on = add_months(exit_on, 12)
    window = Window(DueKind.RETURN, exit_on + timedelta(days=1), add_months(exit_on, 1))
    closable = None
    for contact in contacts:
        if not contact.reached or contact.on <= exit_on:
            continue
        first, last = add_months(contact.on, 3), add_months(contact.on, 6)
        if contact.next_on is not None and first <= contact.next_on <= last:
            last = contact.next_on
        if contact.stable_income is False or contact.integrated is False:
            closable = None
        elif contact.on >= year_on and contact.stable_income and contact.integrated:
            closable = contact.on
        window = Window(DueKind.RETURN, first, last, closable)
    if resumed is not None and window.due_to is not None and window.due_to < resumed:
        window = replace(window, due_from=resumed, due_to=add_months(resumed, 1))
    return window


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
