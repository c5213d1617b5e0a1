"""Numbered supplements (补报): issued, they are records like the month they belong to."""

import json
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from server.acts.file import file_act
from server.acts.kinds import ActKind
from server.ledgers.differences import Difference, applied
from server.ledgers.models import Month, Supplement
from server.ledgers.read import closed_lines
from server.ledgers.values import Line, canonical
from sync.vault.envelope import new_data_key, open_sealed, seal, unwrap


def differences_of(supplement: Supplement) -> list[Difference]:
    """What an issued supplement lists."""
    key = unwrap(bytes(supplement.wrapped_key))
    return [Difference.parse(row) for row in json.loads(open_sealed(key, bytes(supplement.sealed), _place(supplement)))]


def reported_lines(closed: Month) -> list[Line]:
    """The month as the district knows it: closed lines and all supplements issued since; unordered."""
    lines = closed_lines(closed)
    for supplement in closed.supplements.order_by("number"):
        lines = applied(lines, differences_of(supplement))
    return lines


@transaction.atomic
def issue_supplement(
    closed: Month, changes: list[Difference], *, by: int | None, now: datetime, reason: str
) -> Supplement | None:
    """Freeze what differs as the next numbered supplement of a month, chained to the one before it (the first: to the
    month). None where nothing differs. ``changes``: ``late.unissued_in`` of that month, read in this transaction."""
    if not changes:
        return None
    Month.objects.select_for_update().get(pk=closed.pk)
    last = closed.supplements.order_by("-number").first()
    number, prev = (last.number + 1, last.checksum) if last else (1, closed.checksum)
    checksum = supplement_checksum(closed, number, prev, changes)
    wrapped, key = new_data_key()
    issued = Supplement(
        month=closed, number=number, issued_at=now, issued_by_id=by, count=len(changes), prev=prev, checksum=checksum,
        wrapped_key=wrapped,
    )
    issued.sealed = seal(key, canonical([change.stored() for change in changes]), _place(issued))
    issued.save(force_insert=True)
    file_act(
        ActKind.SUPPLEMENT, f"{closed.town_id}/{closed.month}", by=by, now=now, reason=reason,
        value={"version": closed.version, "number": number, "checksum": checksum, "count": len(changes)},
    )
    return issued


def supplement_checksum(closed: Month, number: int, prev: str, changes: list[Difference]) -> str:
    """SHA-256 (hex) over the canonical content of a supplement and the checksum before it."""
    content = {
        "town": closed.town_id, "month": closed.month, "version": closed.version, "number": number, "prev": prev,
        "changes": [change.content() for change in changes],
    }
    return sha256(canonical(content)).hexdigest()


def _place(supplement: Supplement) -> bytes:
    month = supplement.month
    return f"{month.town_id}/{month.month}/{month.version}/supplement/{supplement.number}".encode()
