"""Every pair of registrations a model has an opinion on, scored in a batch and again as at an arrival."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow.parquet as pq

from server.households.evidence import opened, opinion_on
from server.households.matching.cluster import pair_of
from server.households.matching.engine import duck
from server.households.matching.features import Features
from server.households.matching.model import Model
from server.households.matching.predict import predict
from server.households.matching.score import score
from server.households.matching.tabulate import tabulate
from server.households.models import Evidence

#: Pairs whose evidence is held at one time.
PART = 400
Pair = tuple[str, str]
Scored = tuple[int, int, float]
#: A registration: its id, and the place among what counts under that id.
Place = tuple[str, int]


@dataclass
class Found:
    """``outcomes`` by ids: merge or review; ``worst``: see ``ModelReport``."""

    registrations: int = 0
    outcomes: dict[Pair, str] = field(default_factory=dict)
    worst: float = 0.0


def pairs_by(model: Model) -> Found:
    """All opinions this model would have of the evidence that counts now. Works in a private folder that is removed."""
    found = Found()
    rows: list[Place] = []
    with tempfile.TemporaryDirectory(prefix="tanfang-trial-") as made, duck(Path(made)) as connection:
        folder = Path(made)
        found.registrations = tabulate(_evidence(rows), folder / "features.parquet", model)
        for _ in predict(connection, folder / "features.parquet", model, folder):
            pass
        for part in _scored(folder):
            _decide(part, rows, model, found)
    return found


def _evidence(rows: list[Place]) -> Iterator[Features]:
    stored = Evidence.objects.order_by("pk").values_list("entity", "sealed")
    for entity, sealed in stored.iterator(chunk_size=2_000):
        for n, features in enumerate(opened(entity, bytes(sealed)).now):
            rows.append((entity, n))
            yield features


def _scored(folder: Path) -> Iterator[Sequence[Scored]]:
    for path in sorted(folder.glob("pairs-*.parquet")):
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(PART, columns=["l", "r", "bits"]):
                yield list(zip(*(batch.column(n).to_pylist() for n in range(3)), strict=True))


def _decide(part: Sequence[Scored], rows: Sequence[Place], model: Model, found: Found) -> None:
    names = {rows[n][0] for left, right, _ in part for n in (left, right)}
    told = {
        row.entity: [model.without_hot(one) for one in opened(row.entity, bytes(row.sealed)).now]
        for row in Evidence.objects.filter(pk__in=names)
    }
    for left, right, bits in part:
        (a, i), (b, j) = rows[left], rows[right]
        # What was filed while this ran is left to the next trial.
        if a == b or len(told.get(a, ())) <= i or len(told.get(b, ())) <= j:
            continue
        found.worst = max(found.worst, abs(score(told[a][i], told[b][j], model).bits - bits))
        pair = pair_of(a, b)
        if pair not in found.outcomes and (opinion := opinion_on(told[pair[0]], told[pair[1]], model)):
            found.outcomes[pair] = opinion.outcome
