"""The invented registry: the same for a seed, dirty as ordered, nobody's real numbers."""

import csv
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from django.core.management import call_command

from server.demo.registry.lines import COLUMNS, OTHER, SAYS, Line, level
from server.demo.registry.make_registry import make_registry
from server.demo.registry.qingpu import qingpu
from server.households.idno import valid_id


def drawn(seed: int = 5, noise: float = 1.0, rows: int = 3000) -> list[list[Line]]:
    return list(make_registry(qingpu(), rows, seed, noise))


@pytest.fixture(scope="module")
def registry() -> list[list[Line]]:
    return drawn()


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_same_seed_gives_the_same_files_and_another_does_not(tmp_path: Path) -> None:
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        call_command("make_registry", tmp_path / name, rows=400, seed=seed, verbosity=0)
    for file in ("registry.csv", "truth.csv", "truth_pairs.csv"):
        same, other = (tmp_path / "a" / file).read_bytes(), (tmp_path / "c" / file).read_bytes()
        assert same == (tmp_path / "b" / file).read_bytes() != other


def test_files_hold_what_was_ordered(tmp_path: Path) -> None:
    call_command("make_registry", tmp_path, rows=600, seed=2, members=True, verbosity=0)
    rows, truth = read(tmp_path / "registry.csv"), read(tmp_path / "truth.csv")
    assert len(rows) == len(truth) == 600 and tuple(rows[0]) == COLUMNS
    assert {row["record_id"] for row in rows} == {row["record_id"] for row in truth}
    assert [row["submitted_at"] for row in rows] == sorted(row["submitted_at"] for row in rows)
    assert any("/" in row["members"] for row in rows)
    households = Counter(row["household"] for row in truth)
    pairs = read(tmp_path / "truth_pairs.csv")
    assert len(pairs) == sum(n * (n - 1) // 2 for n in households.values()) > 0
    call_command("make_registry", tmp_path, rows=50, seed=2, verbosity=0)
    assert tuple(read(tmp_path / "registry.csv")[0]) == COLUMNS[:-1]


def test_some_eight_in_a_hundred_lines_are_repeats_for_every_reason(registry: list[list[Line]]) -> None:
    kinds = Counter(line.kind for lines in registry for line in lines)
    assert 0.06 < 1 - kinds.pop("first") / 3000 < 0.11
    assert set(kinds) == {
        "double",
        "revisit",
        "elsewhere",
        "moved",
        "other_head",
        "new_head",
        "sparse",
        "careless",
    }


def test_numbers_given_in_full_hold_and_belong_to_no_division(registry: list[list[Line]]) -> None:
    people = {line.person for lines in registry for line in lines}
    assert len(people) > 2500 and all(valid_id(number) and number[2:4] == "99" for number in people)


def test_more_noise_more_slips(registry: list[list[Line]]) -> None:
    def clean(of: list[list[Line]]) -> float:
        lines = [line for household in of for line in household]
        return sum(min(line.name, line.id_no, line.door) == SAYS for line in lines) / len(lines)

    worse = clean(drawn(noise=2.5))
    assert worse + 0.1 < clean(registry) < 0.95


def test_there_are_households_that_look_alike_and_are_not(registry: list[list[Line]]) -> None:
    doors = Counter(lines[0].home for lines in registry)
    names = Counter((lines[0].typed[3], lines[0].typed[4]) for lines in registry)
    assert sum(n > 1 for n in doors.values()) > 20 and sum(n > 1 for n in names.values()) > 8


def test_levels_follow_from_what_is_left(registry: list[list[Line]]) -> None:
    levels = Counter(level(a, b) for lines in registry for a, b in pairwise(lines))
    assert levels["mergeable"] > levels["reviewable"] > levels["weak"] > 0
    for lines in registry:
        for a, b in pairwise(lines):
            if a.person != b.person or OTHER in (a.id_no, b.id_no):
                assert level(a, b) != "mergeable"
            elif min(a.name, b.name, a.id_no, b.id_no) == SAYS:
                assert level(a, b) == "mergeable"
