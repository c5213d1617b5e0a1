"""Join two households by decision; across homes the decision says the village too."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from server.acts.file import file_act
from server.acts.kinds import ActKind
from server.acts.models import Act
from server.acts.read import to_decision
from server.field.assign import file_assigns, ids_with
from server.field.refresh import Touched, refresh
from server.households.load import Kept


class NeedsVillage(Exception):
    """The two have different homes: whoever joins them says in which 村居 the household is."""


def merge(
    one: str,
    other: str,
    *,
    by: int | None,
    now: datetime,
    village: str = "",
    value: Mapping[str, Any] | None = None,
    reason: str = "",
    act_id: uuid.UUID | None = None,
) -> Act:
    """File a merge, and across homes the assigns that belong to it, for every id of both; derive what follows.

    Whether the person may decide it has been asked before. ``act_id`` makes it repeatable: the same id twice is one
    decision.

    :raises NeedsVillage: the homes differ, and no village is given.
    """
    with transaction.atomic():
        ids = sorted({*ids_with(one), *ids_with(other)})
        homes = homes_of_ids(ids)
        if len(homes) > 1 and not village:
            raise NeedsVillage(f"{one}, {other}")
        told = {**(value or {}), **({"village": village} if len(homes) > 1 else {})}
        act = file_act(ActKind.MERGE, one, other=other, by=by, now=now, value=told, reason=reason, act_id=act_id)
        if len(homes) > 1:
            file_assigns(
                ids, village, by=by, now=now, reason=reason, merge=str(act.pk), act_id=uuid.UUID(str(act.pk))
            )
        refresh(Touched(households=frozenset(ids)), now, cause=str(ActKind.MERGE))
    return act


def homes_of_ids(ids: list[str]) -> set[str]:
    """The homes these ids have, '' among them for none."""
    homes = Kept(ids).component().homes
    return {homes.home(name) for name in ids}


def places_without(merges: Iterable[Act], ids: list[str]) -> set[str]:
    """Where these ids would stand with some merges undone: whoever undoes them decides for all of it. '' among them for
    what nobody can place."""
    homes = Kept(ids).component().homes
    acts = [to_decision(act) for act in merges]
    undone = replace(homes, undoing={**homes.undoing, **{act.id: [replace(act, other=act.id)] for act in acts}})
    return {undone.stands_at(name) for name in ids}
