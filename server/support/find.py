"""Reads of leads, and of referrals with what was given along them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Substr

from server.accounts.models import User
from server.areas.within import within
from server.households.find import seen_from
from server.households.kinds import Review
from server.households.models import Filing
from server.support.aid import UNREADABLE, Aid, Total, aid_told, total_of, yuan
from server.support.kinds import LeadState
from server.support.models import Lead, Referral
from sync.vault.envelope import open_row

#: Among what was said of a referral: what was given along it, event by event.
AIDS = "aids"


@dataclass(frozen=True)
class LeadCounts:
    """Open leads, those past their time, and urgent ones among the open."""

    open: int
    overdue: int
    urgent: int


def leads_in(codes: Iterable[str], now: datetime, *, state: str = "", reviewing: Iterable[str] = ()) -> QuerySet[Lead]:
    """Leads inside ``codes``: urgent first, then by deadline. ``state``: open | overdue | closed | '' for all;
    ``reviewing``: where the reader sees those too that wait for a reviewer (他处填报)."""
    rows = Lead.objects.filter(_seen(codes, reviewing)).select_related("by")
    if state in ("open", "overdue"):
        rows = rows.filter(state=LeadState.OPEN)
    if state == "overdue":
        rows = rows.filter(due_at__lt=now)
    if state == "closed":
        return rows.exclude(state=LeadState.OPEN).order_by("-answered_on", "-received_at")
    return rows.order_by("-urgent", "due_at", "pk")


def _seen(codes: Iterable[str], reviewing: Iterable[str]) -> Q:
    """Leads that count inside ``codes``, and of those that wait the ones inside ``reviewing`` as well."""
    waiting = seen_from(reviewing)
    return seen_from(codes) & (Q(waits=False) | waiting) if waiting else seen_from(codes)  # an empty Q is everything


def lead_counts(codes: Iterable[str], now: datetime, reviewing: Iterable[str] = ()) -> LeadCounts:
    """One query; ``reviewing`` as in ``leads_in``."""
    rows = Lead.objects.filter(_seen(codes, reviewing), state=LeadState.OPEN)
    found = rows.aggregate(
        open=Count("pk"), overdue=Count("pk", filter=Q(due_at__lt=now)), urgent=Count("pk", filter=Q(urgent=True))
    )
    return LeadCounts(**found)


def said_of(row: Lead | Referral) -> Mapping[str, Any]:
    """What was said of it, unsealed, by fact."""
    said: Mapping[str, Any] = open_row(bytes(row.sealed))
    return said


def target_words(referral: Referral) -> str:
    """What the household is put in touch with: the name of a policy or a resource, else the worker's own words."""
    said = said_of(referral)
    return referral.target or str(said.get("target_text") or said.get("target") or "")


def aids_of(referral: Referral) -> list[Aid]:
    """What was given along a referral, event by event."""
    return [aid_told(told) for told in said_of(referral).get(AIDS, ())]


@dataclass(frozen=True)
class Part:
    """One event of a sum, with who told of it and the number of that submission (None: not kept here any more)."""

    aid: Aid
    by: str
    submission: int | None

    @property
    def money(self) -> str:
        """Its yuan, '' where it is not about money."""
        return "" if self.aid.amount is None else yuan(self.aid.amount)

    @property
    def unread(self) -> list[tuple[str, str]]:
        """(what is wrong, what was said) of each number that is none."""
        return [(UNREADABLE[fact], text) for fact, text in (self.aid.unread or {}).items()]

    @property
    def waits(self) -> bool:
        """Whether nobody has judged it yet: it counts, and a closed month does not know it."""
        return self.aid.review in (Review.PENDING, Review.RESENT)


@dataclass(frozen=True)
class Referred:
    """A referral with what it is about in words, what was given along it, and the parts of that sum."""

    row: Referral
    target: str
    total: Total
    parts: list[Part]


def referrals_of(ids: Iterable[str]) -> list[Referred]:
    """The referrals of a household (all its ids), the latest first, each with the parts of its sum (three queries)."""
    rows = list(Referral.objects.filter(about__in=list(ids)).order_by("-opened_on", "pk"))
    aids = {row.pk: aids_of(row) for row in rows}
    told = list(chain.from_iterable(aids.values()))
    submissions: dict[str, int] = {}
    names: dict[int, str] = {}
    if told:
        kept = Filing.objects.filter(instance__in=[aid.instance for aid in told])
        submissions = dict(kept.values_list("instance", "submission_id"))
        people = User.objects.filter(pk__in={aid.by for aid in told if aid.by is not None})
        names = {person.pk: str(person) for person in people}
    return [
        Referred(
            row, target_words(row), total_of(aids[row.pk]),
            [Part(aid, names.get(aid.by or 0, "系统"), submissions.get(aid.instance)) for aid in aids[row.pk]],
        )
        for row in rows
    ]


def overdue_by_town(codes: Iterable[str], now: datetime) -> dict[str, int]:
    """How many open leads that count are past their time in each 街镇 inside ``codes`` (one query)."""
    rows = Lead.objects.filter(within("village", codes), state=LeadState.OPEN, due_at__lt=now, waits=False)
    return dict(rows.annotate(town=Substr("village", 1, 9)).values_list("town").annotate(n=Count("pk")))
