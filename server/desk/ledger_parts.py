"""What the screens of the four tables share: whose month it is, how its state and its cells are shown."""

from collections.abc import Sequence
from datetime import date

from django.http import Http404

from server.areas.models import Area
from server.areas.within import is_within
from server.desk.parts import Badge, shown_name
from server.desk.seat import Seat
from server.households.mask import MASKS
from server.ledgers.kinds import MonthState
from server.ledgers.read import MonthView, month_view
from server.ledgers.values import Line, Value, first_day, plain

#: The notice is of July 2024; households are remembered from before, never from before this.
EARLIEST = date(2000, 1, 1)
STATE_COLOUR = {MonthState.LOCKED: "blue", MonthState.REPORTED: "qing", MonthState.ACCEPTED: "green",
                MonthState.RETURNED: "red"}


def state_badge(state: str | None) -> Badge:
    """A month's state as a coloured word; None: open."""
    return Badge("开放") if state is None else Badge(MonthState(state).label, STATE_COLOUR[MonthState(state)])


def towns_for(seat: Seat) -> list[Area]:
    """The 街镇 whose tables this person may look at, also where only some of its villages are his."""
    towns = Area.objects.filter(kind="town", is_open=True).order_by("code")
    return [town for town in towns if is_within(town.code, seat.codes) or _parts(seat, town.code)]


def _parts(seat: Seat, town: str) -> Sequence[str]:
    return tuple(code for code in seat.codes if code.startswith(town) and code != town)


def must_see_month(seat: Seat, town: str, month: str) -> None:
    """404 unless the 街镇 is in scope (logged) and the month is one, not to come, not before our time."""
    if not is_within(town, seat.codes) and not _parts(seat, town):
        seat.refuse(f"ledger:{town}/{month}")
    try:
        first = first_day(month)
    except ValueError:
        raise Http404("month") from None
    if not EARLIEST <= first <= seat.today or not Area.objects.filter(code=town, kind="town").exists():
        raise Http404("month to come, or before our time")


def month_for(seat: Seat, town: str, month: str) -> MonthView:
    """The month, or 404."""
    must_see_month(seat, town, month)
    return month_view(town, month)


def shown_cell(seat: Seat, line: Line, key: str) -> str:
    """A cell as the screen shows it: numbers masked, the name by right."""
    value = line.value(key)
    text = "" if value is None else str(plain(value))
    return shown_name(seat, text, line.village) if key == "name" else masked_cell(key, text)


def masked_cell(key: str, value: Value) -> str:
    """A value of a column, masked where it is a number or an address."""
    text = "" if value is None else str(plain(value))
    return MASKS[key](text) if key in MASKS else text
