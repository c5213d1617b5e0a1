"""Which suspected duplicates wait for whom: order, what was asked of a committee, what one side has said."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from server.accounts.matrix import Thing, Verb
from server.acts.kinds import ON_ASK, ActKind
from server.acts.models import Act
from server.acts.read import to_decision
from server.acts.values import Decision
from server.areas.within import town_of
from server.desk.seat import Seat
from server.households.asked import Asked, asked_of
from server.households.cases import Suspicion, cases
from server.households.kinds import Outcome
from server.households.matching.live import live_model
from server.households.registrars import ids_of, registrations_of
from server.households.stake import Weighed, order, stake
from server.visits.models import Visit

#: So many cases are ordered; the strongest, where there are more.
AT_MOST = 500
#: Contacts that tell nothing of who lives there.
IN_VAIN = (Outcome.NOT_HOME, Outcome.REFUSED, Outcome.NOT_FOUND)
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
    known = _decisions(found)
    return [waiting_of(seat, case, known.get(frozenset((case.a, case.b)), [])) for case in found]


def waiting_of(seat: Seat, case: Suspicion, decisions: Sequence[Decision] | None = None) -> Waiting:
    """One case with its state, as this seat sees it."""
    if decisions is None:
        decisions = _decisions([case]).get(frozenset((case.a, case.b)), [])
    asked = _unanswered(case, asked_of(decisions, (case.a, case.b)))
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


def _unanswered(case: Suspicion, asks: Sequence[Asked]) -> Asked | None:
    """The last of what was asked, unless somebody has been there since."""
    if not asks:
        return None
    last = asks[-1]
    seen = Visit.objects.filter(household__in=[case.one, case.other], on__gte=last.on, received_at__gt=last.at)
    return None if seen.exclude(outcome__in=IN_VAIN).exists() else last
