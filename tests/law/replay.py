"""The same kept rows once more, in another order, some twice, some left to the worker."""

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from django.db import transaction

from server.field.apply import apply
from sync.inbox import drain
from tests.law.history import History, Post, Ruling, bring, rule


def shuffled(history: History, rng: Random) -> list[Post | Ruling]:
    """All steps, some twice, in no order; only two texts of one instanceID keep theirs: the earlier one counts."""
    steps = [*history.steps, *rng.sample(history.steps, len(history.steps) // 5)]
    order = {id(step): n for n, step in enumerate(history.steps)}
    rng.shuffle(steps)
    for instance in {step.form.instance for step in steps if isinstance(step, Post)}:
        at = [n for n, step in enumerate(steps) if isinstance(step, Post) and step.form.instance == instance]
        for n, step in zip(at, sorted((steps[n] for n in at), key=lambda step: order[id(step)]), strict=True):
            steps[n] = step
    return steps


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside did not happen."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def replay(history: History, seed: int) -> None:
    """Bring in all steps of a history, shuffled. Each submission keeps the moment at which it was first received."""
    rng, now = Random(seed), history.now
    first: dict[bytes, Post] = {}
    for step in history.steps:
        if isinstance(step, Post):
            first.setdefault(step.form.xml, step)
    for step in shuffled(history, rng):
        if isinstance(step, Post):
            bring(Post(step.form, step.files, step.is_incomplete, first[step.form.xml].sender, step.now),
                  first[step.form.xml].now, applied=rng.random() < 0.7)
        else:
            rule(step, history.world.desk)
        if rng.random() < 0.1:
            drain(apply, now, patient=False)
    drain(apply, now, patient=False)
