"""Whose a household is today. A month's line belongs to the 街镇 it lived in then; what is filed from that line as true
from a day on, or beside any statement, bears on whoever answers for the household now."""

from collections.abc import Iterable

from server.accounts.matrix import Thing, Verb
from server.areas.models import Area
from server.desk.seat import Seat
from server.households.models import Filing, Household
from server.ledgers.menders import menders_in

TOWN_DIGITS = 9


def mends_in(seat: Seat, village: str) -> bool:
    """Whoever keeps the ledger there may, and whoever reviews there."""
    return seat.may(Verb.UPDATE, Thing.LEDGER, village) or seat.may(Verb.APPROVE, Thing.STATE, village)


def village_now(row: Household | None, otherwise: str) -> str:
    """The 村居 a household counts for today; ``otherwise`` where nobody says any (a registration since voided)."""
    if row is None:
        return otherwise
    return row.village or otherwise


def turn_to(seat: Seat, village: str) -> str:
    """'' where the person may mend what is true of a household of that 村居; else whose it is and to whom to turn."""
    if mends_in(seat, village):
        return ""
    code = village[:TOWN_DIGITS]
    town = Area.objects.filter(code=code).values_list("name", flat=True).first() or "其他街镇"
    menders = menders_in(code, seat.today)
    return f"这一户现在由{town}负责，请找{town}的{menders.reviewers}办理，或请区民政局（{menders.district}）协调。"


def said_here(seat: Seat, instances: Iterable[str]) -> set[str]:
    """Of some submissions those sent by people who answered for 村居 where the person may mend: a correction replaces a
    statement in its place, so it stays the business of whose statement it is."""
    rows = Filing.objects.filter(instance__in=list(instances), list="households")
    return {
        instance for instance, context in rows.values_list("instance", "submission__context")
        if any(mends_in(seat, code) for code in context.get("villages", ()))
    }
