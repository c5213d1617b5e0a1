"""`make bench-million`: one arrival among a million households, on SQLite and, where ``DATABASE_URL`` names one, on
PostgreSQL; and the whole list at once (`match_csv`).

``ROWS`` (1000000) and ``ARRIVALS`` (2000) come from the environment. The registry is the invented one: its evidence and
keys are put into the tables as arrivals would have left them, but in bulk; then so many of its lines that were held
back arrive one after the other, through the verb that stores and compares every arrival (``evidence.meet``).
"""

# ruff: noqa: PLC0415 the settings come first

import os
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.bench.district import drop, settle
from tests.bench_matching.usage import measured, peak

ROWS = int(os.environ.get("ROWS", "1000000"))
ARRIVALS = int(os.environ.get("ARRIVALS", "2000"))
YEAR = 2026
#: All of them live in one village: the most that an arrival can have to be compared with.
HOME = "310118102001"
#: Arrivals that are not counted: a worker that has just started reads its tables of names and characters first.
WARM = 20
PART = 5_000


def entity_of(record: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, record))


def held_back(number: int, rows: int) -> bool:
    """Whether a line of the list arrives later: one in so many, so that repeats of earlier ones are among them."""
    return number % max(2, rows // ARRIVALS) == 1


def drawn(part: Sequence[Any]) -> tuple[str, str]:
    """Lines of the list as rows of the two tables, tab-separated: evidence, keys."""
    from server.households.evidence import Told, hashed
    from server.households.matching.bundled import newest
    from server.households.matching.lists.tabulated import features_in
    from sync.vault.envelope import seal_row

    model, evidence, keys = newest(), [], []
    for row in part:
        features = features_in(row, YEAR)._replace(entity=entity_of(row.cells[0]))
        told = Told(features.entity, (features,), (features,), HOME, frozenset({HOME}))
        sealed = seal_row(told.packed).hex()
        evidence.append(f"{told.entity}\t{told.digest(model)}\t{model.hash}\t{HOME}\t{sealed}\n")
        keys += [f"{told.entity}\t{key}\n" for key in sorted(hashed(told.keys(model)))]
    return "".join(evidence), "".join(keys)


def said(folder: Path) -> None:
    """Normalise the list once, for both databases (they share the key ring)."""
    settle(str(folder))
    from multiprocessing import get_context

    from server.households.matching.lists.read_list import rows_of

    rows = (row for n, row in enumerate(rows_of(folder / "list" / "registry.csv")) if not held_back(n, ROWS))
    pool = get_context("fork").Pool(2)
    with pool, (folder / "evidence").open("w") as one, (folder / "keys").open("w") as two:
        for evidence, keys in pool.imap(drawn, parts(rows)):
            one.write(evidence)
            two.write(keys)


def parts(rows: Iterable[Any]) -> Iterator[list[Any]]:
    part: list[Any] = []
    for row in rows:
        part.append(row)
        if len(part) == PART:
            yield part
            part = []
    yield part


def filled(folder: Path) -> None:
    """Fill the tables, then let the held-back lines arrive; print what each cost."""
    settle(str(folder))
    from django.core.management import call_command
    from django.db import connection, transaction

    from server.households import evidence
    from server.households.evidence import Told, _around, hashed, meet
    from server.households.matching.bundled import newest
    from server.households.matching.lists.read_list import rows_of
    from server.households.matching.lists.tabulated import features_in
    from server.households.models import Opinion
    from tests.bench_matching.load import load
    from tests.bench_matching.usage import Watch

    call_command("migrate", verbosity=0)
    begun = time.perf_counter()
    load(folder)
    took = time.perf_counter() - begun
    model, compared, stored, near, joined = newest(), [], [], [], 0
    evidence.upsert = writes = Watch(evidence.upsert)  # type: ignore[assignment]
    arriving = [row for n, row in enumerate(rows_of(folder / "list" / "registry.csv")) if held_back(n, ROWS)]
    for row in arriving:
        name = entity_of(row.cells[0])
        with transaction.atomic():
            start, before = time.perf_counter(), writes.spent
            features = features_in(row, YEAR)._replace(entity=name)
            told = Told(name, (features,), (features,), HOME, frozenset({HOME}))
            joined += bool(meet({name: told}, {}, model))
            stored.append((writes.spent - before) * 1000)
            compared.append((time.perf_counter() - start) * 1000 - stored[-1])
        near.append(len(_around(hashed(told.keys(model)), {name})))
    whole = [a + b for a, b in zip(compared, stored, strict=True)]
    print(
        f"{connection.vendor}: filled in {took:.0f} s; {len(whole) - WARM} arrivals; {sum(near) / len(near):.1f} "
        f"candidates each, at most {max(near)}; {joined} may be joined to another, {Opinion.objects.count()} opinions; "
        f"{peak():.2f} GB",
        flush=True,
    )
    for name, times in (("matched (must ≤ 5, aim ≤ 3)", compared), ("and its rows stored", whole)):
        ranked = sorted(times[WARM:])
        at = [ranked[min(len(ranked) - 1, int(len(ranked) * share))] for share in (0.5, 0.95, 0.99)]
        print(f"    {name}: p50 {at[0]:.2f} ms, p95 {at[1]:.2f}, p99 {at[2]:.2f}, most {ranked[-1]:.1f}", flush=True)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="million-") as made:
        us = [sys.executable, "-m", "tests.bench_matching.million"]
        env = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"} | {"VAR_DIR": made}
        ours = [sys.executable, "manage.py"]
        for command in ("make_keyring", "migrate", f"make_registry {made}/list --rows {ROWS} --seed 4"):
            measured([*ours, *command.split()], env)
        told = measured([*ours, "match_csv", f"{made}/list/registry.csv", "--out", f"{made}/out"], env)
        print(f"match_csv, {ROWS} rows: {told}", flush=True)
        print(f"normalised: {measured([*us, 'said', made], env)}", flush=True)
        subprocess.run([*us, "filled", made], check=True, env=env)
        if url := os.environ.get("DATABASE_URL"):
            os.environ["BENCH_DATABASE_URL"] = url
            try:
                subprocess.run([*us, "filled", made], check=True, env=env | {"BENCH_DATABASE_URL": url})
            finally:
                drop(made)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        {"said": said, "filled": filled}[sys.argv[1]](Path(sys.argv[2]))
    else:
        main()
