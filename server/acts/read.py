"""Acts as values."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q

from server.acts.file import chain_digest
from server.acts.models import Act
from server.acts.values import Decision
from sync.vault.envelope import open_sealed, unwrap

_ACTS = f"SELECT * FROM {Act._meta.db_table}"


def _content(act: Act) -> dict[str, Any]:
    content = open_sealed(unwrap(bytes(act.wrapped_key)), bytes(act.sealed), str(act.id).encode())
    return dict(json.loads(content))


def to_decision(act: Act) -> Decision:
    """The stored act as the pure rules read it."""
    return Decision(
        id=str(act.id),
        kind=act.kind,
        subject=act.subject,
        other=act.other,
        since=act.since,
        at=act.at,
        by=act.by_id,
        value=_content(act)["value"],
    )


def reason_of(act: Act) -> str:
    """The words somebody gave for the decision."""
    return str(_content(act).get("reason", ""))


def decisions_about(subjects: Iterable[str], *, known_at: datetime | None = None) -> list[Decision]:
    """All acts that name one of ``subjects`` on either side, as known at a moment (None: now), in chain order."""
    names = sorted(set(subjects))
    # Written out: this is read before every answer to a phone, mostly to find nothing.
    marks = ", ".join(["%s"] * len(names)) or "NULL"
    where = f"(subject IN ({marks}) OR other <> '' AND other IN ({marks}))"
    values: list[Any] = [*names, *names]
    if known_at is not None:
        where = f"{where} AND at <= %s"
        values.append(connection.ops.adapt_datetimefield_value(known_at))
    return [to_decision(act) for act in Act.objects.raw(f"{_ACTS} WHERE {where} ORDER BY seq", values)]


def pairs_of(act_ids: Iterable[str]) -> set[str]:
    """The ids on both sides of some acts."""
    rows = Act.objects.filter(pk__in=list(act_ids)).values_list("subject", "other")
    return {name for pair in rows for name in pair if name}


def acts_about(subjects: Iterable[str]) -> list[Act]:
    """The stored acts that name one of ``subjects`` on either side, oldest first, with who filed them."""
    names = list(subjects)
    acts = Act.objects.filter(Q(subject__in=names) | Q(other__in=names))
    return list(acts.select_related("by").order_by("seq"))


def reasons_for(kind: str, subjects: Iterable[str]) -> dict[str, str]:
    """The words of the latest act of one kind for each subject that has one (one query)."""
    acts = Act.objects.filter(kind=kind, subject__in=list(subjects)).order_by("seq")
    return {act.subject: reason_of(act) for act in acts}


def broken_link() -> int | None:
    """Number of the first act whose digest does not follow from the one before it; None if the chain holds."""
    prev, expected = "0" * 64, 1
    for act in Act.objects.order_by("seq").iterator():
        digest = chain_digest(
            prev,
            act.seq,
            str(act.id),
            act.kind,
            act.subject,
            act.other,
            act.since,
            act.at,
            act.by_id,
            bytes(act.sealed),
        )
        if act.seq != expected or act.prev != prev or act.digest != digest:
            return expected
        prev, expected = act.digest, expected + 1
    return None
