"""The one way from a person's decision to what follows from it: file the act, derive what it touches."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from server.accounts.models import User
from server.accounts.scope import deciding_for
from server.acts.file import file_act
from server.acts.kinds import (
    LETS_IN,
    ON_ACT,
    ON_ASK,
    ON_DESK,
    ON_KEPT,
    ON_LEDGER,
    ON_PAIR,
    ON_SUBMISSION,
    ActKind,
)
from server.acts.models import Act
from server.field.file_statements import touched_by_submission
from server.field.locks import lock_house
from server.field.refresh import Touched, refresh
from server.households.models import Household
from server.households.values import day_of
from server.support.models import Lead, Referral


def decide(
    kind: ActKind,
    subject: str,
    *,
    by: int | None,
    now: datetime,
    other: str = "",
    since: date | None = None,
    value: Mapping[str, Any] | None = None,
    reason: str = "",
    act_id: uuid.UUID | None = None,
) -> Act:
    """File one decision and derive everything it touches, in one transaction.

    ``subject``: an instanceID for what is decided about a submission, else a household id (``other``: the second
    household of a pair, the act that is undone, or a refiled update's new home). Whether the person may decide it has
    been asked before. ``act_id`` makes it repeatable: the same id twice is one decision.
    """
    with transaction.atomic():
        told = with_reach(kind, value, by, now)
        act = file_act(
            kind, subject, by=by, now=now, other=other, since=since, value=told, reason=reason, act_id=act_id
        )
        if kind == ActKind.FREQUENCY:
            lock_house()
        refresh(touched_by(ActKind(kind), subject, other), now, cause=str(kind))
    return act


def with_reach(
    kind: ActKind, value: Mapping[str, Any] | None, by: int | None, now: datetime
) -> Mapping[str, Any] | None:
    """The value of an act that may let a waiting version in (``households.standing``), with the areas in which its
    person may judge on that day: kept with the act, since a person's roles change."""
    if kind not in LETS_IN or by is None or "for" in (value or {}):
        return value
    user = User.objects.get(pk=by)
    return {**(value or {}), "for": list(deciding_for(user, day_of(now)))}


def decide_all(kind: ActKind, subjects: Iterable[str], *, by: int | None, now: datetime) -> int:
    """The same plain decision about many submissions, each by itself; how many were filed."""
    done = 0
    for subject in subjects:
        decide(kind, subject, by=by, now=now)
        done += 1
    return done


def touched_by(kind: ActKind, subject: str, other: str = "") -> Touched:
    """Whose derived rows may change by such an act."""
    if kind in ON_SUBMISSION:
        touched = touched_by_submission(subject)
        return touched | Touched(households=frozenset({other})) if kind == ActKind.REFILE else touched
    if kind in ON_PAIR | ON_ASK:
        return Touched(households=frozenset({subject, other}))
    if kind in ON_ACT:
        pair = Act.objects.filter(pk=other).values_list("subject", "other").first() or ()
        return Touched(households=frozenset({subject, *pair}))
    if kind == ActKind.FREQUENCY:
        return Touched(households=frozenset(Household.objects.values_list("pk", flat=True)))
    if kind in ON_LEDGER | ON_KEPT | ON_DESK:
        return Touched()
    lead = Lead.objects.filter(pk=subject).values_list("about", flat=True).first()
    if lead is not None:
        return Touched(leads=frozenset({subject}), households=frozenset({lead} - {""}))
    if Referral.objects.filter(pk=subject).exists():
        return Touched(referrals=frozenset({subject}))
    return Touched(households=frozenset({subject}))
