"""Which suspected duplicates wait for whom: who sees a pair, who decides on it, in what order, whom somebody asked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from server.accounts.matrix import Thing, Verb
from server.acts.kinds import ON_ASK
from server.acts.models import Act
from server.acts.read import to_decision
from server.acts.values import Asked, Decision
from server.desk.seat import Seat
from server.households.asked import asked_of
from server.households.cases import Suspicion, cases, is_shown
from server.households.matching.live import live_model
from server.households.models import Household
from server.households.registrars import ids_of, registrations_of
from server.households.stake import Weighed, order, stake
from server.visits.kinds import INSPECTION
from server.visits.models import Visit
from server.visits.schedule import IN_VAIN

#: So many cases are ordered; the strongest, where there are more.
AT_MOST = 500
OPEN, ASKED = "open", "asked"


@dataclass(frozen=True)
class Waiting:
    """A case with its state. ``asked``: somebody is to look."""

    case: Suspicion
    state: str
    stake: int
    asked: Asked | None

    @property
    def names(self) -> tuple[str, str]:
        return self.case.one.pk, self.case.other.pk


def queue(seat: Seat) -> list[Waiting]:
    """The cases of this seat: 同号, benefit at stake, then closeness to a threshold, then age."""
    limits = live_model().thresholds
    found = cases(seat.codes, seat.reach(Verb.APPROVE, Thing.DUPLICATE), AT_MOST)
    found.sort(key=lambda case: order(_weighed(case), limits.merge, limits.review))
    return _waiting(found)


def waiting_of(case: Suspicion) -> Waiting:
    """One case with its state."""
    return _waiting([case])[0]


def _waiting(found: Sequence[Suspicion]) -> list[Waiting]:
    known = _decisions(found)
    said = [known.get(frozenset((case.a, case.b)), []) for case in found]
    asked = [asked_of(decisions, (case.a, case.b)) for case, decisions in zip(found, said, strict=True)]
    open_asks = _unanswered(found, [asks[-1] if asks else None for asks in asked])
    return [
        Waiting(case, ASKED if ask else OPEN, stake(_weighed(case)), ask)
        for case, ask in zip(found, open_asks, strict=True)
    ]


def is_seen(seat: Seat, one: Household, other: Household) -> bool:
    """Whether anything about these two as a pair is the person's to see: of one home where he reads it, of two homes
    where he decides for both, across 街镇 the district alone. Nobody else learns that there is anything."""
    return is_shown(seat.codes, seat.reach(Verb.APPROVE, Thing.DUPLICATE), one.village, other.village)


def decides(seat: Seat, one: Household, other: Household) -> bool:
    """Whether one area in which the person decides holds both sides: within one 街镇, or the district."""
    return is_shown((), seat.reach(Verb.APPROVE, Thing.DUPLICATE), one.village, other.village)


def is_own(seat: Seat, case: Suspicion) -> bool:
    """Whether the person himself registered one of the two: then a deputy or the district settles it."""
    return any(seat.user.pk in one.hands for one in registrations_of([*ids_of(case.one), *ids_of(case.other)]))


def _weighed(case: Suspicion) -> Weighed:
    since = max(case.one.opened_on or date.min, case.other.opened_on or date.min)
    pair = (min(case.one.pk, case.other.pk), max(case.one.pk, case.other.pk))
    relief, tables = (case.one.in_relief, case.other.in_relief), (case.one.table, case.other.table)
    return Weighed(relief, tables, case.bits, since, pair, case.has_same_id)


def _decisions(found: Iterable[Suspicion]) -> dict[frozenset[str], list[Decision]]:
    """What was asked about these pairs, oldest first (one query)."""
    ids = {name for case in found for name in (case.a, case.b)}
    acts = Act.objects.filter(kind__in=ON_ASK, subject__in=ids).order_by("seq")
    known: dict[frozenset[str], list[Decision]] = {}
    for act in acts:
        known.setdefault(frozenset((act.subject, act.other)), []).append(to_decision(act))
    return known


def _unanswered(found: Sequence[Suspicion], asks: Sequence[Asked | None]) -> list[Asked | None]:
    """What was asked last about each case, unless somebody has been there since (one query for all)."""
    homes = {row.pk for case, ask in zip(found, asks, strict=True) if ask for row in (case.one, case.other)}
    seen: dict[str, list[tuple[date, datetime]]] = {}
    if homes:
        visits = Visit.objects.filter(household__in=homes).exclude(outcome__in=IN_VAIN).exclude(kind=INSPECTION)
        since = min(ask.at for ask in asks if ask)
        for name, on, at in visits.filter(received_at__gt=since).values_list("household_id", "on", "received_at"):
            seen.setdefault(name, []).append((on, at))
    return [
        ask if ask and not any(on >= ask.on and at > ask.at for row in (case.one, case.other)
                               for on, at in seen.get(row.pk, ())) else None
        for case, ask in zip(found, asks, strict=True)
    ]
