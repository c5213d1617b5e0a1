"""What whoever keeps the ledger has ruled about a month: households left out of it, and further 对象 (domain F-9)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Q

from server.acts.kinds import ActKind
from server.acts.models import Act
from server.acts.read import reason_of, to_decision
from server.ledgers.values import Person, last_day


@dataclass(frozen=True)
class LeftOut:
    """A household that a month does not list, with who said so and why."""

    household: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Rulings:
    """The rulings in force for one month, by the household id they were filed about."""

    out: dict[str, LeftOut] = field(default_factory=dict)
    listed: dict[str, tuple[Person, ...]] = field(default_factory=dict)

    def leave_out(self, ids: Iterable[str]) -> bool:
        """Whether the month leaves this household (all its ids) out."""
        return not self.out.keys().isdisjoint(ids)

    def persons(self, ids: Iterable[str]) -> tuple[Person, ...]:
        """The further 对象 of a household, in the order they were listed."""
        return tuple(person for name in ids for person in self.listed.get(name, ()))


def rulings_of(month: str, *, known_at: datetime | None = None) -> Rulings:
    """The rulings about a month, as known now or at a moment (one or two queries, however many households)."""
    day = last_day(month)
    of_month = Q(kind__in=(ActKind.LEAVE_OUT, ActKind.TAKE_IN), other=month)
    acts = Act.objects.filter(of_month | Q(kind__in=(ActKind.LIST_PERSON, ActKind.UNLIST_PERSON)))
    if known_at is not None:
        acts = acts.filter(at__lte=known_at)
    out: dict[str, LeftOut] = {}
    persons: dict[str, Person] = {}
    homes: dict[str, str] = {}
    for act in acts.select_related("by").order_by("seq"):
        if act.kind == ActKind.LEAVE_OUT:
            out[act.subject] = LeftOut(act.subject, reason_of(act), str(act.by or ""), act.at)
        elif act.kind == ActKind.TAKE_IN:
            out.pop(act.subject, None)
        elif act.kind == ActKind.LIST_PERSON:
            homes[str(act.pk)], persons[str(act.pk)] = act.subject, _person(act)
        elif act.other in persons:
            persons[act.other] = _ended(persons[act.other], act)
    listed: dict[str, tuple[Person, ...]] = defaultdict(tuple)
    for key, person in persons.items():
        if person.since <= day and person.counts:
            listed[homes[key]] += (person,)
    return Rulings(out, dict(listed))


def _person(act: Act) -> Person:
    said = to_decision(act).value
    return Person(
        key=str(act.pk), name=str(said.get("name") or ""), id_no=str(said.get("id_no") or ""),
        programme=str(said["programme"]), since=date.fromisoformat(said["since"]),
        precision=str(said.get("precision", "day")), told_by=(str(act.pk),),
    )


def _ended(person: Person, act: Act) -> Person:
    """Unlisted: from a day on, or, where no day is given, never rightly listed."""
    return Person(
        key=person.key, name=person.name, id_no=person.id_no, programme=person.programme, since=person.since,
        precision=person.precision, until=act.since, counts=act.since is not None,
        told_by=(*person.told_by, str(act.pk)),
    )
