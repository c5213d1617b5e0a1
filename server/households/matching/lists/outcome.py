"""From pairs worth a decision to clusters and to what each row would have met on its arrival. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from server.acts.kinds import ActKind
from server.acts.values import Decision
from server.households.matching.cluster import Edge, join
from server.households.matching.decide import Outcome, decide
from server.households.matching.features import Features
from server.households.matching.model import Model
from server.households.values import Place

_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
#: What hangs together in more rows than this is not decided anew for each arrival: its end stands for all of them.
_MOST_PREFIXES = 40


class Pair(NamedTuple):
    """Two record numbers, the lesser first, and what became of them."""

    left: int
    right: int
    bits: float
    outcome: str


class Arrival(NamedTuple):
    """What a row met: new, merge or review, and with which earlier record (None: with none)."""

    outcome: str
    matched: int | None


@dataclass(frozen=True)
class Partition:
    """``home``: the cluster of every record that is not alone, by the number of its first; ``pairs`` and ``arrivals``
    (of records that met somebody)."""

    pairs: tuple[Pair, ...]
    home: Mapping[int, int]
    arrivals: Mapping[int, Arrival]


def partition(
    found: Iterable[tuple[int, int]],
    features: Mapping[int, Features],
    model: Model,
    households: Iterable[Sequence[int]] = (),
) -> Partition:
    """Decide every pair, join what may be joined, and tell what each record met on its arrival.

    ``households``: records that are one household already, before any row (the registry's).
    """
    decided: dict[tuple[int, int], Pair] = {}
    for left, right in found:
        outcome = decide(features[left], features[right], model)
        if outcome.outcome != Outcome.NEW:
            decided[left, right] = Pair(left, right, outcome.bits, str(outcome.outcome))
    ready = {n: tuple(some) for some in households for n in some}
    home: dict[int, int] = {}
    arrivals: dict[int, Arrival] = {}
    met: dict[int, list[Pair]] = defaultdict(list)
    for pair in decided.values():
        met[pair.right].append(pair)
    joined = [pair for pair in decided.values() if pair.outcome == Outcome.MERGE]
    for group in _connected(joined, ready):
        edges = [pair for n in group for pair in met.get(n, ()) if pair.outcome == Outcome.MERGE]
        whole = _join(group, edges, features, model, ready)
        home |= whole
        for pair in edges:
            if whole[pair.left] != whole[pair.right]:
                decided[pair.left, pair.right] = pair._replace(outcome=str(Outcome.REVIEW))
        arrivals |= _arrivals(group, edges, met, whole, features, model, ready)
    for n, pairs in met.items():
        if n not in arrivals:
            best = max(pairs, key=lambda pair: (pair.bits, -pair.left))
            arrivals[n] = Arrival(str(Outcome.REVIEW), best.left)
    return Partition(tuple(decided.values()), home, arrivals)


def _connected(pairs: Iterable[Pair], ready: Mapping[int, Sequence[int]]) -> list[list[int]]:
    """Records that pairs, or their household, lead to from each other; each group in rising order."""
    parent: dict[int, int] = {}

    def root(n: int) -> int:
        parent.setdefault(n, n)
        while parent[n] != n:
            parent[n] = parent[parent[n]]
            n = parent[n]
        return n

    for pair in pairs:
        parent[root(pair.right)] = root(pair.left)
    for n in list(parent):
        for other in ready.get(n, ()):
            parent[root(other)] = root(n)
    groups: dict[int, list[int]] = defaultdict(list)
    for n in parent:
        groups[root(n)].append(n)
    return [sorted(group) for group in groups.values()]


def _join(
    group: Sequence[int],
    edges: Iterable[Pair],
    features: Mapping[int, Features],
    model: Model,
    ready: Mapping[int, Sequence[int]],
) -> dict[int, int]:
    """Record → the first record of its cluster, by the same rules as households."""
    number = {features[n].entity: n for n in group}
    rulings = [
        Decision(f"ready-{n}", ActKind.MERGE, features[ready[n][0]].entity, _BEGIN, other=features[n].entity)
        for n in group if n in ready and ready[n][0] != n and ready[n][0] in group
    ]
    first = {features[n].entity: Place(_BEGIN, _BEGIN, n, "") for n in group}
    clusters = join(
        {features[n].entity: [features[n]] for n in group},
        rulings,
        [Edge(pair.bits, *sorted((features[pair.left].entity, features[pair.right].entity))) for pair in edges],
        first,
        model,
    )
    return {number[name]: number[served] for served, names in clusters.members.items() for name in names}


def _arrivals(
    group: Sequence[int],
    edges: Sequence[Pair],
    met: Mapping[int, Sequence[Pair]],
    whole: Mapping[int, int],
    features: Mapping[int, Features],
    model: Model,
    ready: Mapping[int, Sequence[int]],
) -> dict[int, Arrival]:
    """What each record of a group met when only those before it were there: the strongest of the records it was joined
    with; where a guard kept it from all of them, the strongest of the cases it is in."""
    found: dict[int, Arrival] = {}
    exact = len(group) <= _MOST_PREFIXES
    for at, n in enumerate(group):
        earlier = [pair for pair in edges if pair.right == n]
        if not earlier:
            continue
        known = whole if not exact or at + 1 == len(group) else _join(
            group[: at + 1], [pair for pair in edges if pair.right <= n], features, model, ready
        )
        best = max(met[n], key=lambda pair: (known.get(pair.left) == known[n], pair.bits, -pair.left))
        same = known.get(best.left) == known[n]
        found[n] = Arrival(str(Outcome.MERGE if same else Outcome.REVIEW), best.left)
    return found
