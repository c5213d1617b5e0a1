"""The one way in for decisions: ``file_act``."""

import hashlib
import json
import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from server.acts.models import Act, ChainHead
from sync.vault.envelope import new_data_key, seal


def chain_digest(
    prev: str,
    seq: int,
    act_id: str,
    kind: str,
    subject: str,
    other: str,
    since: date | None,
    at: datetime,
    by: int | None,
    sealed: bytes,
) -> str:
    """SHA-256 over the stored form of an act and the digest before it (hex).

    The sealed value goes in as it is stored, so the chain can be verified without any key and survives the
    destruction of one.
    """
    fields = [prev, seq, act_id, kind, subject, other, since and since.isoformat(), at.timestamp(), by]
    head = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
    return hashlib.sha256(head + b"\0" + sealed).hexdigest()


def file_act(
    kind: str,
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
    """Append one decision to the chain and return it.

    Call inside a transaction, before any household is locked. ``act_id`` makes the filing repeatable: the same id
    twice is one act. Nothing is derived here: pass the touched ids to ``field.refresh``.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("file_act must run inside a transaction")
    ChainHead.objects.get_or_create(pk=1)
    head = ChainHead.objects.select_for_update().get(pk=1)
    act_id = act_id or uuid.uuid4()
    known = Act.objects.filter(pk=act_id).first()
    if known is not None:
        return known
    wrapped_key, key = new_data_key()
    content = json.dumps({"value": dict(value or {}), "reason": reason}, ensure_ascii=False)
    sealed = seal(key, content.encode(), str(act_id).encode())
    seq = head.seq + 1
    digest = chain_digest(head.digest, seq, str(act_id), str(kind), subject, other, since, now, by, sealed)
    act = Act.objects.create(
        id=act_id,
        seq=seq,
        kind=str(kind),
        subject=subject,
        other=other,
        since=since,
        at=now,
        by_id=by,
        wrapped_key=wrapped_key,
        sealed=sealed,
        prev=head.digest,
        digest=digest,
    )
    head.seq, head.digest = seq, digest
    head.save(update_fields=["seq", "digest"])
    return act
