"""Reporting a locked month to the district, and the district's accepting it."""

from datetime import datetime

from django.db import transaction

from server.acts.file import file_act
from server.acts.kinds import ActKind
from server.ledgers.kinds import MonthState
from server.ledgers.models import Month


def report_month(town: str, month: str, *, by: int | None, now: datetime) -> Month | None:
    """已锁定 → 已报送, also a month without a line (零报告); None unless the month is locked. Twice is once."""
    return _move(town, month, MonthState.LOCKED, MonthState.REPORTED, ActKind.REPORT_MONTH, by, now)


def accept_month(town: str, month: str, *, by: int | None, now: datetime) -> Month | None:
    """已报送 → 已接收 (the district's right); None unless the month has been reported. Twice is once."""
    return _move(town, month, MonthState.REPORTED, MonthState.ACCEPTED, ActKind.ACCEPT_MONTH, by, now)


@transaction.atomic
def _move(
    town: str, month: str, before: MonthState, after: MonthState, kind: ActKind, by: int | None, now: datetime
) -> Month | None:
    row = Month.objects.select_for_update().filter(town_id=town, month=month, state=before).first()
    if row is None:
        return None
    file_act(kind, f"{town}/{month}", by=by, now=now, value={"version": row.version, "checksum": row.checksum})
    row.state = after
    row.save(update_fields=["state"])
    return row
