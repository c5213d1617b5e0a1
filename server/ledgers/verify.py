"""Whether a closed month is still what it was closed as."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from server.ledgers.close import checksum_of
from server.ledgers.models import Month
from server.ledgers.read import closed_names, each_approved, taken_elsewhere
from server.ledgers.record import opened
from server.ledgers.spool import Spool
from server.ledgers.values import Line, canonical


@dataclass(frozen=True)
class Verified:
    """``is_intact``: the frozen lines have their checksum. ``is_reproducible``: so have the lines derived anew from
    what had been received and decided at the moment of closing."""

    is_intact: bool
    is_reproducible: bool


def verify_month(closed: Month) -> Verified:
    """Check a closed month against its record and against the kept rows as known at its closing."""
    sum_of = partial(checksum_of, closed.town_id, closed.month, closed.version, closed.prev)
    listed: set[str] = set()
    frozen = sum_of(canonical(line.content()) for line in _listing(closed, listed))
    again = Spool(each_approved(
        closed.town_id, closed.month, closed_names(closed), known_at=closed.closed_at, also=listed,
        taken=partial(taken_elsewhere, closed.town_id, closed.month, before=closed.closed_at),
    ))
    return Verified(
        is_intact=frozen == closed.checksum,
        is_reproducible=sum_of(line.content for line in again) == closed.checksum,
    )


def _listing(closed: Month, listed: set[str]) -> Iterator[Line]:
    """The frozen lines in their order; their households are added to ``listed``."""
    for line in opened(closed, closed.lines.order_by("kind", "position")):
        listed.add(line.household)
        yield line
