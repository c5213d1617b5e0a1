"""One small registry, registered as phones do, and `manage.py match` over it on either engine: the same pairs, scores
and opinions, and those of the arrivals.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pyarrow.parquet as pq
from django.core.management import call_command
from django.db import transaction

from server.field import match_all
from server.field.refresh import refresh, touch
from server.households.evidence import opened
from server.households.matching.live import live_model
from server.households.matching.score import score
from server.households.models import Evidence, Ident, Link, Opinion
from tests.households.matching.pairs import ADDRESSES, NAMES, NUMBERS, PHONES
from tests.law.dump import difference, dump
from tests.law.history import History
from tests.law.world import BEGIN, make_world

HOUSEHOLDS = 24
#: Bits that two engines may be apart.
APART = 0.01
NOW = BEGIN + timedelta(days=99)
Pairs = dict[tuple[str, str], float]


def register(count: int) -> None:
    """So many households that look alike, each said by one of three workers."""
    history, rng = History(make_world(), 1), Random(4)
    for _ in range(count):
        history.pass_time()
        walker = rng.choice(history.walkers)
        number = rng.choice(NUMBERS)
        said = {
            "village": rng.choice(walker.villages), "told": "OK", "rep_name": rng.choice(NAMES) or "某人",
            "id_type": "resident" if number else "none", "id_no": number, "hukou_kind": "local",
            "sex_q": rng.choice(("male", "female")), "addr": rng.choice(ADDRESSES), "phone": rng.choice(PHONES),
            "members_n": rng.choice("123"), "income_pc": "800", "difficulty": "看病", "plan": "衔接", "in_relief": "no",
            "member": [{"m_name": "李红", "m_relation": "spouse", "m_birth_year": "1952"}][: rng.randrange(2)],
        }
        if not number:
            said["birth_q"] = rng.choice(("1950-01-01", "1950-10-01", "1951-01-01"))
        walker.screen(history.now, {name: answer for name, answer in said.items() if answer})
        while walker.outbox:
            history.post_next(walker)


def unmatched() -> None:
    """As if no arrival had met another."""
    for model in (Opinion, Link):
        model.objects.all().delete()
    for entity in [*Ident.objects.values_list("pk", flat=True)]:
        with transaction.atomic():
            refresh(touch([entity]), NOW)


def matched_on(engine: str, *options: str) -> tuple[Pairs, dict[str, list[str]]]:
    """(pairs with their scores, everything derived) after a run of the command."""
    pairs: Pairs = {}
    compare = match_all._compare

    def seen(folder: Path, rows: list[str], *more: Any) -> Any:
        for path in sorted(folder.glob("pairs-*.parquet")):
            found = pq.read_table(path).to_pydict()
            for left, right, bits in zip(found["l"], found["r"], found["bits"], strict=True):
                a, b = sorted((rows[left], rows[right]))
                pairs[a, b] = bits
        return compare(folder, rows, *more)

    match_all._compare = seen
    try:
        call_command("match", "--engine", engine, *options)
    finally:
        match_all._compare = compare
    return pairs, dump()


def online(pairs: Pairs) -> Pairs:
    """The scores of the same pairs as an arrival's arithmetic has them, the nearest where an id has several."""
    model = live_model()
    told = {row.pk: opened(row.pk, bytes(row.sealed)).now for row in Evidence.objects.all()}
    return {
        (a, b): min(
            (score(model.without_hot(x), model.without_hot(y), model).bits for x in told[a] for y in told[b]),
            key=lambda found: abs(found - bits),
        )
        for (a, b), bits in pairs.items()
    }


def differences(*spark: str) -> Iterator[str]:
    """What differs between the arrivals, a run on DuckDB and one on Spark, each of the runs from nothing."""
    register(HOUSEHOLDS)
    arrived = dump()
    if len({row["outcome"] for row in Opinion.objects.filter(stands=True).values("outcome")}) < 2:
        yield "arrivals were not both joined and left to review"
    match_all.ALARM = 2.0
    found = {}
    for engine, options in (("duckdb", ()), ("spark", spark)):
        unmatched()
        if not difference(arrived, dump()):
            yield "forgetting what arrivals found changed nothing"
        found[engine] = matched_on(engine, *options)
        if told := difference(arrived, found[engine][1]):
            yield f"{engine}, other than the arrivals:\n{told[:2000]}"
    here, there = (pairs for pairs, _ in found.values())
    if here.keys() != there.keys() or not here:
        yield f"DuckDB {len(here)} pairs, Spark {len(there)}, {len(here.keys() & there.keys())} of them the same"
        return
    for pair, bits in online(here).items():
        if max(here[pair], there[pair], bits) - min(here[pair], there[pair], bits) > APART:
            yield f"{pair}: DuckDB {here[pair]}, Spark {there[pair]}, online {bits} bits"
    print(f"{HOUSEHOLDS} registrations: {len(here)} pairs with the same scores, {len(arrived['Opinion'])} opinions")
