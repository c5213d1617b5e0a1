"""Say in which 村居 a household is: one act for every id of the household as it stands."""

import uuid
from datetime import date, datetime

from django.db import transaction

from server.acts.file import file_act
from server.acts.kinds import ActKind
from server.acts.models import Act
from server.field.refresh import Touched, refresh
from server.households.models import Ident


def assign(
    any_id: str,
    village: str,
    *,
    by: int | None,
    now: datetime,
    since: date | None = None,
    reason: str = "",
    merge: str = "",
    act_id: uuid.UUID | None = None,
) -> list[Act]:
    """File the acts and derive what follows; whether the person may decide it has been asked before.

    ``any_id``: any id of the household. ``merge``: id of the merge act these belong to; they count while it does.
    ``act_id`` makes it repeatable: the same id twice is one decision.
    """
    with transaction.atomic():
        ids = ids_with(any_id)
        acts = file_assigns(ids, village, by=by, now=now, since=since, reason=reason, merge=merge, act_id=act_id)
        refresh(Touched(households=frozenset(ids)), now, cause=str(ActKind.ASSIGN))
    return acts


def ids_with(any_id: str) -> list[str]:
    """Every id that means the same household now, in order; the id alone where nobody has used it yet."""
    household = Ident.objects.filter(pk=any_id).values("household_id")
    found = Ident.objects.filter(household__in=household).order_by("pk").values_list("pk", flat=True)
    return list(found) or [any_id]


def file_assigns(
    ids: list[str],
    village: str,
    *,
    by: int | None,
    now: datetime,
    since: date | None = None,
    reason: str = "",
    merge: str = "",
    act_id: uuid.UUID | None = None,
) -> list[Act]:
    """The acts alone, one for each id. Call inside a transaction, and derive the ids afterwards."""
    whole = act_id or uuid.uuid4()
    return [
        file_act(
            ActKind.ASSIGN, name, other=merge, by=by, now=now, since=since, value={"village": village}, reason=reason,
            act_id=uuid.uuid5(whole, name),
        )
        for name in ids
    ]  # fmt: skip
