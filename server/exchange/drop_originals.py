"""Destroying the files of an import: they hold every person of a 街镇, so none of them is deleted while they are kept.

What was imported stays what it is: each line is a submission of its own, sealed under a key of its own, and is read,
judged, undone and deleted by itself.
"""

from datetime import datetime

from django.db import transaction

from server.exchange.models import Import


@transaction.atomic
def drop_originals(row: Import, *, by: int | None, now: datetime, reason: str) -> bool:
    """Destroy the key of an import's files and of what was told about them. What is left: who brought what when (names,
    sizes, digests of the files), and who destroyed it when and why. False if nothing was imported, or it is gone.

    Twice is once. Whether the person may has been asked before.
    """
    row = Import.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if row.imported_at is None or row.dropped_at is not None:
        return False
    row.dropped_at, row.dropped_by_id, row.dropped_why = now, by, reason[:200]
    row.wrapped_key, row.sealed = b"", b""  # empty: a key destroyed on purpose
    row.save(update_fields=["dropped_at", "dropped_by", "dropped_why", "wrapped_key", "sealed"])
    row.files.update(sealed=b"")
    return True
