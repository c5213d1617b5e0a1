"""Train a model on records as they are, without any labels."""

import json
import tempfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from server.households.matching.assemble import assemble
from server.households.matching.bundled import FOLDER, bundled_ids
from server.households.matching.engine import duck
from server.households.matching.estimate import CannotLearn as CannotLearn
from server.households.matching.estimate import estimate
from server.households.matching.features import Features
from server.households.matching.hot import KEY_CAP, PHONE_CAP, hot
from server.households.matching.tabulate import iterate, tabulate

#: Fewer records hold too few repeats: the weights would be noise.
LEAST = 5_000


class TooFew(ValueError):
    """Not enough records to learn from; the message says how many there are, in Chinese."""


def train(records: Iterable[Features], name: str, today: date, seed: int, source: str) -> dict[str, Any]:
    """The content of a new model file called ``name``: weights, frequencies and hot keys from ``records``; rules,
    thresholds and weights set by hand from the newest bundled model. Works in a private folder that is removed.

    :raises TooFew: fewer than five thousand records.
    :raises CannotLearn: hardly any of them are repeats, or all are.
    """
    base = json.loads((FOLDER / f"{bundled_ids()[-1]}.json").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory(prefix="train-") as made:
        folder = Path(made)
        table = folder / "features.parquet"
        rows = tabulate(records, table)
        if rows < LEAST:
            raise TooFew(f"只有 {rows} 条记录，至少要有 {LEAST} 条才能训练")
        common = hot(iterate(table))
        with duck(folder) as connection:
            estimates = estimate(connection, table, seed)
            data = {
                "by": "train_matching",
                "from": source,
                "on": today.isoformat(),
                "rows": rows,
                "seed": seed,
            }
            base |= {"phone_cap": PHONE_CAP, "key_cap": KEY_CAP}
            return assemble(name, estimates, base, connection, table, data, common)
