"""Give somebody a role in an area."""

from datetime import date

from django.db import transaction

from server.accounts.models import Grant


@transaction.atomic
def grant_role(user_id: int, role: str, area: str, *, since: date) -> Grant:
    """The person holds the role in the area (its code) from that day on. Done twice it is once."""
    grant, _ = Grant.objects.get_or_create(user_id=user_id, role=role, area_id=area, until=None,
                                           defaults={"since": since})
    return grant
