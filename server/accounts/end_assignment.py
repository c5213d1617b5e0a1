"""Release somebody from a 村居."""

from datetime import date

from django.db.models import F
from django.db.models.functions import Greatest

from server.accounts.models import Assignment


def end_assignment(assignment_id: int, *, on: date) -> bool:
    """From that day on the person no longer answers for the village. False if it had ended before."""
    return Assignment.objects.filter(pk=assignment_id, until=None).update(until=Greatest(F("since"), on)) == 1
