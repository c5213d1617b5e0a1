"""Reads of the oversight floor."""

from collections.abc import Iterable

from django.db.models import QuerySet

from server.areas.within import within
from server.oversight.models import Feedback


def feedback_in(codes: Iterable[str]) -> QuerySet[Feedback]:
    """Remarks of people whose area lies in one of ``codes`` (prefix rule), newest first, people included."""
    return Feedback.objects.filter(within("area_code", codes)).select_related("by", "answered_by")


def feedback_of(user_id: int) -> QuerySet[Feedback]:
    """What one person has said, newest first."""
    return Feedback.objects.filter(by_id=user_id).select_related("answered_by")
