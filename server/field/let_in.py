"""Let in what was kept apart: somebody decides that the work of one who has left counts."""

from datetime import datetime

from django.db import transaction

from server.acts.file import file_act
from server.acts.kinds import ActKind
from server.field.apply import apply
from sync.inbox import claim_one, release, retry, settle
from sync.kinds import State
from sync.models import Submission


def let_in(submission_id: int, *, by: int | None, now: datetime, reason: str = "") -> State:
    """Take a kept text up again, right now; the state it is in then.

    What came from somebody who had left is released by an act: who, when and why stay on record, and from then on the
    text is like any other. For everything else it is a plain new try, and no decision.
    """
    with transaction.atomic():
        kept = Submission.objects.only("instance_id", "xml_sha256").get(pk=submission_id)
        if release(submission_id, now):
            file_act(
                ActKind.LET_IN, kept.instance_id[:80], other=kept.xml_sha256, by=by, now=now, reason=reason
            )
    retry(submission_id, now)
    if not claim_one(submission_id, now):
        return State(Submission.objects.values_list("state", flat=True).get(pk=submission_id))
    return settle(submission_id, apply, now, worker=True)
