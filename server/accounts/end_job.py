"""End a person's work here: roles, villages and log-in in one step."""

from datetime import date

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from server.accounts.models import Assignment, Grant, User


@transaction.atomic
def end_job(user_id: int, *, on: date) -> list[str]:
    """From that day on the person holds no role and no village and cannot log in; the codes of the villages left.

    Hand the villages over first (`transfer`): what is returned here has nobody now. Phone keys are ended by the caller.
    """
    for_person = {"user_id": user_id, "until": None}
    left = sorted(Assignment.objects.filter(**for_person).values_list("village_id", flat=True))
    for model in (Assignment, Grant):
        model.objects.filter(**for_person).update(until=Greatest(F("since"), on))
    user = User.objects.get(pk=user_id)
    user.is_active = False
    user.save(update_fields=["is_active"])  # through save: the change belongs to the person's history
    return left
