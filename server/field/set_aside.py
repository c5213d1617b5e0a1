"""Set aside what the inbox cannot or shall not apply: it stays kept, and leaves the list of troubles."""

from datetime import datetime

from django.db import transaction

from server.acts.file import file_act
from server.acts.kinds import ActKind
from sync.inbox import stop_trying
from sync.models import Submission


def set_aside(submission_id: int, *, by: int | None, now: datetime, reason: str) -> bool:
    """Nothing follows from the text, nobody tries again by himself. False if it is applied already.

    Not for ever: whoever looks through what was set aside can still let it in.
    """
    with transaction.atomic():
        kept = Submission.objects.only("instance_id", "xml_sha256").get(pk=submission_id)
        if not stop_trying(submission_id):
            return False
        file_act(
            ActKind.SET_ASIDE, kept.instance_id[:80], other=kept.xml_sha256, by=by, now=now, reason=reason
        )
    return True
