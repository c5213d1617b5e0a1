"""The law over the database: generated histories, every property, and how hard the histories were."""

import os
import time
from collections import Counter

import pytest

from server.field.rebuild import rebuild
from server.households.values import day_of
from tests.law import check
from tests.law.dump import difference, dump
from tests.law.generate import finish, live
from tests.law.history import History
from tests.law.replay import replay, undone
from tests.law.world import World, make_world

pytestmark = pytest.mark.django_db

MANY = int(os.environ.get("LAW_HISTORIES", "12"))
FIRST = int(os.environ.get("LAW_FIRST", "1"))


def one_history(world: World, seed: int) -> tuple[History, str]:
    """Live through one history and hold it against everything; what was wrong, empty if nothing."""
    history = History(world, seed)
    wrong: list[str] = []
    with undone():
        live(history, 25)
        history.pass_time()
        history.work()
        closed_at, last_day = history.now, day_of(history.now)
        closed = check.closing(closed_at, last_day)
        wrong.append(check.difference(check.closing_naive(closed_at, last_day, set()), closed))
        live(history, 25)
        finish(history)
        done = dump()
        wrong.append(check.against_naive())
        wrong.append(check.served_as_folded())
        wrong.append(check.phones_show_the_server(history))
        again = check.closing(closed_at, last_day)
        wrong.append(check.difference(closed, {name: again.get(name) for name in closed}))
        rebuild(history.now, shuffle=seed)
        wrong.append(difference(done, dump()))
    with undone():
        replay(history, seed)
        wrong.append(difference(done, dump()))
    return history, "\n".join(text for text in wrong if text)


def test_histories() -> None:
    world = make_world()
    held: Counter[str] = Counter()
    began = time.perf_counter()
    for seed in range(FIRST, FIRST + MANY):
        history, wrong = one_history(world, seed)
        assert not wrong, f"history {seed}:\n{wrong}"
        held.update(case for case, n in history.cases.items() if n)
    print(f"\n{MANY} histories in {time.perf_counter() - began:.0f} s; share that holds each hard case:")
    for case, n in sorted(held.items()):
        print(f"  {n / MANY:6.1%}  {case}")
