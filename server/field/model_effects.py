"""What becomes of households and of cases under another model: the same guards and acts, other opinions."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from server.acts.kinds import ON_ACT, ON_PAIR, ActKind
from server.acts.models import Act
from server.acts.read import to_decision
from server.field.model_pairs import Found, Pair
from server.field.model_report import LISTED, Groups, ModelReport
from server.households.component import read_component
from server.households.load import Kept
from server.households.matching.cluster import Clusters, pair_of, rulings
from server.households.matching.decide import Outcome
from server.households.matching.model import Model
from server.households.models import Ident, Opinion

_PART = 900


@dataclass
class _Side:
    """One model's view: the household of each id that was looked at, and the unions its guards forbade."""

    home: dict[str, str] = field(default_factory=dict)
    blocked: set[Pair] = field(default_factory=set)

    def take(self, clusters: Clusters) -> None:
        self.home |= {name: served for served, ids in clusters.members.items() for name in ids}
        self.blocked |= {pair_of(one.a, one.b) for one in clusters.blocked}


def effects(found: Found, model: Model) -> ModelReport:
    """Compare what the model finds with the opinions that stand; derived without storing anything."""
    standing = {(a, b): outcome for a, b, outcome in
                Opinion.objects.filter(stands=True).values_list("a", "b", "outcome").iterator()}  # fmt: skip
    changes = Counter(
        (standing.get(pair, str(Outcome.NEW)), found.outcomes.get(pair, str(Outcome.NEW)))
        for pair in standing.keys() | found.outcomes.keys()
    )
    now, then = _Side(), _Side()
    _derive(_pairs(standing, Outcome.MERGE), _pairs(found.outcomes, Outcome.MERGE), model, now, then)
    reviews = (_pairs(standing, Outcome.REVIEW), _pairs(found.outcomes, Outcome.REVIEW))
    _look_up({name for pairs in reviews for pair in pairs for name in pair} - now.home.keys(), now, then)
    acts = Act.objects.filter(kind__in=[*ON_PAIR, *ON_ACT]).order_by("seq")
    _, apart = rulings(to_decision(act) for act in acts.iterator())
    waits, would_wait = (_cases(side, pairs, apart) for side, pairs in zip((now, then), reviews, strict=True))
    lists = {
        "parted": _split(now.home, then.home),
        "joined": _split(then.home, now.home, from_served=False),
        "more": _new(would_wait, waits, then.home, now.home),
        "fewer": _new(waits, would_wait, now.home, then.home),
    }
    return ModelReport(
        found.registrations, len(standing.keys() | found.outcomes.keys()), found.worst,
        tuple((one, other, n) for (one, other), n in sorted(changes.items())),
        **{name: groups[:LISTED] for name, groups in lists.items()},
        counts={name: len(groups) for name, groups in lists.items()},
    )


def _pairs(outcomes: Mapping[Pair, str], wanted: Outcome) -> set[Pair]:
    return {pair for pair, outcome in outcomes.items() if outcome == wanted}


def _derive(before: set[Pair], after: set[Pair], model: Model, now: _Side, then: _Side) -> None:
    """Cluster all ids whose household may change under both models.

    Two that both models join, that no third is joined to and no person has merged with another, stay one household.
    """
    near: dict[str, set[str]] = defaultdict(set)
    for a, b in before | after:
        near[a].add(b)
        near[b].add(a)
    changed = {name for pair in before ^ after for name in pair}
    merges = Act.objects.filter(kind=ActKind.MERGE).values_list("subject", "other")
    changed |= {name for pair in merges.iterator() for name in pair}
    for group in _groups(near):
        if group <= now.home.keys() or (len(group) == 2 and not group & changed):
            continue
        kept = Kept(group)
        while more := {other for name in kept.ids for other in near.get(name, ())} - kept.ids:
            kept.reach(more)
        now.take(kept.component().clusters)
        then.take(read_component(
            kept.ids, list(kept.filings.values()), list(kept.decisions.values()), (), model
        ).clusters)  # fmt: skip


def _groups(near: Mapping[str, Collection[str]]) -> Iterator[set[str]]:
    """Ids that hang together."""
    seen: set[str] = set()
    for name in sorted(near):
        if name in seen:
            continue
        group, todo = {name}, [name]
        while todo:
            fresh = set(near[todo.pop()]) - group
            group |= fresh
            todo += fresh
        seen |= group
        yield group


def _look_up(names: Iterable[str], now: _Side, then: _Side) -> None:
    """The household of ids that stay where they are."""
    some = sorted(names)
    for start in range(0, len(some), _PART):
        rows = Ident.objects.filter(pk__in=some[start : start + _PART]).values_list("pk", "household_id")
        for side in (now, then):
            side.home |= dict(rows)


def _cases(side: _Side, reviews: set[Pair], apart: set[Pair]) -> set[Pair]:
    """Pairs of ids somebody is asked about: in two households, and nobody has ruled on these."""
    home = side.home
    ruled = {frozenset((home[a], home[b])) for a, b in apart if a in home and b in home}
    return {
        (a, b) for a, b in reviews | side.blocked
        if a in home and b in home and home[a] != home[b] and frozenset((home[a], home[b])) not in ruled
    }  # fmt: skip


def _split(one: Mapping[str, str], other: Mapping[str, str], *, from_served: bool = True) -> Groups:
    """Households of ``one`` whose ids lie in several of ``other``: an id of each part, before them the served one."""
    parts: dict[str, dict[str, str]] = defaultdict(dict)
    for name in sorted(one):
        parts[one[name]].setdefault(other[name], name)
    return tuple(
        ((served,) if from_served else ()) + tuple(sorted(found.keys()))
        for served, found in sorted(parts.items()) if len(found) > 1
    )  # fmt: skip


def _new(some: set[Pair], others: set[Pair], home: Mapping[str, str], other_home: Mapping[str, str]) -> Groups:
    """Cases of one side that are none of the other: two households at most once."""
    known = {frozenset((other_home[a], other_home[b])) for a, b in others}
    found: dict[frozenset[str], Pair] = {}
    for a, b in sorted(some - others):
        if frozenset((other_home.get(a, a), other_home.get(b, b))) not in known:
            found.setdefault(frozenset((home[a], home[b])), (a, b))
    return tuple(found.values())
