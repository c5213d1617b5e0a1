"""From emptied derived tables back to the same rows: the proof that nothing but kept rows is needed."""

import random
from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import transaction

from server.field.apply import filed
from server.field.match_across import match_across
from server.field.refresh import Touched, refresh
from server.households.models import (
    Case,
    Evidence,
    Filing,
    Household,
    Ident,
    Link,
    Lookup,
    MatchKey,
    Noted,
    Opinion,
)
from server.support.models import Lead, Referral
from server.visits.models import Due, Visit
from sync.inbox import take_back
from sync.kinds import State
from sync.models import Submission
from sync.troubles import Trouble

#: Emptied first, in an order that foreign keys allow. Versions, counters and phone rows stay: phones remember them.
DERIVED = (
    Case, Lookup, Ident, Noted, Visit, Due, Household, MatchKey, Link, Evidence, Lead, Referral, Filing,
)
CHUNK = 200


def rebuild(
    now: datetime, *, shuffle: int | None = None, tell: Callable[[str], None] = lambda text: None
) -> int:
    """Empty every derived table and derive it again from submissions and acts; the number of submissions read.

    ``shuffle``: a seed for another order of work; the result is the same. Long: it commits in chunks, so phones may
    go on sending meanwhile. What was applied once and cannot be any more is told and put among the troubles.
    """
    with transaction.atomic():
        for model in DERIVED:
            model.objects.all().delete()
        Opinion.objects.filter(stands=True).update(stands=False, apart=False)
    ids = list(Submission.objects.filter(state=State.APPLIED).order_by("pk").values_list("pk", flat=True))
    if shuffle is not None:
        random.Random(shuffle).shuffle(ids)
    touched = Touched()
    for start in range(0, len(ids), CHUNK):
        with transaction.atomic():
            for submission_id in ids[start : start + CHUNK]:
                touched |= _filed(submission_id, now, tell)
        tell(f"读取 {min(start + CHUNK, len(ids))}/{len(ids)}")
    for group in _chunks(sorted(touched.households)):
        with transaction.atomic():
            refresh(Touched(households=frozenset(group)), now, "rebuild")
    for leads in _chunks(sorted(touched.leads)):
        with transaction.atomic():
            refresh(Touched(leads=frozenset(leads)), now, "rebuild")
    for referrals in _chunks(sorted(touched.referrals)):
        with transaction.atomic():
            refresh(Touched(referrals=frozenset(referrals)), now, "rebuild")
    tell(f"跨村居比对 {match_across()}")
    tell("完成")
    return len(ids)


def _filed(submission_id: int, now: datetime, tell: Callable[[str], None]) -> Touched:
    submission = Submission.objects.get(pk=submission_id)
    try:
        touched = filed(submission)
    except Trouble as trouble:
        take_back(submission_id, trouble, now)
        tell(f"不再入库，列入入库异常：{submission.instance_id}（{trouble.sentence}）")
        return Touched()
    return Touched(touched.households, touched.leads, touched.referrals)


def _chunks(names: list[str]) -> Iterable[list[str]]:
    return (names[start : start + CHUNK] for start in range(0, len(names), CHUNK))
