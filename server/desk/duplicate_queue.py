"""Which suspected duplicates wait for whom: order, what was asked of a committee, what one side has said."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from server.accounts.matrix import Thing, Verb
from server.acts.kinds import ON_ASK, ActKind
from server.acts.models import Act
from server.acts.read import to_decision
from server.acts.values import Asked, Decision
from server.areas.within import town_of
from server.desk.seat import Seat
from server.households.asked import asked_of
from server.households.cases import Suspicion, cases
from server.households.matching.live import live_model
from server.households.registrars import ids_of, registrations_of
from server.households.stake import Weighed, order, stake
from server.visits.kinds import INSPECTION
from server.visits.models import Visit
from server.visits.schedule import IN_VAIN

#: So many cases are ordered; the strongest, where there are more.
AT_MOST = 500
OPEN, ASKED, OTHERS = "open", "asked", "others"


@dataclass(frozen=True)
class Waiting:
    """A case with its state. ``asked``: somebody is to look; ``sides``: what each 街镇 said of a pair across two."""

    case: Suspicion
    state: str
    stake: int
    asked: Asked | None
    sides: Mapping[str, str]

    @property
    def names(self) -> tuple[str, str]:
        return self.case.one.pk, self.case.other.pk


def queue(seat: Seat) -> list[Waiting]:
    """The cases of this seat: benefit at stake, then closeness to a threshold, then age."""
    limits = live_model().thresholds
    found = cases(seat.codes, AT_MOST)
    found.sort(key=lambda case: order(_weighed(case), limits.merge, limits.review))
    return _waiting(seat, found)


def waiting_of(seat: Seat, case: Suspicion) -> Waiting:
    """One case with its state, as this seat sees it."""
    return _waiting(seat, [case])[0]


def _waiting(seat: Seat, found: Sequence[Suspicion]) -> list[Waiting]:
    known = _decisions(found)
    said = [known.get(frozenset((case.a, case.b)), []) for case in found]
    asked = [asked_of(decisions, (case.a, case.b)) for case, decisions in zip(found, said, strict=True)]
    open_asks = _unanswered(found, [asks[-1] if asks else None for asks in asked])
    return [_state(seat, *one) for one in zip(found, said, open_asks, strict=True)]


def _state(seat: Seat, case: Suspicion, decisions: Sequence[Decision], asked: Asked | None) -> Waiting:
    sides = {d.value["town"]: d.value["answer"] for d in decisions if d.kind == ActKind.SIDE}
    sides = {town: answer for town, answer in sides.items() if answer}
    spoken = bool(sides) and not decides_alone(seat, case) and all(town in sides for town in own_towns(seat, case))
    state = ASKED if asked else OTHERS if spoken else OPEN
    return Waiting(case, state, stake(_weighed(case)), asked, sides)


def decides_alone(seat: Seat, case: Suspicion) -> bool:
    """Whether both sides lie in the reach of the person's decisions: within one 街镇, or the district."""
    return all(seat.may(Verb.APPROVE, Thing.DUPLICATE, row.village) for row in (case.one, case.other))


def own_towns(seat: Seat, case: Suspicion) -> list[str]:
    """The 街镇 of this pair for which the person may speak."""
    towns = {town_of(row.village) for row in (case.one, case.other)}
    return sorted(town for town in towns if town and seat.may(Verb.APPROVE, Thing.DUPLICATE, town))


def is_own(seat: Seat, case: Suspicion) -> bool:
    """Whether the person himself registered one of the two: then a deputy or the district settles it."""
    return any(one.by == seat.user.pk for one in registrations_of([*ids_of(case.one), *ids_of(case.other)]))


def _weighed(case: Suspicion) -> Weighed:
    since = max(case.one.opened_on or date.min, case.other.opened_on or date.min)
    pair = (min(case.one.pk, case.other.pk), max(case.one.pk, case.other.pk))
    relief, tables = (case.one.in_relief, case.other.in_relief), (case.one.table, case.other.table)
    return Weighed(relief, tables, case.bits, since, pair)


def _decisions(found: Iterable[Suspicion]) -> dict[frozenset[str], list[Decision]]:
    """What was asked and said about these pairs, oldest first (one query)."""
    ids = {name for case in found for name in (case.a, case.b)}
    acts = Act.objects.filter(kind__in=[*ON_ASK, ActKind.SIDE], subject__in=ids).order_by("seq")
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
