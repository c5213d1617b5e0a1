"""存量 and 当月新增 (domain F-8): which lines of a month a file holds."""

from collections.abc import Mapping

from server.households.models import Ident
from server.ledgers.kinds import LedgerKind
from server.ledgers.read import MonthView, month_view
from server.ledgers.values import Line, first_day, month_of
from server.visits.rules import add_months


def month_before(month: str) -> str:
    """``2024-08`` → ``2024-07``."""
    return month_of(add_months(first_day(month), -1))


def new_in(view: MonthView) -> Mapping[LedgerKind, list[Line]]:
    """The lines of households that the month before of this 街镇 (its record; open: as it stands) does not list."""
    earlier = month_view(view.town, month_before(view.month), doubting=False)
    listed = {line.household for lines in earlier.lines.values() for line in lines}
    serving = dict(Ident.objects.filter(pk__in=listed).values_list("pk", "household_id"))
    known = listed | set(serving.values())
    return {kind: [line for line in lines if line.household not in known] for kind, lines in view.lines.items()}
