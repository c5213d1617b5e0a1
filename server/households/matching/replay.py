"""What another model would decide of the same records: read before it goes live. Pure but for the engine."""

import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from server.households.matching.decide import decide
from server.households.matching.engine import duck
from server.households.matching.features import Features
from server.households.matching.model import Model
from server.households.matching.predict import predict
from server.households.matching.tabulate import tabulate

#: Pairs of the newest records are replayed; older ones have been decided about long ago.
MOST = 50_000


@dataclass(frozen=True)
class Replay:
    """``changes``: (decision now, decision then) → pairs; ``worst``: largest difference between the batch's score and
    the online one, in bits."""

    pairs: int
    changes: Counter[tuple[str, str]]
    worst: float

    def text(self) -> str:
        """In Chinese, for the card."""
        lines = [
            f"重放：{self.pairs} 对记录；批量与在线的分值最多相差 {self.worst:.6f} 比特。",
            "",
            "| 现行模型 | 新模型 | 对数 |",
            "| --- | --- | --- |",
        ]
        lines += [f"| {now} | {then} | {count} |" for (now, then), count in sorted(self.changes.items())]
        return "\n".join(lines) + "\n"


def replay(records: Sequence[Features], live: Model, new: Model) -> Replay:
    """Decide the pairs of the last fifty thousand records with both models."""
    some = records[-MOST:]
    changes: Counter[tuple[str, str]] = Counter()
    worst = 0.0
    with tempfile.TemporaryDirectory(prefix="replay-") as made, duck(Path(made)) as connection:
        folder = Path(made)
        tabulate(some, folder / "features.parquet", new)
        for _ in predict(connection, folder / "features.parquet", new, folder):
            pass
        scored = pq.read_table(list(folder.glob("pairs-*.parquet"))).to_pydict()
    for left, right, bits in zip(scored["l"], scored["r"], scored["bits"], strict=True):
        a, b = some[left], some[right]
        then = decide(new.without_hot(a), new.without_hot(b), new)
        now = decide(live.without_hot(a), live.without_hot(b), live)
        worst = max(worst, abs(then.bits - bits))
        changes[str(now.outcome), str(then.outcome)] += 1
    return Replay(len(scored["l"]), changes, worst)
