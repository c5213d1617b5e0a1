"""One more record among many: candidates by key from a table on disk, scored and decided; and the batch beside it."""

import json
import sqlite3
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from server.households.matching.bundled import newest
from server.households.matching.decide import decide
from server.households.matching.engine import duck
from server.households.matching.features import Features
from server.households.matching.keys import block_keys
from server.households.matching.lists.read_list import rows_of
from server.households.matching.lists.tabulated import features_in
from server.households.matching.predict import predict
from server.households.matching.score import score
from server.households.matching.tabulate import number_of, tabulate

ASKED = 3_000


@dataclass(frozen=True)
class Timing:
    """Milliseconds of one arrival, from the words as typed to the decision; ``worst`` in bits."""

    rows: int
    p50: float
    p99: float
    worst: float


def online(path: Path) -> Timing:
    """Put a list into a table of keys (SQLite, on disk), then let three thousand of its records arrive once more."""
    model = newest()
    rows = list(rows_of(path))
    records = [model.without_hot(features_in(row, 2025)) for row in rows]
    with tempfile.TemporaryDirectory(prefix="latency-") as made:
        folder = Path(made)
        db = sqlite3.connect(folder / "keys.sqlite3")
        db.execute("CREATE TABLE keys (key INTEGER, n INTEGER, PRIMARY KEY (key, n)) WITHOUT ROWID")
        db.execute("CREATE TABLE records (n INTEGER PRIMARY KEY, packed TEXT)")
        db.executemany("INSERT INTO records VALUES (?, ?)", ((n, json.dumps(r)) for n, r in enumerate(records)))
        db.executemany(
            "INSERT OR IGNORE INTO keys VALUES (?, ?)",
            ((number_of(*key), n) for n, r in enumerate(records) for key in block_keys(r) if not model.is_hot(*key)),
        )
        db.commit()
        times = []
        for row in rows[:: max(1, len(rows) // ASKED)]:
            begun = time.perf_counter()
            here = model.without_hot(features_in(row, 2025))
            keys = [number_of(*key) for key in block_keys(here) if not model.is_hot(*key)]
            marks = ", ".join("?" * len(keys))
            near = db.execute(
                f"SELECT packed FROM records WHERE n IN (SELECT n FROM keys WHERE key IN ({marks}))", keys
            ).fetchall()
            for (packed,) in near:
                there = Features._make(tuple(v) if isinstance(v, list) else v for v in json.loads(packed))
                decide(here, there, model)
            times.append((time.perf_counter() - begun) * 1000)
        tabulate(records, folder / "features.parquet", model)
        with duck(folder) as connection:
            for _ in predict(connection, folder / "features.parquet", model, folder):
                pass
        scored = pq.read_table(list(folder.glob("pairs-*.parquet"))).to_pydict()
    worst = max(
        (abs(score(records[a], records[b], model).bits - bits)
         for a, b, bits in zip(scored["l"], scored["r"], scored["bits"], strict=True)),
        default=0.0,
    )  # fmt: skip
    times.sort()
    return Timing(len(records), times[len(times) // 2], times[int(len(times) * 0.99)], worst)
