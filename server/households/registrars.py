"""Who registered a household, and what else stands at its door or answers to its telephone."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from server.households.evidence import hashed, opened
from server.households.matching.keys import block_keys
from server.households.models import Evidence, Filing, Household, Ident, MatchKey

#: Block keys that stand for one door, and for one telephone (``matching.keys``).
DOOR, PHONE = ("d", "e"), ("p",)
_REGISTERS = ("screening", "ledger_line")


@dataclass(frozen=True)
class Registration:
    """A submission that registered an id: by whom (None: nobody of ours), and when received. ``hands``: who sent it and
    who brought it in another's name; none of them rules on the household."""

    entity: str
    submission: int
    form: str
    by: int | None
    who: str
    received_at: datetime
    hands: frozenset[int | None]


def registrations_of(ids: Iterable[str]) -> list[Registration]:
    """The submissions that registered these ids, oldest first (one query). What claims to and waits for a reviewer has
    registered nothing."""
    rows = Filing.objects.filter(list="households", entity__in=list(ids), submission__form_id__in=_REGISTERS)
    rows = rows.exclude(noted__waits=True).select_related("submission__sender")
    rows = rows.defer("sealed", "submission__xml_sealed", "submission__wrapped_key")
    return [
        Registration(row.entity, row.submission_id, row.submission.form_id, row.submission.sender_id,
                     str(row.submission.sender or "系统"), row.submission.received_at,
                     frozenset({row.submission.sender_id, row.submission.context.get("brought_by")}))
        for row in rows.order_by("submission__received_at", "pk")
    ]


def ids_of(household: Household) -> list[str]:
    """Every id that means this household."""
    return sorted(Ident.objects.filter(household=household).values_list("pk", flat=True))


def sharing(ids: Collection[str], kinds: Collection[str]) -> list[Household]:
    """Households other than these ids' with evidence under the same keys of these kinds (door, telephone), by code."""
    keys = {
        key
        for row in Evidence.objects.filter(entity__in=ids)
        for view in opened(row.entity, bytes(row.sealed)).now
        for key in block_keys(view)
        if key[0] in kinds
    }
    entities = MatchKey.objects.filter(key__in=hashed(keys)).values("entity")
    rows = Household.objects.filter(pk__in=Ident.objects.filter(pk__in=entities).values("household"))
    own = Ident.objects.filter(pk__in=ids).values("household")
    return list(rows.exclude(pk__in=own).order_by("code"))
