"""The same kept rows once more, in another order, some twice, some left to the worker."""

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from django.db import transaction

from server.field.apply import apply
from sync.inbox import drain
from tests.law.history import History, Post, bring, rule


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside did not happen."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def replay(history: History, seed: int) -> None:
    """Bring in all steps of a history, shuffled. Each submission keeps the moment at which it was first received."""
    rng, now = Random(seed), history.now
    first = {}
    for step in history.steps:
        if isinstance(step, Post):
            first.setdefault(step.form.instance, step)
    steps = [*history.steps, *rng.sample(history.steps, len(history.steps) // 5)]
    rng.shuffle(steps)
    for step in steps:
        if isinstance(step, Post):
            bring(Post(step.form, step.files, step.is_incomplete, first[step.form.instance].sender, step.now),
                  first[step.form.instance].now, applied=rng.random() < 0.7)
        else:
            rule(step, history.world.desk)
        if rng.random() < 0.1:
            drain(apply, now, patient=False)
    drain(apply, now, patient=False)
