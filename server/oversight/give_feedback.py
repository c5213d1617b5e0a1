"""Saying something about the system."""

from datetime import datetime, timedelta

from server.oversight.models import Feedback


def give_feedback(*, by: int, area_code: str, page: str, kind: str, text: str, now: datetime) -> Feedback:
    """Keep a remark; the same words again from the same person within a minute (a double click) are one remark."""
    twin = Feedback.objects.filter(by_id=by, kind=kind, text=text, at__gte=now - timedelta(minutes=1)).first()
    if twin is not None:
        return twin
    return Feedback.objects.create(by_id=by, area_code=area_code, page=page[:200], kind=kind, text=text, at=now)
