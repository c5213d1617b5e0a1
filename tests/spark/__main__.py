"""`make spark-parity`: DuckDB = Spark (local mode) = Python, on every level of every comparison, and on the scores.

Not part of the suite: it needs pyspark and Java. Ends with 1 at the first difference, or if some level was never seen.
"""

import sys
from collections.abc import Iterator

import duckdb
from pyspark.sql import SparkSession, types

from server.households.matching.bundled import newest
from server.households.matching.conditions import DUCKDB, SPARK, Dialect, as_alias
from server.households.matching.features import COLUMNS, LISTS, NUMBERS, Features
from server.households.matching.levels import COMPARISONS, levels_of
from server.households.matching.model import Weight
from server.households.matching.score import score
from tests.households.matching.pairs import records

RECORDS = 260


def query(dialect: Dialect) -> str:
    levels = ", ".join(f"{comparison.sql(dialect, as_alias)} AS c{n}" for n, comparison in enumerate(COMPARISONS))
    model = newest()
    double = "D" if dialect is SPARK else "::DOUBLE"
    bits = " + ".join(
        f"CASE c{n} {_cases(weights, double)} END"
        for n, weights in enumerate(model.weights)
    )
    return (
        f"SELECT *, {model.prior!r}{double} + {bits} AS bits FROM (SELECT l.entity AS a, r.entity AS b, {levels}"
        " FROM f l CROSS JOIN f r WHERE l.entity < r.entity) AS compared"
    )


def _cases(weights: tuple[Weight, ...], double: str) -> str:
    return " ".join(f"WHEN {at} THEN {weight.bits!r}{double}" for at, weight in enumerate(weights))


def plain(record: Features) -> list[object]:
    return [list(value) if isinstance(value, tuple) else value for value in record]


def from_duckdb(some: list[Features]) -> dict[tuple[str, str], tuple[object, ...]]:
    def kind(name: str) -> str:
        return "VARCHAR[]" if name in LISTS else "INTEGER" if name in NUMBERS else "VARCHAR"

    with duckdb.connect() as db:
        db.execute("CREATE TABLE f (" + ", ".join(f'"{name}" {kind(name)}' for name in COLUMNS) + ")")
        db.executemany(f"INSERT INTO f VALUES ({', '.join('?' * len(COLUMNS))})", [plain(one) for one in some])
        return {(row[0], row[1]): tuple(row[2:]) for row in db.execute(query(DUCKDB)).fetchall()}


def from_spark(some: list[Features]) -> dict[tuple[str, str], tuple[object, ...]]:
    texts, number, text = types.ArrayType(types.StringType()), types.IntegerType(), types.StringType()
    schema = types.StructType(
        [
            types.StructField(name, texts if name in LISTS else number if name in NUMBERS else text)
            for name in COLUMNS
        ]
    )
    spark = (
        SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false").config("spark.sql.codegen.wholeStage", "false")
        .config("spark.sql.shuffle.partitions", "4").config("spark.driver.host", "127.0.0.1").getOrCreate()
    )  # fmt: skip
    try:
        spark.sparkContext.setLogLevel("ERROR")
        spark.createDataFrame([tuple(plain(one)) for one in some], schema).createOrReplaceTempView("f")
        return {(row[0], row[1]): tuple(row[2:]) for row in spark.sql(query(SPARK)).collect()}
    finally:
        spark.stop()


def differences(some: list[Features]) -> Iterator[str]:
    by_name = {one.entity: one for one in some}
    here, there = from_duckdb(some), from_spark(some)
    seen: list[set[int]] = [set() for _ in COMPARISONS]
    if here.keys() != there.keys() or len(here) != len(some) * (len(some) - 1) // 2:
        yield "not the same pairs"
        return
    for pair, (*levels, bits) in here.items():
        a, b = (by_name[name] for name in pair)
        *others, other_bits = there[pair]
        if not tuple(levels) == tuple(others) == levels_of(a, b):
            yield f"{pair}: DuckDB {levels}, Spark {others}, Python {levels_of(a, b)}"
        if abs(float(str(bits)) - float(str(other_bits))) > 1e-6:
            yield f"{pair}: DuckDB {bits}, Spark {other_bits} bits; online {score(a, b, newest()).bits}"
        for found, level in zip(seen, levels, strict=True):
            found.add(int(str(level)))
    for comparison, found in zip(COMPARISONS, seen, strict=True):
        if len(found) < len(comparison.levels):
            yield f"{comparison.name}: only {sorted(found)} of {len(comparison.levels)} levels were seen"


def main() -> None:
    some = records(RECORDS, 1)
    found = list(differences(some))
    print("\n".join(found[:20]) or f"{len(some) * (len(some) - 1) // 2} pairs: DuckDB = Spark = Python on every level")
    sys.exit(bool(found))


main()
