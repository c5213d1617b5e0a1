"""Figures of a matching, from its three files and the truth beside the registry."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

Pair = tuple[str, str]


@dataclass(frozen=True)
class Figures:
    """Shares are of 1. ``missed``: by level and reason, the true pairs that neither merged nor came up for review."""

    rows: int
    precision: float
    recall: float
    asked_mergeable: float
    asked_reviewable: float
    f1: float
    cases_per_1000: float
    yield_: float
    mixed_per_100k: float
    missed: Counter[tuple[str, str]]
    wrong: list[Pair]


def table(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def pair(a: str, b: str) -> Pair:
    return (a, b) if a <= b else (b, a)


def figures(registry: Path, out: Path) -> Figures:
    """``registry``: folder of make_registry; ``out``: folder of match_csv.

    A case is a pair for review whose records no automatic cluster joined already. Automatic pairs are all pairs within
    automatic clusters, so what transitivity adds counts, for good and for bad.
    """
    household = {row["record_id"]: row["household"] for row in table(registry / "truth.csv")}
    true = {
        pair(row["id_l"], row["id_r"]): (row["level"], row["kind"]) for row in table(registry / "truth_pairs.csv")
    }
    cluster_of, members = {}, defaultdict(list)
    for row in table(out / "clusters.csv"):
        cluster_of[row["record_id"]] = row["cluster_id"]
        members[row["cluster_id"]].append(row["record_id"])
    merged = {pair(a, b) for ids in members.values() for n, a in enumerate(ids) for b in ids[:n]}
    asked = {
        key
        for row in table(out / "pairs.csv")
        if row["decision"] == "review" and (key := pair(row["id_l"], row["id_r"])) not in merged
    }
    wrong = [key for key in merged if key not in true]
    met = merged | asked
    by_level: dict[str, list[Pair]] = defaultdict(list)
    for key, (level, _) in true.items():
        by_level[level].append(key)
    mergeable, reviewable = by_level["mergeable"], by_level["reviewable"]
    good = sum(key in true for key in met)
    mixed = sum(len({household[name] for name in ids}) > 1 for ids in members.values())
    return Figures(
        rows=len(household),
        precision=1 - len(wrong) / max(1, len(merged)),
        recall=share(mergeable, merged),
        asked_mergeable=share(mergeable, met),
        asked_reviewable=share(reviewable, met),
        f1=2 * good / max(1, good + len(wrong) + len(true)),
        cases_per_1000=1000 * len(asked) / len(household),
        yield_=sum(key in true for key in asked) / max(1, len(asked)),
        mixed_per_100k=100_000 * mixed / len(household),
        missed=Counter(what for key, what in true.items() if key not in met),
        wrong=wrong,
    )


def share(wanted: list[Pair], found: set[Pair]) -> float:
    return sum(key in found for key in wanted) / max(1, len(wanted))
