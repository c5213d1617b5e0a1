"""Which cases are asked of a second person, which of these wait for the district, and what the first one saw."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.conf import settings

from server.acts.kinds import ON_ACT, ON_PAIR, ActKind
from server.acts.models import Act
from server.acts.read import to_decision
from server.acts.values import Decision
from server.desk.duplicate_queue import decides, is_seen
from server.desk.kappa import Kappa, kappa_of
from server.desk.seat import Seat
from server.desk.wilson import Share, share_of
from server.households.cases import Suspicion
from server.households.derive import states_of
from server.households.find import idents
from server.households.load import load_component
from server.households.matching.score import Step
from server.households.models import Household, Ident, Opinion
from server.households.register import household_row
from server.households.registrars import registrations_of
from server.households.twice import SECOND, Stage, Twice, View, is_asked_twice, twice_of, view_of
from server.households.values import Folded, State
from server.ledgers.rules import table_of

#: So many rulings are looked through for pairs of the sample, the latest.
MOST = 10_000


@dataclass(frozen=True)
class Pairs:
    """The sample inside a seat's scope, by first answers; ``home``: what each id means now."""

    found: list[Twice]
    home: dict[str, Household]
    #: Who may not be asked, by the pair's first act: the two who answered or ruled, and who registered one of them.
    known_to: dict[str, set[int | None]] = field(default_factory=dict)

    def rows(self, one: Twice) -> tuple[Household, Household]:
        return self.home[one.first.subject], self.home[one.first.other]

    def seconds(self, seat: Seat) -> list[Twice]:
        """The pairs this person is asked: both sides his to decide on, neither registered nor judged by him."""
        waiting = [one for one in self.found if one.stage == Stage.WAITING]
        return [
            one for one in waiting
            if seat.user.pk not in self.known_to[one.first.id] and decides(seat, *self.rows(one))
        ]

    def disputes(self, seat: Seat) -> list[Twice]:
        """What the two answered differently, for the district; not for who gave the first answer."""
        if not seat.is_district:
            return []
        return [one for one in self.found
                if one.stage == Stage.DISPUTED and one.first.by != seat.user.pk and decides(seat, *self.rows(one))]


def pairs_of(seat: Seat) -> Pairs:
    """The sample, of pairs that are the seat's to see (a fixed number of queries)."""
    rulings = Act.objects.filter(kind__in=ON_PAIR).order_by("-seq").values_list("pk", "subject", "other")[:MOST]
    some = [row for row in rulings if is_asked_twice(row[1], row[2])]
    ids = {name for _, *pair in some for name in pair}
    acts = [
        *Act.objects.filter(pk__in=[pk for pk, *_ in some]),
        *Act.objects.filter(kind__in=ON_ACT, other__in=[str(pk) for pk, *_ in some]),
        *Act.objects.filter(kind=ActKind.AUDIT, subject__in=ids),
    ]
    decisions = [to_decision(act) for act in acts]
    home = {ident.pk: ident.household for ident in idents(ids)}
    found = [
        one for one in twice_of(decisions)
        if all(name in home for name in one.names) and is_seen(seat, *(home[name] for name in one.names))
    ]
    return Pairs(found, home, _known_to(found, decisions, home))


def _known_to(found: Iterable[Twice], decisions: Collection[Decision],
              home: dict[str, Household]) -> dict[str, set[int | None]]:
    """Who has judged these pairs or registered what they are made of, by the first act."""
    pairs = {one.first.id: frozenset(one.names) for one in found}
    homes = {home[name].pk for names in pairs.values() for name in names}
    of = dict(Ident.objects.filter(household__in=homes).values_list("pk", "household_id"))
    by: dict[str, set[int | None]] = {}
    for one in registrations_of(of):
        by.setdefault(of[one.entity], set()).update(one.hands)
    told: dict[frozenset[str], set[int | None]] = {}
    for d in decisions:
        if d.value.get("of") != SECOND:
            told.setdefault(frozenset((d.subject, d.other)), set()).add(d.by)
    return {
        first: told.get(names, set()).union(*(by.get(home[name].pk, set()) for name in names))
        for first, names in pairs.items()
    }


@dataclass(frozen=True)
class Agreement:
    """How far first and second answers agree on whether it is one household; who could not tell counts apart."""

    share: Share
    kappa: Kappa
    unsure: int
    waiting: int
    disputed: int


def agreement(found: Iterable[Twice]) -> Agreement:
    """Over all pairs answered twice."""
    answered = [(view_of(one.first), view_of(one.second)) for one in found if one.second is not None]
    kappa = kappa_of(pair for pair in answered if View.UNSURE not in pair)
    stages = Counter(one.stage for one in found)
    return Agreement(share_of(kappa.agreed, kappa.of), kappa, len(answered) - kappa.of, stages[Stage.WAITING],
                     stages[Stage.DISPUTED])


@dataclass(frozen=True)
class Seen:
    """A case as its first reviewer saw it: the two households of that moment, with what was known of them then."""

    case: Suspicion
    folds: tuple[Folded, Folded]


def as_first_seen(first: Decision) -> Seen | None:
    """The pair right before its first answer; None where the kept rows no longer tell two households apart then."""
    component = load_component({first.subject, first.other}, first.at - timedelta(microseconds=1))
    of = {name: state for state in states_of(component) for name in state.folded.ids}
    one, other = of.get(first.subject), of.get(first.other)
    if one is None or other is None or one is other:
        return None
    value, (a, b) = first.value, sorted((first.subject, first.other))
    told = Opinion.objects.filter(a=a, b=b, model=value["model"])
    opinion = next((o for o in told if abs(o.bits - value["bits"]) < 1e-6), None)
    steps = tuple(Step(*step) for step in opinion.steps) if opinion else ()
    outcome = opinion.outcome if opinion else ""
    case = Suspicion(_row(one), _row(other), first.subject, first.other, ("", ""), value["bits"], outcome,
                     value.get("why", ""), value["model"], steps)
    return Seen(case, (one.folded, other.folded))


def _row(state: State) -> Household:
    table = table_of(state.folded, date.max, applying_in_one=settings.APPLYING_IN_TABLE_ONE)
    return household_row(state, int(table) if table else None)
