"""Double-blind review: the second person's answer, and the district's where the two differ; taken back by acts."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from server.acts.kinds import ActKind
from server.acts.models import Act
from server.acts.read import to_decision
from server.acts.values import Decision
from server.field.decide import decide
from server.field.settle_pair import Answer, Pair, settle_pair, unsettle
from server.households.twice import FINAL, SECOND, view_of

#: What follows from one answer is filed once.
_ONCE = uuid.UUID("b5a1de0c-53b4-4b57-9a53-8a3ad3b3f7c2")


def say_second(answer: Answer, first: Decision, *, by: int, now: datetime, reason: str, act_id: uuid.UUID) -> Act:
    """The second person's answer on a pair. It changes no household; the same ``act_id`` twice is one answer."""
    return _word(SECOND, answer, first, by=by, now=now, reason=reason, act_id=act_id)


def say_final(answer: Answer, first: Decision, shown: Mapping[str, Any], *, by: int, now: datetime, reason: str,
              act_id: uuid.UUID, village: str = "") -> Act:
    """The district's answer where two people differ. If it is not the first one's, the ruling that it asks for is filed
    with it (``shown``: what stands in that act's value), and being the latest on the pair it takes effect.

    ``village``: where the household is, of two that are one and stand in two.

    :raises NeedsVillage: none is given, and it must be.
    """
    with transaction.atomic():
        known = Act.objects.filter(pk=act_id).exists()
        act = _word(FINAL, answer, first, by=by, now=now, reason=reason, act_id=act_id)
        if not known and view_of(to_decision(act)) != view_of(first):
            pair = Pair(first.subject, first.other, {**shown, FINAL: True})
            settle_pair(answer, pair, by=by, now=now, reason=reason, act_id=uuid.uuid5(_ONCE, str(act_id)),
                        village=village)
    return act


def unsay(act: Act, *, by: int, now: datetime) -> Act | None:
    """Take back such an answer, with what it ruled; None where it is none. Twice is once."""
    value = dict(to_decision(act).value) if act.kind == ActKind.AUDIT else {}
    if value.get("of") not in (SECOND, FINAL):
        return None
    with transaction.atomic():
        ruled = Act.objects.filter(pk=uuid.uuid5(_ONCE, str(act.pk))).first()
        if ruled is not None:
            unsettle(ruled, by=by, now=now)
        return decide(ActKind.AUDIT, act.subject, by=by, now=now, other=act.other, value={**value, "answer": ""},
                      reason="撤回刚才的认定", act_id=uuid.uuid5(_ONCE, f"undo {act.pk}"))


def _word(of: str, answer: Answer, first: Decision, *, by: int, now: datetime, reason: str, act_id: uuid.UUID) -> Act:
    value = {"of": of, "first": first.id, "answer": str(answer)}
    return decide(ActKind.AUDIT, first.subject, by=by, now=now, other=first.other, value=value, reason=reason,
                  act_id=act_id)
