"""The same kept rows once more, in another order, some twice, some failing at first, some left to the worker."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from random import Random

from django.db import transaction

from server.field.apply import apply
from sync.inbox import drain, settle
from sync.kinds import State
from sync.models import Submission
from sync.receive import Envelope, receive
from tests.law.brought import Brought, bring_in
from tests.law.history import History, Post, Step, rule


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside did not happen."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def quiet() -> Iterator[None]:
    """Failures that are meant are not logged."""
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def shuffled(kept: Sequence[Step], rng: Random) -> list[Step]:
    """All steps, some twice, in no order; only two texts of one instanceID keep theirs: the earlier one counts."""
    steps = [*kept, *rng.sample(kept, len(kept) // 5)]
    order = {id(step): n for n, step in enumerate(kept)}
    rng.shuffle(steps)
    for instance in {step.form.instance for step in steps if isinstance(step, Post)}:
        at = [n for n, step in enumerate(steps) if isinstance(step, Post) and step.form.instance == instance]
        for n, step in zip(at, sorted((steps[n] for n in at), key=lambda step: order[id(step)]), strict=True):
            steps[n] = step
    return steps


def replay(history: History, seed: int, steps: Sequence[Step] | None = None) -> None:
    """Bring in all steps of a history, or these of it, shuffled. Each submission keeps the moment of its first receipt.
    """
    rng, now, kept = Random(seed), history.now, history.steps if steps is None else steps
    first: dict[bytes, Post] = {}
    files: dict[str, Brought] = {}
    for step in kept:
        if isinstance(step, Post):
            first.setdefault(step.form.xml, step)
        elif isinstance(step, Brought):
            files.setdefault(step.batch, step)
    with quiet():
        for step in shuffled(kept, rng):
            if isinstance(step, Post):
                bring_badly(step, first[step.form.xml], rng, now)
            elif isinstance(step, Brought):
                bring_in(files[step.batch], later=rng.random() < 0.3)
            else:
                rule(step, history.world.desk)
            if rng.random() < 0.1:
                drain(apply, now, patient=False)
        drain(apply, now, patient=False)


def bring_badly(post: Post, first: Post, rng: Random, now: datetime) -> None:
    """Keep it; then settle it, leave it to the worker, fail at the last moment, or do it all twice."""
    receipt = receive(Envelope(post.form.xml, post.files, post.is_incomplete), first.sender, first.now)
    if receipt.aside is not None or rng.random() < 0.3:
        return

    def fails_at_the_end(submission_id: int, moment: datetime) -> None:
        apply(submission_id, moment)
        raise RuntimeError("the power went")

    if rng.random() < 0.15 and receipt.state == State.KEPT:
        settle(receipt.submission_id, fails_at_the_end, now)
    elif rng.random() < 0.15 or Submission.objects.get(pk=receipt.submission_id).state == State.KEPT:
        settle(receipt.submission_id, apply, now)
