"""Levels: one definition, the same answer in Python and in the database engine; scores and decisions on them."""

from itertools import combinations, pairwise

import duckdb
import pytest

from server.households.matching.bundled import newest
from server.households.matching.conditions import DUCKDB, as_alias
from server.households.matching.decide import Outcome, decide
from server.households.matching.features import COLUMNS, LISTS, NUMBERS, Features, features_from
from server.households.matching.levels import COMPARISONS, TRAINED, levels_of
from server.households.matching.score import score, waterfall
from tests.households.matching.pairs import records


def column(name: str) -> str:
    return f'"{name}" ' + ("VARCHAR[]" if name in LISTS else "INTEGER" if name in NUMBERS else "VARCHAR")


def test_every_level_is_the_same_in_sql() -> None:
    some = records(260, 1)
    with duckdb.connect() as db:
        db.execute(f"CREATE TABLE f ({', '.join(map(column, COLUMNS))})")
        db.executemany(
            f"INSERT INTO f VALUES ({', '.join('?' * len(COLUMNS))})",
            [[list(value) if isinstance(value, tuple) else value for value in record] for record in some],
        )
        levels = ", ".join(comparison.sql(DUCKDB, as_alias) for comparison in COMPARISONS)
        rows = db.execute(f"SELECT l.entity, r.entity, {levels} FROM f l, f r WHERE l.entity < r.entity").fetchall()
    by_id = {record.entity: record for record in some}
    reached = [set() for _ in COMPARISONS]
    for left, right, *found in rows:
        assert tuple(found) == levels_of(by_id[left], by_id[right]), (by_id[left], by_id[right])
        for seen, level in zip(reached, found, strict=True):
            seen.add(level)
    assert [len(seen) for seen in reached] == [len(comparison.levels) for comparison in COMPARISONS]


def test_a_pair_has_no_direction() -> None:
    model = newest()
    for a, b in combinations(records(80, 2), 2):
        assert levels_of(a, b) == levels_of(b, a) and decide(a, b, model) == decide(b, a, model)


def test_the_waterfall_adds_up() -> None:
    model = newest()
    for a, b in pairwise(records(300, 3)):
        assert sum(step.bits for step in waterfall(a, b, model)) == pytest.approx(score(a, b, model).bits, abs=1e-4)


def test_how_much_is_compared() -> None:
    assert [len(comparison.levels) for comparison in TRAINED] == [10, 7, 7, 3, 3, 4]


BASE = {"rep_name": "张伟明", "id_no": "319999195001010011", "sex": "男", "members_n": "3", "addr": "公园路100弄12号302室",
        "phone": "13912345678", "village": "东盛居委"}


def record(entity: str, **said: object) -> Features:
    return features_from(entity, entity, {**BASE, **said}, 2025)


@pytest.mark.parametrize(("other", "outcome", "why"), (
    ({}, Outcome.MERGE, ""),
    ({"id_no": "319999195001010012"}, Outcome.MERGE, ""),
    ({"id_no": "", "birth": "1950-01-01"}, Outcome.MERGE, ""),
    ({"id_no": "", "birth": "75岁", "rep_name": "張偉民"}, Outcome.MERGE, ""),
    ({"id_no": "", "sex": "", "phone": ""}, Outcome.MERGE, ""),  # the name at the door
    ({"addr": "新桥路5号", "phone": "13812345678", "village": "青城"}, Outcome.MERGE, ""),  # moved
    # parent and adult child at one door, one telephone
    ({"rep_name": "张小红", "id_no": "319999197505050024", "sex": "女"}, Outcome.REVIEW, "hint"),
    ({"rep_name": "李桂芳", "id_no": "319999195202020021", "sex": "女"}, Outcome.REVIEW, "hint"),
    # twins without numbers
    ({"rep_name": "张小红", "id_no": "", "birth": "1950-01-01"}, Outcome.REVIEW, "conflict"),
    # nobody knows who
    ({"rep_name": "", "id_no": "", "sex": ""}, Outcome.REVIEW, "person"),
    ({"rep_name": "张某某", "id_no": "", "sex": "", "phone": ""}, Outcome.REVIEW, "score"),
    # the same number at another door, with another name
    ({"rep_name": "李桂芳", "addr": "新桥路5号", "phone": "", "village": "青城"}, Outcome.REVIEW, "hint"),
    # a namesake of near age in the same committee
    ({"id_no": "319999195106060031", "addr": "新桥路5号", "phone": "13812345678"}, Outcome.NEW, ""),
    ({"rep_name": "李桂芳", "id_no": "319999195202020021", "sex": "女", "phone": "13812345678"}, Outcome.NEW, ""),  # tenants
))
def test_decisions(other: dict[str, object], outcome: Outcome, why: str) -> None:
    decided = decide(record("a"), record("b", **other), newest())
    assert (decided.outcome, decided.why) == (outcome, why), waterfall(record("a"), record("b", **other), newest())


def test_another_member_as_head() -> None:
    """The number of one side's registrant among the other's members explains why the registrants differ."""
    wife = {"rep_name": "李桂芳", "id_no": "319999195202020021", "sex": "女"}
    family = record("a", member=[{"name": "李桂芳", "id_no": "319999195202020021"}])
    assert decide(family, record("b", **wife), newest()).outcome == Outcome.MERGE
    elsewhere = record("b", **wife, addr="新桥路5号")
    assert decide(family, elsewhere, newest()).outcome == Outcome.REVIEW
