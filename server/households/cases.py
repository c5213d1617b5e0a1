"""疑似重复: pairs of households somebody should look at, with what the model said and why it did not join them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from server.areas.within import within
from server.households.matching.decide import Outcome
from server.households.matching.levels import COMPARISONS
from server.households.matching.score import Step
from server.households.models import Case, Household, Ident, Opinion

#: Why an opinion that scores so high, or a hint, was not followed; the guards' reasons stand below.
WHY = {
    "score": "把握不够",
    "conflict": "分值高，但不像同一个人",
    "person": "住处相符，看不出是谁",
    "hint": "可能是同一户的另一个人",
    "cannot_link": "此前已认定不是同一户",
    "size": "合并后编号过多",
    "ids": "两边登记人的有效证件号码不同",
}
_SAID = {(c.name, level.label): level.said for c in COMPARISONS for level in c.levels}


@dataclass(frozen=True)
class Suspicion:
    """A pair of households to be looked at. ``a`` and ``b`` are the ids the opinion is about, ``one`` and ``other`` the
    households they mean now; ``steps`` as stored when it was decided, by the model of that time."""

    one: Household
    other: Household
    a: str
    b: str
    instances: tuple[str, str]
    bits: float
    outcome: str
    why: str
    model: str
    steps: tuple[Step, ...]

    @property
    def reason(self) -> str:
        return WHY.get(self.why, self.why)


def said_of(step: Step) -> str:
    """A step of a waterfall in words."""
    return "两份随机记录是同一户的可能" if step.comparison == "prior" else _SAID.get((step.comparison, step.level), "")


def cases(codes: Iterable[str], most: int = 200) -> list[Suspicion]:
    """Cases with at least one side inside ``codes``, the strongest first; two households at most once.

    Those the model could not decide, and those it would have joined had no guard, and no ruling on another pair,
    forbidden it. What people have settled (不同户, merged) is not among them.
    """
    wanted = list(codes)
    found: dict[frozenset[str], tuple[Opinion, str, str, str]] = {}
    perhaps = _placed(Opinion.objects.filter(stands=True, apart=False, outcome=Outcome.REVIEW), wanted)
    for opinion in perhaps.order_by("-bits", "a", "b")[:most]:
        found.setdefault(frozenset((opinion.one, opinion.other)), (opinion, opinion.one, opinion.other, opinion.why))
    blocked = Case.objects.filter(within("a__village", wanted) | within("b__village", wanted))
    guarded = list(blocked.order_by("-score", "a", "b", "why")[:most])
    strongest = _strongest({name for case in guarded for name in (case.a_id, case.b_id)})
    for case in guarded:
        pair = frozenset((case.a_id, case.b_id))
        if pair in strongest:
            found[pair] = (strongest[pair], case.a_id, case.b_id, case.why)
    rows = Household.objects.in_bulk([name for pair in found for name in pair])
    return sorted(
        (_suspicion(opinion, rows[one], rows[other], why) for opinion, one, other, why in found.values()),
        key=lambda case: (-case.bits, case.a, case.b),
    )[:most]


def case_between(one: Household, other: Household) -> Suspicion | None:
    """The open case about two households; None where nothing stands between them, or people have settled it."""
    opinion = _between(one.pk, other.pk)
    if opinion is None or one.pk == other.pk:
        return None
    guard = Case.objects.filter(Q(a=one, b=other) | Q(a=other, b=one)).order_by("why").first()
    if guard is None and (opinion.apart or opinion.outcome != Outcome.REVIEW):
        return None
    return _suspicion(opinion, one, other, guard.why if guard else opinion.why)


def _placed(opinions: Any, codes: Sequence[str]) -> QuerySet[Any]:
    """Opinions between two households (``one``, ``other``), one of them inside ``codes``."""
    for side, name in (("a", "one"), ("b", "other")):
        ident = Ident.objects.filter(pk=OuterRef(side))
        opinions = opinions.annotate(**{
            name: Subquery(ident.values("household_id")[:1]),
            f"{name}_village": Subquery(ident.values("household__village")[:1]),
        })
    found: QuerySet[Any] = opinions.filter(within("one_village", codes) | within("other_village", codes))
    return found.exclude(one=F("other"))


def _between(one: str, other: str) -> Opinion | None:
    """The strongest standing opinion on two households."""
    return _strongest({one, other}).get(frozenset((one, other)))


def _strongest(households: Collection[str]) -> dict[frozenset[str], Opinion]:
    """The strongest standing opinion on every two of these households that have one (two queries, however many)."""
    home: dict[str, str] = dict(Ident.objects.filter(household__in=households).values_list("pk", "household_id"))
    opinions = Opinion.objects.filter(stands=True, a__in=home, b__in=home).order_by("-bits", "a", "b") if home else ()
    found: dict[frozenset[str], Opinion] = {}
    for opinion in opinions:
        if home[opinion.a] != home[opinion.b]:
            found.setdefault(frozenset((home[opinion.a], home[opinion.b])), opinion)
    return found


def _suspicion(opinion: Opinion, one: Household, other: Household, why: str) -> Suspicion:
    return Suspicion(
        one, other, opinion.a, opinion.b, (opinion.a_of, opinion.b_of), opinion.bits, opinion.outcome, why,
        opinion.model, tuple(Step(*step) for step in opinion.steps),
    )
