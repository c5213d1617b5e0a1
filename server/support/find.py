"""Reads of leads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Substr

from server.areas.within import within
from server.support.kinds import LeadState
from server.support.models import Lead, Referral
from sync.vault.envelope import open_row


@dataclass(frozen=True)
class LeadCounts:
    """Open leads, those past their time, and urgent ones among the open."""

    open: int
    overdue: int
    urgent: int


def leads_in(codes: Iterable[str], now: datetime, *, state: str = "") -> QuerySet[Lead]:
    """Leads inside ``codes``: urgent first, then by deadline. ``state``: open | overdue | closed | '' for all."""
    rows = Lead.objects.filter(within("village", codes)).select_related("by")
    if state in ("open", "overdue"):
        rows = rows.filter(state=LeadState.OPEN)
    if state == "overdue":
        rows = rows.filter(due_at__lt=now)
    if state == "closed":
        return rows.exclude(state=LeadState.OPEN).order_by("-answered_on", "-received_at")
    return rows.order_by("-urgent", "due_at", "pk")


def lead_counts(codes: Iterable[str], now: datetime) -> LeadCounts:
    """One query."""
    rows = Lead.objects.filter(within("village", codes), state=LeadState.OPEN)
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


def overdue_by_town(codes: Iterable[str], now: datetime) -> dict[str, int]:
    """How many open leads are past their time in each 街镇 inside ``codes`` (one query)."""
    rows = Lead.objects.filter(within("village", codes), state=LeadState.OPEN, due_at__lt=now)
    return dict(rows.annotate(town=Substr("village", 1, 9)).values_list("town").annotate(n=Count("pk")))
