"""DuckDB = Spark = Python on every level of every comparison, over all pairs of some records; no model, no keys."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq

from server.households.matching.conditions import as_alias
from server.households.matching.engine import Engine
from server.households.matching.engines import Choice
from server.households.matching.features import Features
from server.households.matching.levels import COMPARISONS, levels_of
from server.households.matching.tabulate import tabulate
from tests.households.matching.pairs import records

RECORDS = 200


def levels_on(engine: Engine, table: Path, out: Path) -> dict[tuple[int, int], tuple[int, ...]]:
    """(place, place) → number of the level in each comparison, as the engine finds it."""
    engine.lay("f", f"SELECT * FROM {engine.file(table)}")
    levels = ", ".join(f"{c.sql(engine.dialect, as_alias)} AS c{n}" for n, c in enumerate(COMPARISONS))
    engine.write(
        f"SELECT l.unique_id AS a, r.unique_id AS b, {levels} FROM f AS l CROSS JOIN f AS r"
        " WHERE l.unique_id < r.unique_id", out,
    )
    rows = zip(*pq.read_table(out).to_pydict().values(), strict=True)
    return {(a, b): levels for a, b, *levels in rows}


def differences(folder: Path, spark: Choice) -> Iterator[str]:
    """Every pair on which two of the three differ; and every level that no pair came to."""
    some = records(RECORDS, 1)
    table = folder / "some.parquet"
    tabulate(some, table)
    found: dict[str, dict[tuple[int, int], tuple[int, ...]]] = {}
    for choice in (Choice(), spark):
        with choice.opened(folder) as engine:
            found[choice.engine] = levels_on(engine, table, folder / f"levels-{choice.engine}.parquet")
    here, there = found.values()
    if here.keys() != there.keys() or len(here) != len(some) * (len(some) - 1) // 2:
        yield "not the same pairs"
        return
    yield from unlike(some, here, there)
    for n, comparison in enumerate(COMPARISONS):
        seen = {levels[n] for levels in here.values()}
        if len(seen) < len(comparison.levels):
            yield f"{comparison.name}: only {sorted(seen)} of {len(comparison.levels)} levels were seen"


def unlike(
    some: list[Features], here: dict[tuple[int, int], tuple[int, ...]], there: dict[tuple[int, int], tuple[int, ...]]
) -> Iterator[str]:
    for (a, b), levels in here.items():
        online = levels_of(some[a], some[b])
        if not tuple(levels) == tuple(there[a, b]) == online:
            yield f"{some[a].entity} {some[b].entity}: DuckDB {levels}, Spark {there[a, b]}, Python {online}"
