"""The whole registry matched at once: the safety net below the matching of each arrival.

It must find nothing new. Work lies in a private folder until it is done; a run that was ended goes on where it stopped,
as long as evidence, model and engine are the same.
"""

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pyarrow.parquet as pq
from django.db import transaction
from django_tasks import task

from server.field.match_across import match_across
from server.field.refresh import Touched, refresh
from server.households.evidence import opened, opinion_on
from server.households.matching.engines import Choice
from server.households.matching.features import Features
from server.households.matching.live import live_model
from server.households.matching.model import Model
from server.households.matching.predict import predict_on
from server.households.matching.spark import HERE
from server.households.matching.tabulate import tabulate
from server.households.models import Evidence, Opinion

#: More of the decisions than this differing is an alarm: then arrivals are not matched as they should be.
ALARM = 0.001
#: Pairs decided between two looks at how far it is.
PART = 400
Pair = tuple[str, str]
#: Told how far it is: the stage in Chinese, what is done of it, and how much there is.
Tell = Callable[[str, int, int], None]


class Busy(Exception):
    """Another run is under way on this machine; the message says so in Chinese."""


class TooFar(Exception):
    """The nightly run found an alarm; the message says how much, in Chinese."""


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

    @property
    def alarm(self) -> str:
        """What an alarm says."""
        return f"出入 {self.share:.3%}，超过 {ALARM:.1%}：请先查明原因，未作改动。"


def match_all(
    now: datetime, *, repair: bool = True, choice: Choice | None = None,
    tell: Tell = lambda stage, done, total: None,
) -> Compared:  # fmt: skip
    """Compare every two registrations that share a key with the opinions that stand, on the engine of ``choice``
    (DuckDB).

    What differs is derived anew, by the same guards as any arrival (``repair``): nothing is merged that people ruled
    against, no cluster grows past its cap. An alarm repairs nothing: somebody looks first.

    :raises NoSpark: the engine is not installed. :raises Busy: another run is under way. :raises PermissionError:
        the folder of the work is open to others.
    """
    choice = choice or Choice()
    choice.check()
    match_across()
    model = live_model()
    with _alone(_home()) as home:
        folder = _folder(home, model, choice)
        rows: list[str] = []
        features = folder / "features.parquet"
        total = Evidence.objects.count()
        if features.exists():
            rows = [one.entity for one in _evidence(total, "接着上次，读取登记", tell)]
        else:
            part = folder / "features.part"
            tabulate(_noted(_evidence(total, "读取登记", tell), rows), part, model)
            part.rename(features)
        with choice.opened(folder) as engine:
            for done, parts in predict_on(engine, features, model, folder):
                tell("逐对打分", done, parts)
        compared = _compare(folder, rows, model, tell)
        if repair and not compared.is_alarm:
            _repair(compared, now, tell)
        shutil.rmtree(folder)
    return compared


@task()
def match_nightly(asked_at: str, engine: str = "duckdb", memory: str = "2GB", master: str = HERE) -> dict[str, float]:
    """The same as a background job; what it found.

    ``asked_at``: when it was ordered (ISO 8601: a job's arguments are JSON), the moment noted on what is mended. The
    others as in ``Choice``.

    :raises TooFar: an alarm, so that the job stands as failed and in the worker's log.
    """
    found = match_all(datetime.fromisoformat(asked_at), choice=Choice(engine, memory, master))
    if found.is_alarm:
        raise TooFar(found.alarm)
    return {"registrations": found.registrations, "pairs": found.pairs, "share": found.share}


def _evidence(total: int, stage: str, tell: Tell) -> Iterator[Features]:
    rows = Evidence.objects.order_by("pk").values_list("entity", "sealed").iterator(chunk_size=2_000)
    for done, (entity, sealed) in enumerate(rows, 1):
        yield from opened(entity, bytes(sealed)).now
        if done % 2_000 == 0 or done >= total:
            tell(stage, done, total)


def _noted(evidence: Iterator[Features], rows: list[str]) -> Iterator[Features]:
    for features in evidence:
        rows.append(features.entity)
        yield features


def _home() -> Path:
    """Where all runs work: for nobody else to read."""
    home = Path(tempfile.gettempdir()) / f"tanfang-match-{os.getuid()}"
    home.mkdir(mode=0o700, exist_ok=True)
    if home.stat().st_uid != os.getuid() or home.stat().st_mode & 0o077:
        raise PermissionError(f"文件夹 {home} 别人也能读写：请删去它，或改为只有本用户可用（chmod 700）。")
    return home


@contextmanager
def _alone(home: Path) -> Iterator[Path]:
    """One run at a time: a second would take the first one's work for a leftover."""
    handle = os.open(home, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy("另一次比对正在进行，请等它结束再来。") from None
        yield home
    finally:
        os.close(handle)


def _folder(home: Path, model: Model, choice: Choice) -> Path:
    """Where this run's work lies, named by what it is about; leftovers of others go. Engines cut their chunks each in
    their own way, so none goes on with another's."""
    digest = hashlib.sha256(f"{choice.engine} {model.hash}".encode())
    for row in Evidence.objects.order_by("pk").values_list("entity", "digest").iterator(chunk_size=10_000):
        digest.update("\x1f".join(row).encode())
    folder = home / digest.hexdigest()[:24]
    for other in home.iterdir():
        if other != folder:
            shutil.rmtree(other)
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _compare(folder: Path, rows: list[str], model: Model, tell: Tell) -> Compared:
    pairs: set[Pair] = set()
    for path in sorted(folder.glob("pairs-*.parquet")):
        found = pq.read_table(path, columns=["l", "r"]).to_pydict()
        for left, right in zip(found["l"], found["r"], strict=True):
            a, b = sorted((rows[left], rows[right]))
            if a != b:
                pairs.add((a, b))
    wanted: dict[Pair, str] = {}
    some = sorted(pairs)
    for start in range(0, len(some), PART):
        part = some[start : start + PART]
        names = {name for pair in part for name in pair}
        told = {
            row.pk: opened(row.pk, bytes(row.sealed)).without_hot(model).now
            for row in Evidence.objects.filter(pk__in=names)
        }
        for a, b in part:
            if a in told and b in told and (opinion := opinion_on(told[a], told[b], model)):
                wanted[a, b] = opinion.outcome
        tell("核对判断", start + len(part), len(some))
    standing = {(a, b): outcome for a, b, outcome in
                Opinion.objects.filter(stands=True).values_list("a", "b", "outcome").iterator()}  # fmt: skip
    missed = {pair: outcome for pair, outcome in wanted.items() if standing.get(pair) != outcome}
    fallen = tuple(sorted(set(standing) - set(wanted)))
    return Compared(len(rows), len(wanted.keys() | standing.keys()), missed, fallen)


def _repair(compared: Compared, now: datetime, tell: Tell) -> None:
    """Forget what is stored of the ids concerned, so that deriving them has them meet their equals again."""
    pairs = [*compared.missed, *compared.fallen]
    for done, pair in enumerate(pairs, 1):
        with transaction.atomic():
            Evidence.objects.filter(pk__in=pair).update(digest="")
            refresh(Touched(households=frozenset(pair)), now, "matching")
        tell("重新推算", done, len(pairs))
    match_across()
