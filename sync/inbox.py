"""The inbox: what was kept and waits for beat two. The table itself is the queue.

A submission is claimed by a conditional update that must change exactly one row; the claim is a lease, so what a killed
process held is taken up again when it runs out.
"""

import logging
import traceback
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import OperationalError, transaction
from django.db.models import F

from forms.catalogue import find_version
from sync.budget import OutOfTime, time_budget
from sync.kinds import State
from sync.models import Submission
from sync.read_kept import named_in
from sync.roof import Apply
from sync.troubles import Aside, Trouble
from sync.versions import raise_versions

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
REQUEST_SECONDS = 8.0  # a phone waits 60 s, but its person does not
WORKER_SECONDS = 60.0
_TOO_LONG = "处理超时，稍后自动重试。"
_COLLISIONS = ("40001", "40P01")  # PostgreSQL: serialization failure, deadlock; gone at the next try
_TIMEOUTS = ("57014", "55P03")  # statement_timeout, lock_timeout
_MINUTES_TO_WAIT = (1, 5, 15, 60, 6 * 60, 24 * 60)


def settle(
    submission_id: int, apply: Apply, now: datetime, *, seconds: float = REQUEST_SECONDS, worker: bool = False
) -> State:
    """Beat two for one submission the caller holds (just kept, or claimed): applied, or parked with its trouble.

    Never raises for what `apply` does: the submission is kept, whatever happens here. The domain's work and the mark
    are one transaction.
    """
    try:
        for tries_left in (2, 1, 0):
            try:
                _apply(submission_id, apply, now, seconds, worker)
                return State.APPLIED
            except OperationalError as error:
                if tries_left == 0 or _sqlstate(error) not in _COLLISIONS:
                    raise
    except Trouble as trouble:
        sentence, again = trouble.sentence, trouble.again
    except OutOfTime:
        sentence, again = _TOO_LONG, True
    except Exception as error:
        # The message may hold names and numbers: it goes to the log of this machine, not into the database.
        log.exception("submission %s was kept but not applied", submission_id)
        sentence = (
            _TOO_LONG if _sqlstate(error) in _TIMEOUTS else f"程序出错，稍后自动重试（{_where(error)}）。"
        )
        again = True
    try:
        park(submission_id, sentence, now, again=again)
    except Exception:
        log.exception(
            "submission %s could not be parked; the worker takes it up after its lease", submission_id
        )
        return State.KEPT
    return State.PARKED


def _apply(submission_id: int, apply: Apply, now: datetime, seconds: float, worker: bool) -> None:
    with transaction.atomic(), time_budget(seconds):
        if worker:
            _check(submission_id)
        apply(submission_id, now)
        Submission.objects.filter(pk=submission_id).update(
            state=State.APPLIED, applied_at=now, trouble="", next_try_at=None
        )


def _sqlstate(error: Exception) -> str:
    return getattr(error.__cause__, "sqlstate", None) or ""


def _check(submission_id: int) -> None:
    """What the door found out when it put something aside may hold still.

    :raises Trouble:
    """
    submission = Submission.objects.defer("xml_sealed").get(pk=submission_id)
    if (aside := Aside.of(submission)) is not None:
        raise Trouble(aside.sentence, again=False)
    if find_version(submission.form_id, submission.form_version) is None:
        raise Trouble(Aside.UNKNOWN_VERSION.sentence)


@transaction.atomic
def park(submission_id: int, trouble: str, now: datetime, *, again: bool = True) -> None:
    """Put a submission among the troubles. The ids it names get higher versions the first time, see versions.py."""
    submission = Submission.objects.select_for_update().get(pk=submission_id)
    if submission.state == State.APPLIED:
        return
    if submission.state == State.KEPT:
        raise_versions(named_in(submission), "parked", now)
    wait = _MINUTES_TO_WAIT[min(submission.attempts, len(_MINUTES_TO_WAIT) - 1)]
    Submission.objects.filter(pk=submission_id).update(
        state=State.PARKED, trouble=trouble, next_try_at=now + timedelta(minutes=wait) if again else None
    )


def take_back(submission_id: int, trouble: Trouble, now: datetime) -> None:
    """What was applied by an older version of the program cannot be applied any more: it is parked after all."""
    Submission.objects.filter(pk=submission_id, state=State.APPLIED).update(
        state=State.PARKED,
        applied_at=None,
        trouble=trouble.sentence,
        next_try_at=now + timedelta(minutes=_MINUTES_TO_WAIT[0]) if trouble.again else None,
    )


def retry(submission_id: int, now: datetime) -> bool:
    """The desk's "process again": the worker takes it up at once. False if it is applied already."""
    waiting = Submission.objects.filter(pk=submission_id).exclude(state=State.APPLIED)
    return waiting.update(next_try_at=now) == 1


def release(submission_id: int, now: datetime) -> bool:
    """The desk takes what came in after its sender had left. False if it was not kept apart."""
    apart = Submission.objects.filter(pk=submission_id, is_quarantined=True)
    return apart.update(is_quarantined=False, next_try_at=now) == 1


def stop_trying(submission_id: int) -> bool:
    """The desk has set it aside: the worker leaves it alone. False unless it is parked."""
    parked = Submission.objects.filter(pk=submission_id, state=State.PARKED)
    return parked.update(next_try_at=None) == 1


def claim(now: datetime, *, patient: bool = True) -> Iterator[int]:
    """Ids of submissions waiting for beat two, each claimed for this caller alone, oldest wish first.

    `patient=False` takes also those whose next try is yet to come, each once.
    """
    waiting = Submission.objects.exclude(state=State.APPLIED).filter(next_try_at__isnull=False)
    if patient:
        waiting = waiting.filter(next_try_at__lte=now)
    for pk, attempts in list(waiting.order_by("next_try_at", "pk").values_list("pk", "attempts")):
        mine = Submission.objects.filter(pk=pk, attempts=attempts).exclude(state=State.APPLIED)
        if mine.update(attempts=F("attempts") + 1, next_try_at=now + LEASE) == 1:
            yield pk


def claim_one(submission_id: int, now: datetime) -> bool:
    """Claim this one, if it waits and nobody holds it."""
    waiting = Submission.objects.filter(pk=submission_id, next_try_at__lte=now).exclude(state=State.APPLIED)
    return waiting.update(attempts=F("attempts") + 1, next_try_at=now + LEASE) == 1


def drain(apply: Apply, now: datetime, *, patient: bool = True) -> int:
    """Work off what waits; the number of submissions taken up."""
    done = 0
    for submission_id in claim(now, patient=patient):
        settle(submission_id, apply, now, seconds=WORKER_SECONDS, worker=True)
        done += 1
    return done


def _where(error: Exception) -> str:
    """Kind and place of an error, without its message."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if "site-packages" not in f.filename] or frames
    last = ours[-1]
    return f"{type(error).__name__} {'/'.join(last.filename.split('/')[-2:])}:{last.lineno}"
