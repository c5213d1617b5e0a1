"""Take a role back."""

from datetime import date

from django.db.models import F
from django.db.models.functions import Greatest

from server.accounts.models import Grant


def end_grant(grant_id: int, *, on: date) -> bool:
    """From that day on the role is no longer held. False if it had ended before (done twice it is once)."""
    return Grant.objects.filter(pk=grant_id, until=None).update(until=Greatest(F("since"), on)) == 1
