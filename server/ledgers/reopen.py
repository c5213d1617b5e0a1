"""Sending a closed month back: it opens again, and the version stays on record."""

from datetime import datetime

from django.db import transaction

from server.acts.file import file_act
from server.acts.kinds import ActKind
from server.ledgers.kinds import STANDING, MonthState
from server.ledgers.models import Month


@transaction.atomic
def reopen_month(town: str, month: str, *, by: int | None, now: datetime, reason: str) -> Month | None:
    """Return the version that stands (the district's right, with a reason); None if the month is open already.

    The next closing makes the next version.
    """
    closed = Month.objects.select_for_update().filter(town_id=town, month=month, state__in=STANDING).first()
    if closed is None:
        return None
    file_act(
        ActKind.OPEN_MONTH, f"{town}/{month}", by=by, now=now, reason=reason,
        value={"version": closed.version, "checksum": closed.checksum},
    )
    closed.state, closed.reopened_at = MonthState.RETURNED, now
    closed.save(update_fields=["state", "reopened_at"])
    return closed
