"""Many at once: whoever sends and decides at the same time, the same rows come of it. PostgreSQL only: SQLite has one
writer at a time."""

import os
import random
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from server.field.apply import apply
from sync.inbox import drain
from tests.law.brought import Brought, bring_in, brought
from tests.law.dump import difference, dump
from tests.law.generate import begin, finish, first_days, live
from tests.law.history import Post, Ruling, bring, rule
from tests.law.replay import quiet, undone
from tests.law.world import make_world

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="not on SQLite: one writer at a time"),
]

PEOPLE = 6


@pytest.mark.parametrize("seed", range(1, 1 + int(os.environ.get("LAW_TOGETHER", "3"))))
def test_at_once_is_as_one_after_another(seed: int) -> None:
    world = make_world()
    history = begin(world, seed)
    with undone():
        first_days(history)
        live(history, 20)
        finish(history)
        wanted = dump()
    firsts: dict[bytes, Post] = {}
    for step in history.steps:
        if isinstance(step, Post):
            firsts.setdefault(step.form.xml, step)
    # The second text of a clash states nothing: leaving it out changes nothing.
    texts = {post.form.instance: post.form.xml for post in reversed(firsts.values())}
    posts = [post for post in firsts.values() if texts[post.form.instance] == post.form.xml]
    files = {step.batch: step for step in reversed(brought(history))}
    rulings = [step for step in history.steps if isinstance(step, Ruling)]
    work = [*posts, *posts, *rulings, *files.values(), *files.values()]
    random.Random(seed).shuffle(work)
    gate = threading.Barrier(PEOPLE)

    def do(share: list) -> None:
        gate.wait()
        try:
            for step in share:
                if isinstance(step, Post):
                    bring(step, step.now, applied=True)
                elif isinstance(step, Brought):
                    bring_in(step)
                else:
                    rule(step, world.desk)
        finally:
            connections.close_all()

    with quiet(), ThreadPoolExecutor(PEOPLE) as pool:
        for done in [pool.submit(do, work[n::PEOPLE]) for n in range(PEOPLE)]:
            done.result()
        drain(apply, history.now, patient=False)
    wrong = difference(wanted, dump())
    assert not wrong, wrong
