"""Say that two ids are one household, and in which village it stands."""

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction

from server.acts.kinds import ActKind
from server.acts.models import Act
from server.field.decide import decide
from server.households.models import Ident


def merge(
    a: str, b: str, *, village: str = "", by: int | None, now: datetime, reason: str = "",
    act_id: uuid.UUID | None = None,
) -> Act:
    """File a merge; with a village also where all their ids stand from now on. The same ``act_id`` twice is once."""
    once = act_id or uuid.uuid4()
    value: dict[str, Any] = {"village": village} if village else {}
    with transaction.atomic():
        sides = Ident.objects.filter(pk__in=[a, b]).values("household")
        ids = {a, b, *Ident.objects.filter(household__in=sides).values_list("pk", flat=True)} if village else set()
        act = decide(ActKind.MERGE, a, other=b, by=by, now=now, value=value, reason=reason, act_id=once)
        for name in sorted(ids):
            decide(ActKind.ASSIGN, name, other=str(act.pk), by=by, now=now, value={"village": village},
                   reason=reason, act_id=uuid.uuid5(once, name))
    return act
