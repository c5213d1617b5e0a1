"""Answering a remark."""

from datetime import datetime

from server.oversight.models import Feedback


def answer_feedback(feedback_id: int, *, by: int, text: str, now: datetime) -> bool:
    """Write the answer beside the remark; a later answer replaces it. False if there is no such remark."""
    changed = Feedback.objects.filter(pk=feedback_id).update(answer=text, answered_by_id=by, answered_at=now)
    return changed == 1
