"""Households are clusters of ids: a pure function of decisions and opinions."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from server.acts.kinds import ActKind
from server.acts.values import Decision, latest
from server.households.matching.decide import Decided, Outcome, decide
from server.households.matching.features import Features
from server.households.matching.keys import block_keys
from server.households.matching.model import Model
from server.households.values import Place


@dataclass(frozen=True)
class Blocked:
    """A union that a guard forbade: a review case. ``why``: cannot_link | size | ids | conflict."""

    a: str
    b: str
    why: str
    score: float
    act: str = ""


@dataclass(frozen=True)
class Clusters:
    """``members`` by served id (the earliest of each cluster), and what was blocked on the way."""

    members: Mapping[str, tuple[str, ...]]
    blocked: tuple[Blocked, ...]


Pair = tuple[str, str]


def pair_of(a: str, b: str) -> Pair:
    """A pair without direction."""
    return (a, b) if a <= b else (b, a)


def rulings(decisions: Iterable[Decision]) -> tuple[list[Decision], set[Pair]]:
    """(merge acts in force, latest first; pairs that must not be linked).

    An undone act is as if it had never been filed; on one pair the latest act still standing wins.
    """
    acts = list(decisions)
    undone = {d.other for d in acts if d.kind in (ActKind.UNMERGE, ActKind.LIFT_LINK)}
    by_pair: dict[Pair, list[Decision]] = {}
    for act in acts:
        if act.kind in (ActKind.MERGE, ActKind.CANNOT_LINK) and act.id not in undone and act.subject != act.other:
            by_pair.setdefault(pair_of(act.subject, act.other), []).append(act)
    standing = {pair: last for pair, found in by_pair.items() if (last := latest(found)) is not None}
    merges = sorted((a for a in standing.values() if a.kind == ActKind.MERGE), key=lambda a: a.order, reverse=True)
    return merges, {pair for pair, act in standing.items() if act.kind == ActKind.CANNOT_LINK}


class Edge(NamedTuple):
    """Two ids that an opinion would join, with the best score of their evidence."""

    bits: float
    a: str
    b: str


def cluster(
    ids: Iterable[str],
    decisions: Iterable[Decision],
    evidence: Iterable[Features],
    first: Mapping[str, Place],
    model: Model,
    homes: Mapping[str, str],
) -> Clusters:
    """Join ids into households.

    Merge acts come first, the latest first, each only if no cannot-link forbids it. Then opinions by falling score,
    ties by ids, each only if the two ids have one home (``homes``: id → village, '' for none) and the guards hold: no
    cannot-link, at most ``model.size_cap`` ids, no two valid numbers of registrants that differ, no cross pair in
    conflict. Across homes an opinion is a case, whatever it scores, and no union.
    """
    features: dict[str, list[Features]] = {name: [] for name in sorted(set(ids))}
    for item in evidence:
        if item.entity in features:
            features[item.entity].append(model.without_hot(item))
    edges = [edge for edge in edges_of(features, model) if share_home(homes.get(edge.a, ""), homes.get(edge.b, ""))]
    return join(features, decisions, edges, first, model)


def share_home(one: str, other: str) -> bool:
    """Whether an opinion may join two ids of these homes; without a home nothing is joined."""
    return bool(one) and one == other


def join(
    features: Mapping[str, Sequence[Features]],
    decisions: Iterable[Decision],
    edges: Iterable[Edge],
    first: Mapping[str, Place],
    model: Model,
) -> Clusters:
    """``cluster`` where the edges are known; ``features``: the evidence of every id, empty where it has none."""
    merges, apart = rulings(decisions)
    group = {name: {name} for name in features}
    blocked: list[Blocked] = []

    def forbidden(a: set[str], b: set[str]) -> bool:
        return bool(apart) and any(pair_of(x, y) in apart for x in a for y in b)

    def unite(a: set[str], b: set[str]) -> None:
        whole = a | b
        for name in whole:
            group[name] = whole

    for act in merges:
        if act.subject not in group or act.other not in group:
            continue
        left, right = group[act.subject], group[act.other]
        if left is right:
            continue
        if forbidden(left, right):
            blocked.append(Blocked(*pair_of(act.subject, act.other), "cannot_link", 0.0, act.id))
        else:
            unite(left, right)

    for edge in sorted(edges, key=lambda edge: (-edge.bits, edge.a, edge.b)):
        left, right = group[edge.a], group[edge.b]
        if left is right:
            continue
        why = _guard(left, right, forbidden(left, right), features, model)
        if why:
            blocked.append(Blocked(edge.a, edge.b, why, edge.bits))
        else:
            unite(left, right)

    members = {}
    for whole in {id(g): g for g in group.values()}.values():
        ordered = tuple(sorted(whole, key=lambda name: (first[name], name)))
        members[ordered[0]] = ordered
    return Clusters(dict(sorted(members.items())), tuple(blocked))


def edges_of(features: Mapping[str, Sequence[Features]], model: Model) -> list[Edge]:
    """Every pair of ids that an opinion would join, once."""
    best: dict[Pair, float] = {}
    for a, b, decided in decided_pairs(features, model):
        if decided.outcome == Outcome.MERGE:
            pair = pair_of(a.entity, b.entity)
            best[pair] = max(decided.bits, best.get(pair, decided.bits))
    return [Edge(bits, a, b) for (a, b), bits in best.items()]


def decided_pairs(
    features: Mapping[str, Sequence[Features]], model: Model
) -> Iterable[tuple[Features, Features, Decided]]:
    """The decision on every two sets of evidence of different ids that share a block key."""
    if sum(1 for items in features.values() if items) < 2:
        return
    blocks: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    for name, items in features.items():
        for at, item in enumerate(items):
            for key in block_keys(item):
                if not model.is_hot(*key):
                    blocks[key].append((name, at))
    seen = set()
    for block in blocks.values():
        for index, one in enumerate(block):
            for other in block[index + 1 :]:
                if one[0] != other[0] and (one, other) not in seen:
                    seen |= {(one, other), (other, one)}
                    a, b = features[one[0]][one[1]], features[other[0]][other[1]]
                    yield a, b, decide(a, b, model)


def _guard(
    left: set[str], right: set[str], apart: bool, features: Mapping[str, Sequence[Features]], model: Model
) -> str:
    if apart:
        return "cannot_link"
    if len(left) + len(right) > model.size_cap:
        return "size"
    sides = [[item for name in sorted(side) for item in features[name]] for side in (left, right)]
    heads = [{item.id_no for item in side if item.id_ok} for side in sides]
    known = [heads[n] | {number for item in side for number in item.member_ids} for n, side in enumerate(sides)]
    # A registrant may be a member of the other side: then the two numbers belong to one household.
    if heads[0] and heads[1] and not heads[0] & known[1] and not heads[1] & known[0]:
        return "ids"
    if any(model.rules.in_conflict(decide(a, b, model).levels) for a in sides[0] for b in sides[1]):
        return "conflict"
    return ""
