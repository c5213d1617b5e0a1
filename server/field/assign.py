"""Say in which village a household stands."""

import uuid
from datetime import date, datetime

from django.db import transaction

from server.acts.kinds import ActKind
from server.acts.models import Act
from server.field.decide import decide
from server.households.models import Ident


def assign(
    ids_of: str, village: str, *, by: int | None, now: datetime, since: date | None = None, reason: str = "",
    act_id: uuid.UUID | None = None,
) -> list[Act]:
    """File the village of a household, for every id of it as it stands; the same ``act_id`` twice is once."""
    once = act_id or uuid.uuid4()
    with transaction.atomic():
        ident = Ident.objects.filter(pk=ids_of).first()
        ids = sorted(Ident.objects.filter(household=ident.household_id).values_list("pk", flat=True)) if ident else []
        return [
            decide(ActKind.ASSIGN, name, by=by, now=now, since=since, value={"village": village}, reason=reason,
                   act_id=uuid.uuid5(once, name))
            for name in ids or [ids_of]
        ]
