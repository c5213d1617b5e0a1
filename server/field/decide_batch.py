"""One decision about everything that came in together: an imported file is undone, brought back or approved whole."""

import uuid
from datetime import datetime

from django.db import transaction
from django_tasks import task

from server.acts.file import file_act
from server.acts.kinds import ON_SUBMISSION, ActKind
from server.acts.models import Act
from server.field.decide import with_reach
from server.field.file_statements import touched_by_submission
from server.field.locks import lock_house
from server.field.refresh import Touched, refresh

#: So many households are derived before the answer; more than that by the worker, in chunks.
AT_ONCE = 500
CHUNK = 100


def decide_batch(
    kind: ActKind, batch: str, *, by: int | None, now: datetime, reason: str = "", act_id: uuid.UUID | None = None
) -> Act:
    """File one act about a batch and derive every household it bears on; of a large batch the worker does.

    Whether the person may decide it has been asked before. ``act_id`` makes it repeatable: the same id twice is one
    decision. Lines may be derived at this very moment: those that are done are waited for, the others wait and know of
    the act.
    """
    if kind not in ON_SUBMISSION:
        raise ValueError(kind)
    with transaction.atomic():
        value = with_reach(kind, None, by, now)
        act = file_act(kind, batch, by=by, now=now, value=value, reason=reason, act_id=act_id)
        lock_house()
        touched = touched_by_submission(batch)
        if len(touched.households) <= AT_ONCE:
            refresh(touched, now, cause=str(kind))
        else:
            derive_batch.enqueue(batch, now.isoformat(), str(kind))
    return act


@task()
def derive_batch(batch: str, decided_at: str, cause: str) -> int:
    """Derive every household of a batch again, in chunks that each commit; how many. Twice is once."""
    ids = sorted(touched_by_submission(batch).households)
    for start in range(0, len(ids), CHUNK):
        with transaction.atomic():
            chunk = frozenset(ids[start : start + CHUNK])
            refresh(Touched(households=chunk), datetime.fromisoformat(decided_at), cause)
    return len(ids)
