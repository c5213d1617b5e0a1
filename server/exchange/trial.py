"""Uploads that are looked at before they are imported."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from server.exchange.dry_run import Given, digest_of
from server.exchange.models import Import, ImportFile
from server.exchange.report import Report
from server.exchange.stored import pack_report, unpack_report
from sync.vault.envelope import new_data_key, open_sealed, seal, unwrap

#: A trial nobody has confirmed is thrown away after this.
KEPT_FOR = timedelta(days=7)
_REPORT = b"report"


@transaction.atomic
def store_trial(report: Report, files: Sequence[Given], by: int | None, now: datetime) -> Import:
    """Remember an upload and what was read from it; the one there is, where the same tables were uploaded before.

    Old trials of this 街镇 are thrown away on the way.
    """
    old = Import.objects.filter(town_id=report.town, imported_at=None, uploaded_at__lt=now - KEPT_FOR)
    old.exclude(batch=report.batch).delete()
    wrapped, key = new_data_key()
    content = json.dumps(pack_report(report), ensure_ascii=False).encode()
    row, is_new = Import.objects.get_or_create(
        batch=report.batch,
        defaults={
            "town_id": report.town, "month": report.month, "uploaded_at": now, "uploaded_by_id": by,
            "counts": report.counts, "wrapped_key": wrapped, "sealed": seal(key, content, _REPORT),
        },
    )
    if is_new:
        ImportFile.objects.bulk_create(
            ImportFile(of=row, position=number, name=file.name[:255], sha256=digest_of(file), size=len(file.data),
                       sealed=seal(key, file.data, f"file/{number}".encode()))
            for number, file in enumerate(files, start=1)
        )
    elif row.imported_at is None:
        # What it would join may be otherwise by now.
        row.sealed = seal(unwrap(bytes(row.wrapped_key)), content, _REPORT)
        row.save(update_fields=["sealed"])
    return row


def report_of(row: Import) -> Report:
    """What was told when the files were read; nothing where that was destroyed."""
    if row.dropped_at is not None:
        return Report(row.town_id, row.month, row.batch, (), (), ())
    content = open_sealed(unwrap(bytes(row.wrapped_key)), bytes(row.sealed), _REPORT)
    return unpack_report(json.loads(content))


def files_of(row: Import) -> list[Given]:
    """The files as they were uploaded; () where they were destroyed."""
    if row.dropped_at is not None:
        return []
    key = unwrap(bytes(row.wrapped_key))
    return [
        Given(file.name, open_sealed(key, bytes(file.sealed), f"file/{file.position}".encode()))
        for file in row.files.order_by("position")
    ]


def discard(row: Import) -> bool:
    """Throw a trial away; False for what was imported."""
    return bool(Import.objects.filter(pk=row.pk, imported_at=None).delete()[0])
