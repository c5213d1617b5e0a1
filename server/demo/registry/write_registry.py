"""A registry as files: the CSV a matcher gets, and beside it the truth it does not."""

import csv
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path

from server.demo.registry.lines import COLUMNS, Line, level


def write_registry(households: Iterable[list[Line]], out: Path, *, with_members: bool = False) -> int:
    """Write ``registry.csv`` (by time), ``truth.csv`` and ``truth_pairs.csv`` into ``out``; the number of lines."""
    out.mkdir(parents=True, exist_ok=True)
    width = len(COLUMNS) if with_members else len(COLUMNS) - 1
    typed: list[tuple[str, ...]] = []
    with (
        (out / "truth.csv").open("w", encoding="utf-8", newline="") as truth_file,
        (out / "truth_pairs.csv").open("w", encoding="utf-8", newline="") as pairs_file,
    ):
        truth, pairs = csv.writer(truth_file), csv.writer(pairs_file)
        truth.writerow(("record_id", "household", "kind"))
        pairs.writerow(("id_l", "id_r", "level", "kind"))
        for lines in households:
            for line in lines:
                truth.writerow((line.record_id, line.household, line.kind))
                typed.append(line.typed[:width])
            for a, b in combinations(lines, 2):
                pairs.writerow((a.record_id, b.record_id, level(a, b), b.kind))
    typed.sort(key=lambda row: (row[1], row[0]))
    with (out / "registry.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS[:width])
        writer.writerows(typed)
    return len(typed)
