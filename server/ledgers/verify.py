"""Whether a closed month is still what it was closed as."""

from dataclasses import dataclass

from server.ledgers.close import checksum_of
from server.ledgers.models import Month
from server.ledgers.read import approved_lines, closed_lines, closed_names, taken_elsewhere


@dataclass(frozen=True)
class Verified:
    """``is_intact``: the frozen lines have their checksum. ``is_reproducible``: so have the lines derived anew from
    what had been received and decided at the moment of closing."""

    is_intact: bool
    is_reproducible: bool


def verify_month(closed: Month) -> Verified:
    """Check a closed month against its record and against the kept rows as known at its closing."""
    frozen = closed_lines(closed)
    again = approved_lines(
        closed.town_id, closed.month, closed_names(closed), known_at=closed.closed_at,
        taken=taken_elsewhere(closed.town_id, closed.month, before=closed.closed_at),
        also={line.household for line in frozen},
    )
    return Verified(
        is_intact=checksum_of(closed.town_id, closed.month, closed.version, closed.prev, frozen) == closed.checksum,
        is_reproducible=checksum_of(closed.town_id, closed.month, closed.version, closed.prev, again)
        == closed.checksum,
    )
