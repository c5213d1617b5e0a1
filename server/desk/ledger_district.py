"""表一至表四 of all 街镇: who has reported, who is late, what the months amount to."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from server.accounts.matrix import Thing, Verb
from server.areas.models import Area
from server.desk.charts import bars, lines
from server.desk.ledger_parts import EARLIEST, state_badge, towns_for
from server.desk.page import page
from server.desk.parts import Badge
from server.desk.seat import Seat, screen
from server.households.find import households_counted
from server.ledgers.find import months_of, standing_counts
from server.ledgers.kinds import LedgerKind, MonthState
from server.ledgers.values import first_day, month_of
from server.visits.rules import add_months

MONTHS_SHOWN = 6
REPORTED = frozenset({MonthState.REPORTED, MonthState.ACCEPTED})


@dataclass(frozen=True)
class TownMonth:
    """A 街镇's month in the district's list. ``counts``: lines by table; of an open month the households as they stand
    now (``is_record`` False)."""

    code: str
    name: str
    state: str | None
    badge: Badge
    counts: tuple[int, ...]
    is_record: bool
    late: bool

    @property
    def whole(self) -> int:
        return sum(self.counts)


@screen(Thing.LEDGER)
def ledgers(request: HttpRequest, seat: Seat) -> HttpResponse:
    """街镇 by month; for the district one month in full, with charts."""
    towns = towns_for(seat)
    month = _month(request.GET.get("m", ""), seat.today)
    months = [month_of(add_months(first_day(month), -back)) for back in range(MONTHS_SHOWN)]
    states = months_of([town.code for town in towns], months)
    grid = [(town, [(m, state_badge(states.get((town.code, m)))) for m in months]) for town in towns]
    context: dict[str, Any] = {"months": months, "grid": grid, "month": month, "first": first_day(month)}
    if seat.codes and any(len(code) < 9 for code in seat.codes):
        context |= _district(seat, towns, month, months, states)
    return page(request, seat, "ledgers/list.html", context, at="ledgers")


def _month(text: str, today: date) -> str:
    """The month asked for, or the last one that is over."""
    try:
        if EARLIEST <= first_day(text) <= today:
            return text
    except ValueError:
        pass
    return month_of(add_months(today.replace(day=1), -1))


def due_day(month: str) -> date:
    """Until when a month is to be reported: a reminder, no rule of the notice (domain F-11)."""
    return add_months(first_day(month), 1) + timedelta(days=settings.LEDGER_REPORT_DAY - 1)


def _district(
    seat: Seat, towns: Sequence[Area], month: str, months: Sequence[str], states: Mapping[tuple[str, str], str]
) -> dict[str, Any]:
    due = due_day(month)
    closed = standing_counts(months)
    now = _counted_now(seat.codes)
    rows = []
    for town in towns:
        state, record = states.get((town.code, month)), closed.get((town.code, month))
        counts = tuple((record or now[town.code]).get(kind, 0) for kind in LedgerKind)
        late = seat.today > due and state not in REPORTED
        rows.append(
            TownMonth(town.code, town.name, state, state_badge(state), counts, record is not None, late)
        )
    waiting = [row for row in rows if row.state not in REPORTED]
    return {
        "district": True, "rows": rows, "due": due, "sums": [sum(row.counts[n] for row in rows) for n in range(4)],
        "whole": sum(row.whole for row in rows), "missing": waiting, "after_due": seat.today > due,
        "reminder": _reminder([row.name for row in waiting], month, due, seat.today), "kinds": LedgerKind.choices,
        "accepts": seat.may(Verb.APPROVE, Thing.LEDGER, seat.codes[0]),
        "reopens": seat.may(Verb.REOPEN, Thing.LEDGER, seat.codes[0]),
        "exports": seat.may(Verb.EXPORT, Thing.LEDGER_FILE, seat.codes[0]), "area": seat.codes[0],
        "by_town": bars([(row.name, row.counts) for row in rows], [kind.label for kind in LedgerKind]),
        "by_month": lines(
            [_short(m) for m in reversed(months)],
            [(kind.label, [_sum(closed, towns, m, kind) for m in reversed(months)]) for kind in LedgerKind],
        ),
    }


def _counted_now(codes: Sequence[str]) -> dict[str, Counter[str]]:
    """Households in care by 街镇 and table, as they stand now."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for (village, table), count in households_counted(codes).items():
        found[village[:9]][str(table)] += count
    return found


def _sum(
    closed: Mapping[tuple[str, str], Mapping[str, int]], towns: Sequence[Area], month: str, kind: LedgerKind
) -> int | None:
    """Lines of a table in a month, over the 街镇 that have closed it; None where none has."""
    counts = [closed[town.code, month].get(kind, 0) for town in towns if (town.code, month) in closed]
    return sum(counts) if counts else None


def _short(month: str) -> str:
    first = first_day(month)
    return f"{first.year % 100}年{first.month}月"


def _reminder(names: Sequence[str], month: str, due: date, today: date) -> str:
    """What the district sends to those who have not reported; '' where everybody has."""
    if not names:
        return ""
    first = first_day(month)
    when = f"已于{due.month}月{due.day}日到期" if today > due else f"请于{due.month}月{due.day}日前完成"
    return (
        f"{'、'.join(names)}：{first.year}年{first.month}月低收入人口探访关爱工作情况表（附表一至四）{when}，"
        "请在“表一至表四”中核对后锁定并报送；本月没有对象的，请作零报告。"
    )
