"""Which pairs of many records are worth a decision: all that share a key and could be joined or reviewed.

The engine computes levels from their one definition and drops what scores too low; whatever it leaves is decided by the
same code as a single submission. Memory is bounded: pairs are made in slices, and the engine may spill to disk.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import duckdb

from server.households.matching.conditions import DUCKDB, as_alias
from server.households.matching.features import LISTS, NUMBERS, Features
from server.households.matching.levels import COMPARISONS
from server.households.matching.lists.tabulated import ITEM, WRITTEN, frequency_columns
from server.households.matching.model import Model
from server.households.matching.rules import Rule

MEMORY = "1800MB"
#: A key of more records than this within one list tells nothing; such records are still met under their other keys.
TOO_MANY = 1_000
#: Pairs made at once; sorting them out takes some hundred bytes each.
SLICE = 4_000_000
#: Rounding in the engine is not ours: what lies this close below a threshold is decided by our own code.
MARGIN = 0.01


class Candidates(NamedTuple):
    """``pairs`` of record numbers (the lesser first), how many each record was compared with, and how many keys were
    too common to be used."""

    pairs: list[tuple[int, int]]
    compared: dict[int, int]
    common: int


def open_features(folder: Path, model: Model) -> duckdb.DuckDBPyConnection:
    """The features files of a folder as tables ``f`` (records) and ``k`` (record, key)."""
    db = duckdb.connect()
    db.execute(f"SET memory_limit = '{MEMORY}'")
    db.execute("SET preserve_insertion_order = false")
    db.execute(f"SET temp_directory = '{folder / 'spill'}'")
    columns = {"n": "INTEGER"}
    columns |= {name: "INTEGER" if name in NUMBERS else "VARCHAR" for name in WRITTEN}
    columns["keys"] = "VARCHAR"
    columns |= {f"tf{n}": "DOUBLE" for n in range(len(frequency_columns(model)))}
    spelled = "{" + ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items()) + "}"
    source = (
        f"read_csv('{folder}/part-*.tsv', columns = {spelled}, delim = '\t', quote = '', escape = '', header = false,"
        " auto_detect = false, nullstr = '\x02', max_line_size = 20000000)"
    )
    wanted = ", ".join(
        f"CASE WHEN {name} = '' THEN [] ELSE string_split({name}, '{ITEM}') END AS {name}" if name in LISTS else name
        for name in columns if name != "keys"
    )
    db.execute(f"CREATE TABLE f AS SELECT {wanted} FROM {source}")
    db.execute(
        f"CREATE TABLE k AS SELECT DISTINCT n, hash(key) AS k FROM"
        f" (SELECT n, unnest(string_split(keys, '{ITEM}')) AS key FROM {source} WHERE keys <> '')"
    )
    return db


def candidates(
    db: duckdb.DuckDBPyConnection, model: Model, *, fixed: int = 0, tell: Callable[[float], None] = lambda share: None
) -> Candidates:
    """All pairs that could be joined or reviewed; of the first ``fixed`` records none with another of them."""
    db.execute("CREATE TABLE often AS SELECT k, count(*) AS c FROM k GROUP BY k HAVING count(*) > 1")
    ((common,),) = db.execute(f"SELECT count(*) FROM often WHERE c > {TOO_MANY}").fetchall()
    db.execute(
        f"CREATE TABLE s AS SELECT k.n, k.k FROM k JOIN often USING (k) WHERE often.c <= {TOO_MANY} ORDER BY k.n"
    )
    ((raw,),) = db.execute(f"SELECT coalesce(sum(c * (c - 1) // 2), 0) FROM often WHERE c <= {TOO_MANY}").fetchall()
    db.execute("DROP TABLE often; DROP TABLE k")
    slices = int(raw) // SLICE + 1
    pairs: list[tuple[int, int]] = []
    compared: dict[int, int] = {}
    for n in range(slices):
        db.execute(
            f"CREATE OR REPLACE TEMP TABLE p AS SELECT DISTINCT a.n AS l, b.n AS r FROM s a JOIN s b ON a.k = b.k"
            f" AND a.n < b.n AND b.n >= {fixed} WHERE hash(a.n) % {slices} = {n}"
        )
        for number, count in db.execute("SELECT r, count(*) FROM p GROUP BY r").fetchall():
            compared[number] = compared.get(number, 0) + count
        pairs += db.execute(_worth(model)).fetchall()
        tell((n + 1) / slices)
    return Candidates(pairs, compared, int(common))


def features_at(db: duckdb.DuckDBPyConnection, numbers: Iterable[int], ids: list[str]) -> dict[int, Features]:
    """The records of these numbers."""
    wanted = sorted(set(numbers))
    found: dict[int, Features] = {}
    for start in range(0, len(wanted), 50_000):
        part = wanted[start : start + 50_000]
        for number, *values in db.execute(
            f"SELECT n, {', '.join(WRITTEN)} FROM f WHERE n IN (SELECT unnest(?))", [part]
        ).fetchall():
            plain = (tuple(value) if isinstance(value, list) else value for value in values)
            found[number] = Features(ids[number], ids[number], *plain)  # type: ignore[arg-type]
    return found


def _worth(model: Model) -> str:
    """The pairs of ``p`` whose score, or a hint, makes them worth a decision."""
    levels = ", ".join(f"{c.sql(DUCKDB, as_alias)} AS c{n}" for n, c in enumerate(COMPARISONS))
    extra = frequency_columns(model)
    kept = ", ".join(f"l.tf{n} AS tf{n}" for n in range(len(extra)))
    bits = " + ".join(
        f"list_extract([{', '.join(repr(float(w.bits)) for w in weights)}], c{n} + 1)"
        for n, weights in enumerate(model.weights)
        if any(weight.bits for weight in weights)
    )
    for n, (comparison, level, _) in enumerate(extra):
        bits += f" + CASE WHEN c{comparison} = {level} THEN tf{n} ELSE 0 END"
    least = min(model.thresholds.review, model.thresholds.merge) - MARGIN
    hints = "".join(f" OR {_rule(rule)}" for rule in model.rules.hint)
    return (
        f"WITH levels AS (SELECT p.l, p.r, {levels}{', ' + kept if kept else ''} FROM p"
        f" JOIN f l ON l.n = p.l JOIN f r ON r.n = p.r)"
        f" SELECT l, r FROM levels WHERE {model.prior} + {bits} >= {least}{hints}"
    )


def _rule(rule: Rule) -> str:
    return "(" + " AND ".join(
        f"c{at} IN ({', '.join(map(str, sorted(labels)))})" for at, labels in rule.parts
    ) + ")"
