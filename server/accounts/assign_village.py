"""Make somebody answerable for a 村居."""

from datetime import date

from django.db import transaction

from server.accounts.models import Assignment


@transaction.atomic
def assign_village(user_id: int, village: str, *, since: date) -> Assignment:
    """The person answers for the village from that day on. Done twice it is once.

    An open assignment that began later is drawn forward to `since`.
    """
    assignment, made = Assignment.objects.select_for_update().get_or_create(
        user_id=user_id, village_id=village, until=None, defaults={"since": since}
    )
    if not made and assignment.since > since:
        assignment.since = since
        assignment.save(update_fields=["since"])
    return assignment
