"""What another model would decide of the same records: read before it goes live. Pure but for the engine."""

import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow.parquet as pq

from server.households.matching.decide import Outcome, decide
from server.households.matching.engine import duck
from server.households.matching.features import Features
from server.households.matching.levels import COMPARISONS
from server.households.matching.model import Model
from server.households.matching.predict import predict
from server.households.matching.tabulate import tabulate

#: Pairs of the newest records are replayed; older ones have been decided about long ago.
MOST = 50_000
#: How people call what is decided.
SAID = {Outcome.MERGE: "自动合并", Outcome.REVIEW: "请人查看", Outcome.NEW: "不同户"}


@dataclass(frozen=True)
class Replay:
    """``changes``: (decision now, decision then) → pairs; ``worst``: largest difference between the batch's score and
    the online one, in bits; ``joined``: (comparison, label) → pairs the new model joins unasked."""

    pairs: int
    changes: Counter[tuple[str, str]]
    worst: float
    joined: Counter[tuple[str, str]] = field(default_factory=Counter)

    def shares(self) -> dict[str, dict[str, float]]:
        """Comparison → label → share of the pairs the new model joins unasked; empty where it joins none."""
        found: dict[str, dict[str, float]] = {}
        for comparison in COMPARISONS:
            counts = {label: self.joined[comparison.name, label] for label in comparison.labels}
            if whole := sum(counts.values()):
                found[comparison.name] = {label: round(n / whole, 4) for label, n in counts.items() if n}
        return found

    def text(self) -> str:
        """In Chinese, for the card."""
        lines = [
            f"重放：{self.pairs} 对记录；批量与在线的分值最多相差 {self.worst:.6f} 比特。",
            "",
            "| 现行模型 | 新模型 | 对数 |",
            "| --- | --- | --- |",
        ]
        lines += [
            f"| {SAID[Outcome(now)]} | {SAID[Outcome(then)]} | {count} |"
            for (now, then), count in sorted(self.changes.items())
        ]
        return "\n".join(lines) + "\n"


def replay(records: Sequence[Features], live: Model, new: Model) -> Replay:
    """Decide the pairs of the last fifty thousand records with both models."""
    some = records[-MOST:]
    changes: Counter[tuple[str, str]] = Counter()
    joined: Counter[tuple[str, str]] = Counter()
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
        if then.outcome == Outcome.MERGE:
            joined.update((c.name, c.labels[n]) for c, n in zip(COMPARISONS, then.levels, strict=True))
    return Replay(len(scored["l"]), changes, worst, joined)
