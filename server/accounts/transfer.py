"""Hand a worker's 村居 over to a successor in one step."""

from collections.abc import Collection
from datetime import date

from django.db import transaction

from server.accounts.assign_village import assign_village
from server.accounts.models import Assignment


@transaction.atomic
def transfer(
    leaver_id: int, successor_id: int, *, since: date, villages: Collection[str] | None = None
) -> list[str]:
    """From `since` on the successor answers for the leaver's villages (all, or those named); their codes, sorted.

    The leaver answers up to the day before; what began on or after that day never was. Done twice it is once.
    """
    if leaver_id == successor_id:
        return []
    held = Assignment.objects.select_for_update().filter(user_id=leaver_id, until=None)
    if villages is not None:
        held = held.filter(village__in=villages)
    moved = sorted({assignment.village_id for assignment in held})
    for assignment in held:
        assignment.until = max(since, assignment.since)  # an empty stretch where it had not begun
        assignment.save(update_fields=["until"])
    for village in moved:
        assign_village(successor_id, village, since=since)
    return moved
