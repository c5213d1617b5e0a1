"""The answer to 「是不是同一户」: filed as acts, undone by acts. Who may answer has been asked before."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db import transaction

from server.acts.kinds import ActKind
from server.acts.models import Act
from server.field.decide import decide
from server.field.merge import merge
from server.households.find import open_household, served
from server.households.values import day_of

#: Undoing the same act twice is one act.
_UNDO = uuid.UUID("6f2b0b0e-7f0d-4f0e-9a0c-6d8f9b2f5a10")
#: Who the registrant is; of a household whose registrant has changed they go together, so that never one person's
#: name stands beside another's number.
PERSON = ("rep_name", "id_type", "id_no", "sex", "birth")


class Answer(StrEnum):
    """What a reviewer says about a pair."""

    SAME = "same"  # 同一户同一人
    NEW_HEAD = "new_head"  # 同一户但换了登记人
    APART = "apart"  # 不同户
    UNSURE = "unsure"  # 看不出


@dataclass(frozen=True)
class Pair:
    """Two ids (those the opinion is about), the later registered one last, and what was shown when asked."""

    a: str
    b: str
    shown: Mapping[str, Any] = field(default_factory=dict)


def settle_pair(answer: Answer, pair: Pair, *, by: int | None, now: datetime, reason: str, act_id: uuid.UUID,
                asks: Sequence[str] = (), until: date | None = None, village: str = "") -> Act:
    """File an answer and derive what follows; the same ``act_id`` twice is one answer.

    ``asks``: the ids whose committees are asked, ``until`` when, where nobody can tell. ``village``: where the
    household is, of two that are one and stand in two.

    :raises NeedsVillage: they are one, stand in two villages, and none is given.
    """
    value: dict[str, Any] = {**pair.shown, "answer": str(answer)}
    if answer == Answer.UNSURE:
        assert until is not None
        value |= {"of": list(asks), "to": until.isoformat()}
        return decide(ActKind.ASK, pair.a, by=by, now=now, other=pair.b, value=value, reason=reason, act_id=act_id)
    if answer == Answer.APART:
        return decide(ActKind.CANNOT_LINK, pair.a, by=by, now=now, other=pair.b, value=value, reason=reason,
                      act_id=act_id)
    with transaction.atomic():
        if Act.objects.filter(pk=act_id).exists():
            return Act.objects.get(pk=act_id)
        person = _person(pair.a, pair.b) if answer == Answer.NEW_HEAD else {}
        act = merge(pair.a, pair.b, by=by, now=now, village=village, value=value, reason=reason, act_id=act_id)
        # Under the id that said them: should the two be parted, they stand where they stood.
        for fact, held in person.items():
            decide(ActKind.STATE, pair.b, by=by, now=now, since=held[1], reason=reason,
                   value={"fact": fact, "key": "", "value": held[0], "verified": True})
    return act


def unsettle(act: Act, *, by: int | None, now: datetime, reason: str = "撤回刚才的认定") -> Act | None:
    """Undo one answer by an act; None where it is no answer. Twice is once."""
    once = uuid.uuid5(_UNDO, str(act.pk))
    if act.kind == ActKind.MERGE:
        return decide(ActKind.UNMERGE, act.subject, by=by, now=now, other=str(act.pk), reason=reason, act_id=once)
    if act.kind == ActKind.CANNOT_LINK:
        return decide(ActKind.LIFT_LINK, act.subject, by=by, now=now, other=str(act.pk), reason=reason, act_id=once)
    if act.kind == ActKind.ASK:
        return decide(ActKind.UNASK, act.subject, by=by, now=now, other=act.other, value={"act": str(act.pk)},
                      reason=reason, act_id=once)
    return None


def _person(before: str, after: str) -> dict[str, tuple[Any, date]]:
    """(value, since) of what tells the new registrant from the former; what nobody knows of him is stated as empty."""
    rows = served(before), served(after)
    if rows[0] is None or rows[1] is None:
        return {}
    old, new = (open_household(row).folded for row in rows if row is not None)
    day = new.opened or day_of(new.as_of.instant)
    return {
        fact: (new.value(fact) if fact in new.facts else None, new.facts[fact].since if fact in new.facts else day)
        for fact in PERSON
        if (fact in old.facts or fact in new.facts) and old.value(fact) != new.value(fact)
    }
