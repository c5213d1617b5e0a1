"""The law over the database: generated histories, every property, and how hard the histories were.

`LAW_HISTORIES=2000 pytest tests/law/test_histories.py -s` is the long run (`make law`); a history that failed is lived
through again with `LAW_FIRST=<its number> LAW_HISTORIES=1`.
"""

import os
import time
from collections import Counter

import pytest

from server.field.dump import differences
from server.field.rebuild import rebuild
from server.households.models import Household
from server.households.values import day_of
from tests.law import after, brought, check, months, naive_help, two_runs
from tests.law.dump import difference, dump, plain_dump
from tests.law.generate import begin, finish, first_days, live
from tests.law.history import History
from tests.law.naive_schedule import against_schedule
from tests.law.replay import replay, undone
from tests.law.world import TOWNS, VILLAGES, World, make_world

pytestmark = pytest.mark.django_db

MANY = int(os.environ.get("LAW_HISTORIES", "8"))
FIRST = int(os.environ.get("LAW_FIRST", "1"))
CHUNK = 20
HELD: Counter[str] = Counter()  # in how many histories of this process each case was
#: In a long run each of these must be in at least a tenth of the histories.
HARD = (
    "accept", "approved by a stranger", "assign", "backdated", "补报", "cannot_link", "claim by id", "claim by name",
    "clash", "clock", "concerns another village", "correct", "draft", "edit", "family across homes", "frequency",
    "grade", "graded overdue", "import", "import as if never", "import undone", "inspection", "late create", "lead",
    "lead answered", "let in", "long unseen", "merge", "merge across", "parked", "referral followed up", "refile",
    "resent", "return", "second create", "sent twice", "shared person", "split", "state", "transfer", "unmerge",
    "unmerge across", "unvoid", "update before create", "void", "waiting", "waits at the end", "worker later",
    "wrong clock",
)


def wrongs(world: World, seed: int) -> tuple[str, Counter[str]]:
    """Live through one history and hold it against everything: what was wrong, and which hard cases it held."""
    history = begin(world, seed)
    found: list[str] = []
    with undone():
        first_days(history)
        live(history, 6)
        for town in TOWNS:
            live(history, 1)
            found.append(months.review_and_close(history, town))
        closed_at, last_day = history.now, day_of(history.now)
        closed = check.closing(closed_at, last_day)
        found.append(check.difference(check.closing_naive(closed_at, last_day), closed))
        live(history, 14)
        finish(history)
        found.append(months.look_again(history))
        found += [check.against_naive(), check.helped_as_kept(), check.served_as_folded(),
                  check.phones_show_the_server(history)]
        found.append(against_schedule())
        again = check.closing(closed_at, last_day)
        found.append(check.difference(closed, {name: again.get(name, {}) for name in closed}))
        held = Counter({case: 1 for case, n in history.cases.items() if n})
        held |= check.families()
        found.append(naive_help.wrong(closed_at, last_day))
        found += [after.the_informed_speaker_wins(history), after.ones_own_last_word_wins(history),
                  after.an_echo_changes_nothing(history), after.one_approval_lets_in(history),
                  after.an_unmerge_restores_all(history), check.against_naive()]
        done = dump()
        rebuild(history.now, shuffle=seed)
        found.append(difference(done, dump()))
        with undone():
            wrong, left_out = two_runs.two_runs(VILLAGES[seed % len(VILLAGES)], history.now)
            held["concerns another village"] = int(left_out > 0)
            found.append(wrong)
        with undone():
            found.append(two_runs.without_what_does_not_fit(history.now))
        batch = brought.undo_one(history)
        taken_back = brought.bare(plain_dump(), batch)
    with undone():
        replay(history, seed)
        found.append(difference(done, dump()))
    if batch:
        held["import as if never"] = 1
        with undone():
            replay(history, seed, brought.without(history, batch))
            found += differences(brought.bare(plain_dump(), batch), taken_back)
    return "\n".join(text for text in found if text), held


@pytest.mark.parametrize("first", range(FIRST, FIRST + MANY, CHUNK))
@pytest.mark.wire("W-24", "W-28", "W-30", "W-54", "W-74")
def test_histories(first: int) -> None:
    """In chunks: everything a history left is undone, but PostgreSQL carries the dead rows to the transaction's end."""
    world = make_world()
    failed: list[str] = []
    began = time.perf_counter()
    seeds = range(first, min(first + CHUNK, FIRST + MANY))
    for seed in seeds:
        try:
            wrong, cases = wrongs(world, seed)
        except AssertionError as broken:  # on the way: a promise to a phone, a submission that could not be applied
            wrong, cases = f"broken on the way: {broken}", Counter()
        HELD.update({**cases, "lived": 1})
        if wrong:
            failed.append(f"history {seed}:\n{wrong}")
            print(failed[-1], flush=True)
        if len(failed) == 5:
            break
    assert not failed, "\n".join(failed)
    print(f"\nhistories {seeds[0]} to {seeds[-1]}: {time.perf_counter() - began:.0f} s", flush=True)


def test_the_hard_cases_were_there() -> None:
    """After the histories, in the same process: the share of them that held each hard case."""
    lived = HELD["lived"]
    print(f"\n{lived} histories; share that holds each hard case:")
    for case in HARD:
        print(f"  {HELD[case] / max(1, lived):6.1%}  {case}")
    if lived >= 100:
        rare = [case for case in HARD if HELD[case] < lived / 10]
        assert not rare, f"too rare to prove anything: {rare}"


@pytest.mark.parametrize("seed", range(FIRST, FIRST + max(2, MANY // 20)))
def test_orderly_work_has_no_conflicts(seed: int) -> None:
    """Everybody syncs before he goes and sends when he is back; the desk sets things right in between."""
    history = begin(make_world(), seed, orderly=True)
    live(history, 30)
    finish(history)
    found = {row.pk: check.registered()[row.pk]["clashes"] for row in Household.objects.filter(clashes__gt=0)}
    assert not found
    assert not check.against_naive()


def test_a_history_is_its_seed() -> None:
    """The same seed is the same history: what failed once can be looked at again."""
    world = make_world()
    told: list[History] = []
    for _ in range(2):
        history = begin(world, FIRST)
        with undone():
            first_days(history)
            live(history, 20)
        told.append(history)
    assert told[0].steps == told[1].steps
