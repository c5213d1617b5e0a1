"""The whole registry matched at once: the safety net below the matching of each arrival.

It must find nothing new. Work lies in a private folder until it is done; a run that was ended goes on where it stopped,
as long as evidence and model are the same.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pyarrow.parquet as pq
from django.db import transaction
from django_tasks import task

from server.field.refresh import Touched, refresh
from server.households.evidence import opened, opinion_on
from server.households.matching.engine import duck
from server.households.matching.features import Features
from server.households.matching.live import live_model
from server.households.matching.model import Model
from server.households.matching.predict import predict
from server.households.matching.tabulate import tabulate
from server.households.models import Evidence, Opinion

#: More of the decisions than this differing is an alarm: then arrivals are not matched as they should be.
ALARM = 0.001
Pair = tuple[str, str]


@dataclass(frozen=True)
class Compared:
    """``missed``: pairs the batch decides on and no standing opinion does, or another; ``fallen``: standing opinions
    the batch does not share."""

    registrations: int
    pairs: int
    missed: dict[Pair, str] = field(default_factory=dict)
    fallen: tuple[Pair, ...] = ()

    @property
    def share(self) -> float:
        return (len(self.missed) + len(self.fallen)) / max(1, self.pairs)

    @property
    def is_alarm(self) -> bool:
        return self.share > ALARM


def match_all(now: datetime, *, repair: bool = True, tell: Callable[[str], None] = lambda text: None) -> Compared:
    """Compare every two registrations that share a key with the opinions that stand.

    What differs is derived anew, by the same guards as any arrival (``repair``): nothing is merged that people ruled
    against, no cluster grows past its cap. An alarm repairs nothing: somebody looks first.
    """
    model = live_model()
    folder = _folder(model)
    rows: list[str] = []
    features = folder / "features.parquet"
    if features.exists():
        rows = [one.entity for one in _evidence()]
        tell(f"接着上次：{len(rows)} 条登记")
    else:
        part = folder / "features.part"
        tabulate(_noted(rows), part, model)
        part.rename(features)
        tell(f"已读 {len(rows)} 条登记")
    with duck(folder) as connection:
        for done, parts in predict(connection, features, model, folder):
            tell(f"已比 {done / parts:.0%}")
    compared = _compare(folder, rows, model)
    if repair and not compared.is_alarm:
        _repair(compared, now)
    shutil.rmtree(folder)
    return compared


@task()
def match_nightly(asked_at: str) -> dict[str, float]:
    """The same as a background job; what it found.

    ``asked_at``: when it was ordered (ISO 8601: a job's arguments are JSON), the moment noted on what is mended.
    """
    found = match_all(datetime.fromisoformat(asked_at))
    return {"registrations": found.registrations, "pairs": found.pairs, "share": found.share}


def _evidence() -> Iterator[Features]:
    for entity, sealed in Evidence.objects.order_by("pk").values_list("entity", "sealed").iterator(chunk_size=2_000):
        yield from opened(entity, bytes(sealed)).now


def _noted(rows: list[str]) -> Iterator[Features]:
    for features in _evidence():
        rows.append(features.entity)
        yield features


def _folder(model: Model) -> Path:
    """Where this run's work lies: named by what it is about, for nobody else to read; leftovers of others go."""
    digest = hashlib.sha256(model.hash.encode())
    for row in Evidence.objects.order_by("pk").values_list("entity", "digest").iterator(chunk_size=10_000):
        digest.update("\x1f".join(row).encode())
    home = Path(tempfile.gettempdir()) / f"tanfang-match-{os.getuid()}"
    home.mkdir(mode=0o700, exist_ok=True)
    if home.stat().st_uid != os.getuid() or home.stat().st_mode & 0o077:
        raise PermissionError(f"{home} is open to others")
    folder = home / digest.hexdigest()[:24]
    for other in home.iterdir():
        if other != folder:
            shutil.rmtree(other)
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _compare(folder: Path, rows: list[str], model: Model) -> Compared:
    pairs: set[Pair] = set()
    for path in sorted(folder.glob("pairs-*.parquet")):
        found = pq.read_table(path, columns=["l", "r"]).to_pydict()
        for left, right in zip(found["l"], found["r"], strict=True):
            a, b = sorted((rows[left], rows[right]))
            if a != b:
                pairs.add((a, b))
    wanted: dict[Pair, str] = {}
    some = sorted(pairs)
    for start in range(0, len(some), 400):
        part = some[start : start + 400]
        names = {name for pair in part for name in pair}
        told = {e.pk: opened(e.pk, bytes(e.sealed)).now for e in Evidence.objects.filter(pk__in=names)}
        for a, b in part:
            if a in told and b in told and (opinion := opinion_on(told[a], told[b], model)):
                wanted[a, b] = opinion.outcome
    standing = {(a, b): outcome for a, b, outcome in
                Opinion.objects.filter(stands=True).values_list("a", "b", "outcome").iterator()}  # fmt: skip
    missed = {pair: outcome for pair, outcome in wanted.items() if standing.get(pair) != outcome}
    fallen = tuple(sorted(set(standing) - set(wanted)))
    return Compared(len(rows), len(wanted.keys() | standing.keys()), missed, fallen)


def _repair(compared: Compared, now: datetime) -> None:
    """Forget what is stored of the ids concerned, so that deriving them has them meet their equals again."""
    for pair in (*compared.missed, *compared.fallen):
        with transaction.atomic():
            Evidence.objects.filter(pk__in=pair).update(digest="")
            refresh(Touched(households=frozenset(pair)), now, "matching")
