"""``match_list``: a list from outside, matched as if each row were a submission. Nothing but its files is written."""

import csv
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from server.households.matching.decide import Outcome
from server.households.matching.features import Features
from server.households.matching.lists.candidates import candidates, features_at, open_features
from server.households.matching.lists.outcome import Arrival, Partition, partition
from server.households.matching.lists.read_list import ListRefused, rows_of
from server.households.matching.lists.tabulated import line_of, write_features
from server.households.matching.model import Model

FILES = ("pairs.csv", "clusters.csv", "online.csv")
#: How a household of the registry is named beside the rows of a list.
REGISTRY = "registry:"


@dataclass(frozen=True)
class Registered:
    """A household of the registry: its served id, and the evidence of all its registrations."""

    id: str
    evidence: tuple[Features, ...]


@dataclass(frozen=True)
class Matched:
    """How a list came out. ``common``: keys of so many records that they were not used."""

    rows: int
    merged: int
    reviewed: int
    households: int
    common: int


def match_list(
    path: Path,
    out: Path,
    model: Model,
    *,
    year: int,
    registry: Iterable[Registered] = (),
    tell: Callable[[str], None] = lambda text: None,
) -> Matched:
    """Match the rows of a CSV among each other, and with ``registry``; write three files into the folder ``out``.

    ``pairs.csv``: each two records a decision was made on, with the score in bits and ``merge`` or ``review`` (also
    what a guard held back). ``clusters.csv``: the household of every row, named by its least record_id, so that the
    order of rows does not show; one that the registry has is named by it. ``online.csv``: in the order of rows, what
    each would have met on arrival. ``latency_ms`` is processor time: what normalising the row took, measured,
    and its share of what comparing all pairs took.

    The folder appears when all of it is written, or not at all; of an earlier run it is replaced. ``year``: what ages
    are counted in where a row has no date.

    :raises ListRefused: the list cannot be read, or ``out`` holds something else.
    """
    _may_write(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{out.name}-unfinished-", dir=out.parent))
    try:
        done = _match(path, work, model, year, registry, tell)
        _put(work / "result", out)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return done


def _match(
    path: Path, work: Path, model: Model, year: int, registry: Iterable[Registered], tell: Callable[[str], None]
) -> Matched:
    parts = work / "parts"
    parts.mkdir()
    known = _write_registry(registry, parts, model)
    fixed = len(known)
    ids, took = write_features(rows_of(path), parts, model, year, fixed, lambda n: tell(f"已读 {n} 行"))
    if not ids:
        raise ListRefused("文件里只有标题行，没有记录")
    # Records of the registry stand under names no row can have, each of its own; ``shown`` is what people read.
    entities = [*(f"{REGISTRY}{n}\n" for n in range(fixed)), *ids]
    shown = [*(REGISTRY + served for served in known), *ids]
    with open_features(parts, model) as db:
        begun = time.process_time()
        found = candidates(db, model, fixed=fixed, tell=lambda share: tell(f"已比 {share:.0%}"))
        milliseconds = (time.process_time() - begun) * 1000
        features = features_at(db, {n for pair in found.pairs for n in pair}, entities)
    households: dict[str, list[int]] = {}
    for n, served in enumerate(known):
        if n in features:
            households.setdefault(served, []).append(n)
    parted = partition(found.pairs, features, model, households.values())
    each = milliseconds / max(1, sum(found.compared.values()))
    waited = [ms + each * found.compared.get(fixed + n, 0) for n, ms in enumerate(took)]
    result = work / "result"
    result.mkdir()
    _write_pairs(result / FILES[0], parted, shown)
    count = _write_clusters(result / FILES[1], parted, shown, fixed)
    _write_online(result / FILES[2], parted, shown, fixed, waited)
    outcomes = [arrival.outcome for arrival in parted.arrivals.values()]
    merged, reviewed = outcomes.count(Outcome.MERGE), outcomes.count(Outcome.REVIEW)
    return Matched(len(ids), merged, reviewed, count, found.common)


def _write_registry(registry: Iterable[Registered], parts: Path, model: Model) -> list[str]:
    """The registry's records into a features file of their own, numbered from 0; the served id of each."""
    known: list[str] = []
    with (parts / "part-registry.tsv").open("w", encoding="utf-8", newline="") as file:
        for household in registry:
            for features in household.evidence:
                file.write(line_of(len(known), model.without_hot(features), model))
                known.append(household.id)
    return known


def _write_pairs(path: Path, parted: Partition, shown: Sequence[str]) -> None:
    rows = sorted((*sorted((shown[p.left], shown[p.right])), f"{p.bits:.4f}", p.outcome) for p in parted.pairs)
    _write(path, ("id_l", "id_r", "score", "decision"), rows)


def _write_clusters(path: Path, parted: Partition, shown: Sequence[str], fixed: int) -> int:
    """The number of households among the rows."""
    name: dict[int, str] = {}
    for n, home in parted.home.items():
        # A household of the registry keeps its name; else the least record_id: the order of rows must not show.
        rank = (n >= fixed, shown[n])
        if home not in name or rank < (not name[home].startswith(REGISTRY), name[home]):
            name[home] = shown[n]
    rows = sorted((shown[n], name.get(parted.home.get(n, -1), shown[n])) for n in range(fixed, len(shown)))
    _write(path, ("record_id", "cluster_id"), rows)
    return len({cluster for _, cluster in rows})


def _write_online(path: Path, parted: Partition, shown: Sequence[str], fixed: int, waited: Sequence[float]) -> None:
    nobody = Arrival(str(Outcome.NEW), None)
    rows = (
        (shown[fixed + n], met.outcome, "" if met.matched is None else shown[met.matched], f"{ms:.3f}")
        for n, ms in enumerate(waited)
        for met in (parted.arrivals.get(fixed + n, nobody),)
    )
    _write(path, ("record_id", "decision", "matched_record_id", "latency_ms"), rows)


def _write(path: Path, heading: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(heading)
        writer.writerows(rows)


def _may_write(out: Path) -> None:
    """:raises ListRefused: there is something that is no earlier result."""
    if out.is_dir():
        foreign = sorted(one.name for one in out.iterdir() if one.name not in FILES)
        if foreign:
            raise ListRefused(f"文件夹 {out} 里还有别的东西（{foreign[0]}），请换一个新文件夹")
    elif out.exists():
        raise ListRefused(f"{out} 不是文件夹")


def _put(result: Path, out: Path) -> None:
    """Let the whole result appear under its name at once; an earlier one goes aside first."""
    if out.exists():
        out.rename(result.parent / "before")
    result.rename(out)
