"""Households as the schedule sees them, made by hand."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from server.households.kinds import Outcome, Review, Standing, Status
from server.households.values import SHANGHAI, Contact, Filing, Folded, Place, Said, Spell, State, Visited

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), SHANGHAI)


def visit(
    day: date, outcome: Outcome = Outcome.MET_PERSON, extra: Mapping[str, Any] | None = None, instance: str = ""
) -> Visited:
    """A contact on a day."""
    name = instance or f"uuid:{day}"
    place = Place(noon(day), noon(day), 0, name)
    contact = Contact(outcome, extra=extra or {})
    return Visited(name, "h1", day, contact, place, Review.PENDING, 1, "visit", "310118102201", noon(day), noon(day))


def urgent(day: date, *, said_urgent: bool = True) -> Filing:
    """A lead about the household."""
    return Filing(
        instance=f"uuid:lead-{day}", entity="l1", creates=True, observed=noon(day), written=noon(day),
        received=noon(day), published=LONG_AGO, form="lead", about="h1", said=(Said("urgent", said_urgent),),
    )  # fmt: skip


def state(
    visits: Iterable[Visited] = (),
    *,
    opened: date | None = None,
    spells: Iterable[Spell] = (),
    grades: Iterable[tuple[date, str]] = (),
    status: Status = Status.ACTIVE,
    status_since: date | None = None,
    standing: Standing = Standing.FULL,
    requests: Iterable[Filing] = (),
) -> State:
    """A household with these visits; opened on the first of them unless said otherwise."""
    found = tuple(visits)
    first = opened or min((v.on for v in found), default=None)
    ruled = tuple((since, noon(since), grade) for since, grade in grades)
    folded = Folded(
        id="h1", ids=("h1",), standing=standing, facts={}, members=(), spells=tuple(spells),
        village="310118102201", status=status, status_since=status_since,
        grade=ruled[-1][2] if ruled else None, grades=ruled, as_of=Place(LONG_AGO, LONG_AGO, 0, ""), opened=first,
    )  # fmt: skip
    return State(folded, found, (), (), (), (), tuple(requests))
