"""Beat one for rows that come many at a time: all of them are kept, or none."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from sync.kinds import Via
from sync.models import Submission
from sync.receive import Sender
from sync.vault.envelope import new_data_key, seal

#: Whoever keeps rows applies them himself; what he left undone after this the worker takes up.
LEASE = timedelta(minutes=5)


@dataclass(frozen=True)
class Row:
    """One text under its own number."""

    instance_id: str
    xml: bytes = field(repr=False)


@transaction.atomic
def keep_rows(
    rows: Sequence[Row], *, form_id: str, form_version: str, sender: Sender, now: datetime,
    context: Mapping[str, Any] | None = None,
) -> list[int]:
    """Keep every row as a submission of its own; their primary keys, in no order. What is kept already stays as it is.

    ``context``: what is recorded of the moment of receipt beside the sender's villages. The form and its version must
    be published.
    """
    made = []
    for row in rows:
        digest = hashlib.sha256(row.xml).hexdigest()
        wrapped, key = new_data_key()
        made.append(
            Submission(
                instance_id=row.instance_id, xml_sha256=digest, form_id=form_id, form_version=form_version,
                sender_id=sender.user_id, via=Via(sender.via), received_at=now, size=len(row.xml),
                wrapped_key=wrapped, xml_sealed=seal(key, row.xml, digest.encode("ascii")),
                context={**sender.context, **(context or {})}, next_try_at=now + LEASE,
            )
        )
    Submission.objects.bulk_create(made, batch_size=200, ignore_conflicts=True)
    names = [row.instance_id for row in rows]
    found: list[int] = []
    for start in range(0, len(names), 500):
        some = Submission.objects.filter(instance_id__in=names[start : start + 500])
        found += some.values_list("pk", flat=True)
    return found
