"""A model file's content out of estimates and counts. Pure but for DuckDB's counting."""

from math import log2
from pathlib import Path
from typing import Any

import duckdb

from server.households.matching.estimate import Estimates
from server.households.matching.features import FEATURES_VERSION
from server.households.matching.levels import LEVELS_VERSION
from server.households.matching.model import sealed

#: Bits for another room of one building.
NEIGHBOUR = 8.0
#: A value rarer than this gains no more: the sample cannot tell one in a hundred thousand from one in a million.
TF_FLOOR = 5e-6
#: Values seen less often are not listed; the file stays small, and names nobody.
TF_LEAST = 5


def assemble(
    name: str, estimates: Estimates, base: dict[str, Any], connection: duckdb.DuckDBPyConnection, features: Path,
    data: dict[str, Any], hot: list[str],
) -> dict[str, Any]:  # fmt: skip
    """The content of a model file: weights as estimated, rules, thresholds and hand-set weights of ``base``."""
    comparisons = {**base["comparisons"], **estimates.comparisons}
    # Hardly any session sees one household in two rooms of one building: that weight stays set by hand.
    comparisons["addr"]["neighbour"] = {**comparisons["addr"]["neighbour"], "bits": NEIGHBOUR}
    odds = estimates.prior / (1 - estimates.prior)
    content = {
        **base, "id": name, "features": FEATURES_VERSION, "levels": LEVELS_VERSION, "prior": round(log2(odds), 3),
        "comparisons": comparisons, "tf": {c: listed(connection, features, c) for c in ("name", "pinyin")},
        "hot": sorted(hot), "data": {**data, "log": estimates.log},
    }  # fmt: skip
    content.pop("hash", None)
    return sealed(content)


def listed(connection: duckdb.DuckDBPyConnection, features: Path, column: str) -> dict[str, Any]:
    """Frequencies of a column's common values."""
    rows = connection.execute(
        f"SELECT {column}, count(*) / sum(count(*)) OVER () AS share, count(*) AS n FROM '{features}' "
        f"WHERE {column} <> '' GROUP BY ALL ORDER BY n DESC, {column}"
    ).fetchall()
    return {
        "floor": TF_FLOOR,
        "most": 99,
        "values": {value: float(f"{share:.4g}") for value, share, n in rows if n >= TF_LEAST},
    }
