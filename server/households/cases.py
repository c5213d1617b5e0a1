"""疑似重复: pairs of households somebody should look at, with what the model said and why it did not join them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from server.areas.within import is_within, within
from server.households.matching.decide import Outcome
from server.households.matching.levels import COMPARISONS
from server.households.matching.score import Step
from server.households.models import Case, Household, Ident, Opinion
from server.households.standing import VILLAGE_DIGITS

#: Why an opinion that scores so high, or a hint, was not followed; the guards' reasons stand below.
WHY = {
    "score": "把握不够",
    "conflict": "分值高，但不像同一个人",
    "person": "住处相符，看不出是谁",
    "hint": "可能是同一户的另一个人",
    "cannot_link": "此前已认定不是同一户",
    "size": "合并后编号过多",
    "ids": "两边登记人的有效证件号码不同",
    "homes": "登记在两个村居，须由人认定",
}
#: How the comparison of ID numbers says that both sides have the same.
_SAME_ID = ("ident", "equal")
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
    def is_across(self) -> bool:
        """The two stand in different 村居: opinions never join them, people do."""
        return self.one.village != self.other.village

    @property
    def has_same_id(self) -> bool:
        """同号: both registrants have the same ID number."""
        return any((step.comparison, step.level) == _SAME_ID for step in self.steps)

    @property
    def reason(self) -> str:
        return WHY.get(self.why, self.why)


def said_of(step: Step) -> str:
    """A step of a waterfall in words."""
    return "两份随机记录是同一户的可能" if step.comparison == "prior" else _SAID.get((step.comparison, step.level), "")


def is_shown(codes: Iterable[str], deciding: Iterable[str], one: str, other: str) -> bool:
    """Whether a pair of households at these places may be shown: of one home to whoever reads it (``codes``), of two to
    whoever decides for both, where one area of ``deciding`` holds them: across 街镇 only the district's does."""
    if len(one) == VILLAGE_DIGITS and one == other and is_within(one, codes):
        return True
    return any(one.startswith(code) and other.startswith(code) for code in deciding)


def shown_pairs(codes: Iterable[str], deciding: Iterable[str], one: str, other: str) -> Q:
    """The same for rows whose places stand in the columns ``one`` and ``other``."""
    found = within(one, codes) & Q(**{one: F(other)})
    for code in deciding:
        found |= (within(one, [code]) & within(other, [code])) or Q(pk__isnull=False)
    return found


def cases(codes: Iterable[str], deciding: Iterable[str], most: int = 200) -> list[Suspicion]:
    """Cases that may be shown (``is_shown``), the strongest first; two households at most once.

    Those the model could not decide, those it would have joined had no guard, and no ruling on another pair, forbidden
    it, and all it found across homes. What people have settled (不同户, merged) is not among them.
    """
    wanted, both = list(codes), list(deciding)
    found: dict[frozenset[str], tuple[Opinion, str, str, str]] = {}
    perhaps = _placed(Opinion.objects.filter(Q(outcome=Outcome.REVIEW) | Q(across=True), stands=True, apart=False))
    perhaps = perhaps.filter(shown_pairs(wanted, both, "one_village", "other_village"))
    for opinion in perhaps.order_by("-bits", "a", "b")[:most]:
        pair = frozenset((opinion.one, opinion.other))
        found.setdefault(pair, (opinion, opinion.one, opinion.other, _why(opinion)))
    blocked = Case.objects.filter(shown_pairs(wanted, both, "a__village", "b__village"))
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


def pairs_counted(codes: Iterable[str], deciding: Iterable[str], most: int = 500) -> int:
    """How many pairs that may be shown the model would have joined, had no guard, ruling or home kept them apart; no
    more than ``most`` of each kind are counted (two queries)."""
    wanted, both = list(codes), list(deciding)
    across = _placed(Opinion.objects.filter(across=True, outcome=Outcome.MERGE, stands=True, apart=False))
    across = across.filter(shown_pairs(wanted, both, "one_village", "other_village"))
    guarded = Case.objects.filter(shown_pairs(wanted, both, "a__village", "b__village"))
    pairs = (*across.values_list("one", "other")[:most], *guarded.values_list("a_id", "b_id")[:most])
    return len({frozenset(pair) for pair in pairs})


def case_between(one: Household, other: Household) -> Suspicion | None:
    """The open case about two households; None where nothing stands between them, or people have settled it."""
    opinion = _between(one.pk, other.pk)
    if opinion is None or one.pk == other.pk:
        return None
    guard = Case.objects.filter(Q(a=one, b=other) | Q(a=other, b=one)).order_by("why").first()
    if guard is None and (opinion.apart or not (opinion.across or opinion.outcome == Outcome.REVIEW)):
        return None
    return _suspicion(opinion, one, other, guard.why if guard else _why(opinion))


def _why(opinion: Opinion) -> str:
    """What keeps the two apart: of those the model would join, that they stand in two places."""
    return "homes" if opinion.across and opinion.outcome == Outcome.MERGE else opinion.why


def _placed(opinions: Any) -> QuerySet[Any]:
    """Opinions between two households: ``one`` and ``other``, and where these stand."""
    for side, name in (("a", "one"), ("b", "other")):
        ident = Ident.objects.filter(pk=OuterRef(side))
        opinions = opinions.annotate(**{
            name: Subquery(ident.values("household_id")[:1]),
            f"{name}_village": Subquery(ident.values("household__village")[:1]),
        })
    found: QuerySet[Any] = opinions.exclude(one=F("other"))
    return found


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
