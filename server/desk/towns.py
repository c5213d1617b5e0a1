"""街镇一览: what the district looks at first. Per 街镇, never per person, and in the order of codes: no ranking."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from server.accounts.matrix import Thing, Verb
from server.accounts.scope import codes_for
from server.areas.models import Area
from server.areas.within import within
from server.desk.parts import Badge
from server.desk.seat import Seat
from server.households.find import waiting_by_town
from server.ledgers.find import months_of
from server.ledgers.kinds import STANDING, MonthState
from server.ledgers.values import month_of
from server.support.find import overdue_by_town as late_leads
from server.visits.due import overdue_by_town
from server.visits.rules import add_months


@dataclass(frozen=True)
class TownLine:
    """``report``: last month's tables."""

    code: str
    name: str
    households: int
    overdue: int
    late_leads: int
    waiting: int
    report: Badge


def town_lines(seat: Seat, counted: Mapping[tuple[str, int], int]) -> tuple[str, list[TownLine]]:
    """(last month, a line per 街镇 inside the scope); five queries however many there are.

    ``counted``: households by (村居, table).
    """
    codes = codes_for(seat.access, Verb.READ, Thing.HOUSEHOLD)
    towns = list(Area.objects.filter(within("code", codes), kind="town", is_open=True).order_by("code"))
    month = month_of(add_months(seat.today.replace(day=1), -1))
    states = months_of([town.code for town in towns], [month])
    inside: Counter[str] = Counter()
    for (village, _), count in counted.items():
        inside[village[:9]] += count
    overdue, leads = overdue_by_town(codes, seat.today), late_leads(codes, seat.now)
    waiting = waiting_by_town(codes)
    return month, [
        TownLine(town.code, town.name, inside[town.code], overdue.get(town.code, 0), leads.get(town.code, 0),
                 waiting.get(town.code, 0), _report(states.get((town.code, month))))
        for town in towns
    ]


def _report(state: str | None) -> Badge:
    if state is None:
        return Badge("未锁定", "amber")
    return Badge(MonthState(state).label, "green" if state in STANDING else "red")
