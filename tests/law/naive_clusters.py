"""The law a second time, continued: which ids are one household.

The place of an id is the lowest place among the submissions that name it (in any version) or were refiled to it; an id
that only acts name comes after all others. The served id of a household is its first by (place, id).
"""

import re
from datetime import date
from itertools import combinations

from server.households.matching.features import Features, features_from
from server.households.values import SHANGHAI
from tests.law.naive import Told
from tests.law.naive_match import in_conflict, joins
from tests.law.naive_standing import last_filed

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def number(text) -> str:
    """A resident number that holds, else nothing (18 digits with a true last one and a true date)."""
    text = "".join(str(text or "").upper().split())
    if not re.fullmatch(r"\d{17}[\dX]", text):
        return ""
    if "10X98765432"[sum(int(d) * w for d, w in zip(text, WEIGHTS, strict=False)) % 11] != text[17]:
        return ""
    return text if born(text) else ""


def born(text: str) -> str:
    try:
        return date(int(text[6:10]), int(text[10:12]), int(text[12:14])).isoformat()
    except ValueError:
        return ""


def evidence(told: Told) -> list[Features]:
    """What each counting screening says, in the columns that are compared."""
    found = []
    for chain in told.chains():
        version = told.counting(chain)
        if version is None or not version.creates:
            continue
        said = {s["fact"]: s["value"] for s in told.statements(chain) if s["states"] and not s["key"]}
        said["member"] = [s["value"] for s in told.statements(chain) if s["states"] and s["fact"] == "member"]
        year = told.versions(chain)[0].observed.astimezone(SHANGHAI).year
        found.append(features_from(version.instance, version.entity, said, year))
    return found


def everyone(told: Told, ids=()) -> set[str]:
    spoken_of = set().union(*(told.ids_of(c) for c in told.chains()))
    return set(ids) | spoken_of | {f.entity for f in told.filings}


def pair_rulings(told: Told) -> tuple[list, set[frozenset]]:
    """Merge acts in force, latest first, and the pairs kept apart: on each pair the latest act not undone."""
    undone = {d.other for d in told.decisions if d.kind in ("unmerge", "lift_link")}
    standing = [
        d for d in told.decisions
        if d.kind in ("merge", "cannot_link") and d.id not in undone and d.subject != d.other
    ]
    last = [
        d for d in standing
        if d == last_filed([e for e in standing if {e.subject, e.other} == {d.subject, d.other}])
    ]
    apart = {frozenset((d.subject, d.other)) for d in last if d.kind == "cannot_link"}
    return sorted((d for d in last if d.kind == "merge"), key=lambda d: (d.at, d.id), reverse=True), apart


def households(told: Told, ids=()) -> tuple[list[set[str]], set[tuple]]:
    """The clusters, and the unions that were forbidden: (a, b, why)."""
    clusters = [{name} for name in everyone(told, ids)]
    known = set().union(*clusters) if clusters else set()
    merges, apart = pair_rulings(told)
    facts = evidence(told)
    blocked = set()

    def of(name):
        return next(c for c in clusters if name in c)

    def try_join(a, b, guards):
        left, right = of(a), of(b)
        if left is right:
            return
        why = next((why for why, broken in guards(left, right) if broken), None)
        if why:
            blocked.add((*sorted((a, b)), why))
        else:
            clusters.remove(left)
            clusters.remove(right)
            clusters.append(left | right)

    def kept_apart(left, right):
        return any(frozenset((x, y)) in apart for x in left for y in right)

    def merge_guards(left, right):
        yield "cannot_link", kept_apart(left, right)

    def opinion_guards(left, right):
        yield "cannot_link", kept_apart(left, right)
        yield "size", len(left | right) > 8
        one, two = ([f for f in facts if f.entity in side] for side in (left, right))
        heads = [{f.id_no for f in side if f.id_ok} for side in (one, two)]
        family = [ids | {n for f in side for n in f.member_ids} for ids, side in zip(heads, (one, two), strict=True)]
        yield "ids", all(heads) and not heads[0] & family[1] and not heads[1] & family[0]
        yield "conflict", any(in_conflict(f, g) for f in one for g in two)

    for act in merges:
        if {act.subject, act.other} <= known:
            try_join(act.subject, act.other, merge_guards)
    edges = {}
    for f, g in combinations(facts, 2):
        if f.entity != g.entity and at_one_home(told, f.entity, g.entity) and joins(f, g):
            pair = tuple(sorted((f.entity, g.entity)))
            edges[pair] = max(joins(f, g), edges.get(pair, 0.0))
    for a, b in sorted(edges, key=lambda pair: (-edges[pair], pair)):
        try_join(a, b, opinion_guards)
    return clusters, blocked


def at_one_home(told: Told, a: str, b: str) -> bool:
    """An opinion joins two ids only if their homes are the same village."""
    return told.home(a) == told.home(b) != ""


def served_id(told: Told, cluster: set[str]) -> tuple[str, ...]:
    """The ids of a household, the served one first: by (place, id)."""
    def first(name):
        named = [
            told.place(c) for c in told.chains()
            if name in told.ids_of(c) | {v.entity for v in told.versions(c)}
        ]
        return (0, min(named), name) if named else (1, (), name)

    return tuple(sorted(cluster, key=first))
