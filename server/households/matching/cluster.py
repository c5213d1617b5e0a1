"""Households are clusters of ids: a pure function of decisions and opinions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from server.acts.kinds import ActKind
from server.acts.values import Decision, latest
from server.households.matching.exact_features import Features
from server.households.matching.exact_score import MERGE_FROM, block_keys, compare, in_conflict
from server.households.values import Place

SIZE_CAP = 8


@dataclass(frozen=True)
class Blocked:
    """A union that a guard forbade: a review case. ``why``: cannot_link | size | ids."""

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


def cluster(
    ids: Iterable[str], decisions: Iterable[Decision], evidence: Iterable[Features], first: Mapping[str, Place]
) -> Clusters:
    """Join ids into households.

    Merge acts come first, the latest first, each only if no cannot-link forbids it. Then opinions by falling score,
    ties by ids, each only if the guards hold: no cannot-link, at most ``SIZE_CAP`` ids, no cross pair in conflict.
    """
    known = sorted(set(ids))
    merges, apart = rulings(decisions)
    features: dict[str, list[Features]] = {name: [] for name in known}
    for item in evidence:
        if item.entity in features:
            features[item.entity].append(item)

    group = {name: {name} for name in known}
    blocked: list[Blocked] = []

    def forbidden(a: set[str], b: set[str]) -> bool:
        return any(pair_of(x, y) in apart for x in a for y in b)

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

    for score, a, b in sorted(_edges(features), key=lambda edge: (-edge[0], edge[1], edge[2])):
        left, right = group[a], group[b]
        if left is right:
            continue
        why = _guard(left, right, forbidden(left, right), features)
        if why:
            blocked.append(Blocked(a, b, why, score))
        else:
            unite(left, right)

    members = {}
    for whole in {frozenset(g) for g in group.values()}:
        ordered = tuple(sorted(whole, key=lambda name: (first[name], name)))
        members[ordered[0]] = ordered
    return Clusters(dict(sorted(members.items())), tuple(blocked))


def _edges(features: Mapping[str, list[Features]]) -> list[tuple[float, str, str]]:
    """(score, a, b) of every pair of ids that an opinion would join; only pairs under one block key are compared."""
    blocks: dict[tuple[str, str], list[Features]] = {}
    for items in features.values():
        for item in items:
            for key in block_keys(item):
                blocks.setdefault(key, []).append(item)
    best: dict[Pair, float] = {}
    for block in blocks.values():
        for index, a in enumerate(block):
            for b in block[index + 1 :]:
                if a.entity == b.entity:
                    continue
                opinion = compare(a, b)
                if opinion is not None and opinion.score >= MERGE_FROM:
                    pair = pair_of(a.entity, b.entity)
                    best[pair] = max(opinion.score, best.get(pair, opinion.score))
    return [(score, a, b) for (a, b), score in best.items()]


def _guard(left: set[str], right: set[str], apart: bool, features: Mapping[str, list[Features]]) -> str:
    if apart:
        return "cannot_link"
    if len(left) + len(right) > SIZE_CAP:
        return "size"
    heads = [{f.id_no for name in side for f in features[name] if f.id_no} for side in (left, right)]
    if heads[0] and heads[1] and not heads[0] & heads[1]:
        return "ids"
    for x in sorted(left):
        for y in sorted(right):
            if any(in_conflict(a, b) for a in features[x] for b in features[y]):
                return "ids"
    return ""
