"""One matcher, whichever way a row comes: sent through the phones' door, rows end in the clusters, the pairs and the
cases that ``match_csv`` writes, and each meets on its arrival what ``online.csv`` says. In any order of arrival.

In the suite few rows, of households that come again and are badly written; `make match-door` sends 2,000 on each
database (MATCH_DOOR, MATCH_DOOR_SEED, MATCH_DOOR_REPEATS, MATCH_DOOR_NOISE).
"""

import csv
import os
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from random import Random

import pytest
from django.core.management import call_command

import forms.publish
from server.households.cases import cases
from server.households.models import Case, Opinion
from tests.cast import DISTRICT
from tests.door.rows import Row, drawn, entities, listed
from tests.door.send import District, Met, all_applied, homes
from tests.loop.world import compiled_once

ROWS, SEED = int(os.environ.get("MATCH_DOOR", "180")), int(os.environ.get("MATCH_DOOR_SEED", "1"))
REPEATS = float(os.environ.get("MATCH_DOOR_REPEATS", "0.95"))
NOISE = float(os.environ.get("MATCH_DOOR_NOISE", "2.0"))

Pairs = dict[frozenset[str], tuple[str, str]]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("order", ("as written", "shuffled"))
def test_the_door_and_the_list_are_one_matcher(
    tmp_path: Path, order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms.publish, "compile_xlsform", compiled_once)
    rows = drawn(ROWS, SEED, noise=NOISE, repeats=REPEATS)
    plain = read(match_csv(rows, tmp_path, "plain"), "clusters")
    if order == "shuffled":
        Random(SEED).shuffle(rows)
    out = match_csv(rows, tmp_path, "sent")
    district = District.open(entities(rows, SEED))
    began, worked = time.monotonic(), time.process_time()
    met = {row[0]: district.send(row) for row in rows}
    took, worked = time.monotonic() - began, time.process_time() - worked
    assert all_applied()

    home = {record: homes([entity])[entity] for record, entity in district.entity.items()}
    clusters = {row["record_id"]: row["cluster_id"] for row in read(out, "clusters")}
    assert groups(home) == groups(clusters) == groups({row["record_id"]: row["cluster_id"] for row in plain})

    said = {row["record_id"]: Met(row["decision"], row["matched_record_id"]) for row in read(out, "online")}
    assert {name: (met[name], said[name]) for name in said if met[name] != said[name]} == {}

    wanted = {
        frozenset((row["id_l"], row["id_r"])): (row["score"], row["decision"]) for row in read(out, "pairs")
    }
    record = {entity: name for name, entity in district.entity.items()}
    assert pairs(record, home) == wanted

    # And whatever is to be looked at stands on the desk, once for each two households.
    open_cases = {frozenset((case.one.pk, case.other.pk)) for case in cases([DISTRICT], [DISTRICT], most=10 * ROWS)}
    between = {frozenset(home[name] for name in pair) for pair, (_, decision) in wanted.items() if decision == "review"}
    assert open_cases == {two for two in between if len(two) == 2}

    decisions = [one.decision for one in met.values()]
    print(
        f"\n{order}: {len(rows)} rows in {took:.0f} s ({worked:.0f} s of this process), {len({*home.values()})} "
        f"households; {decisions.count('merge')} joined on arrival, {decisions.count('review')} to look at, "
        f"{Case.objects.count()} held back by a guard"
    )
    assert decisions.count("merge") > ROWS / 20 and decisions.count("review") > 3 and Case.objects.exists()


def match_csv(rows: Iterable[Row], folder: Path, name: str) -> Path:
    """The command on these rows; where it wrote."""
    path = listed(folder / f"{name}.csv", [*rows])
    call_command("match_csv", str(path), "--out", str(folder / name))
    return folder / name


def read(out: Path, name: str) -> list[dict[str, str]]:
    with (out / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def groups(home: Mapping[str, str]) -> set[frozenset[str]]:
    """Who is with whom, whatever the groups are called."""
    found = defaultdict(set)
    for name, of in home.items():
        found[of].add(name)
    return {frozenset(group) for group in found.values()}


def pairs(record: Mapping[str, str], home: Mapping[str, str]) -> Pairs:
    """Every pair an opinion stands on, as ``pairs.csv`` has it: merge only where both are one household now."""
    found: Pairs = {}
    for opinion in Opinion.objects.filter(stands=True):
        a, b = record[opinion.a], record[opinion.b]
        joined = opinion.outcome == "merge" and home[a] == home[b]
        found[frozenset((a, b))] = (f"{opinion.bits:.4f}", "merge" if joined else "review")
    return found
