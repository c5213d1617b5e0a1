"""Bringing the four tables of a 街镇 in: kept whole or not at all, then derived."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django_tasks import task

from server.areas.names import first_village
from server.exchange.dry_run import Given, dry_run
from server.exchange.find import kept_lines
from server.exchange.line_form import publish_line_form
from server.exchange.models import Import
from server.exchange.report import Report, line_name
from server.exchange.trial import store_trial
from server.exchange.write_line import write_line
from server.field.apply import apply, apply_many
from server.field.ledger_line import LEDGER_LINE, VERSION
from sync.inbox import WORKER_SECONDS, settle
from sync.keep_rows import Row, keep_rows
from sync.kinds import State, Via
from sync.receive import Sender

log = logging.getLogger(__name__)
#: So many lines are derived together, in a transaction of their own.
CHUNK = 50
#: More lines than this are left to the worker.
AT_ONCE = 600


@dataclass(frozen=True)
class Imported:
    """What became of it. ``row`` is None where the report refuses it; ``is_new``: this call brought it in."""

    report: Report
    row: Import | None = None
    is_new: bool = False


def import_tables(
    files: Sequence[Given], town: str, month: str, *, by: int | None, now: datetime, wait: bool = False
) -> Imported:
    """Read, keep, derive. One error anywhere, and nothing is kept; the same tables twice are one import.

    Keeping is one transaction. Deriving follows in chunks, of many lines in the worker unless the caller has time to
    ``wait``; what a crash leaves undone the worker takes up as well.

    :raises ValueError: not a month. :raises Area.DoesNotExist: no such 街镇.
    """
    report = dry_run(files, town, month)
    if report.is_refused or not report.lines:
        return Imported(report)
    kept = _keep(report, files, by, now)
    if kept is None:
        return Imported(report, Import.objects.get(batch=report.batch))
    row, ids = kept
    if wait or len(ids) <= AT_ONCE:
        _derive(ids, report.batch, now)
    else:
        derive_import.enqueue(report.batch, now.isoformat())
    return Imported(report, row, is_new=True)


@transaction.atomic
def _keep(report: Report, files: Sequence[Given], by: int | None, now: datetime) -> tuple[Import, list[int]] | None:
    """The import and its lines, all at once; None if it was imported before."""
    row = store_trial(report, files, by, now)
    row = Import.objects.select_for_update().get(pk=row.pk)
    if row.imported_at is not None:
        return None
    row.imported_at, row.imported_by_id = now, by
    row.save(update_fields=["imported_at", "imported_by"])
    publish_line_form(now)
    rows = []
    for number, line in enumerate(report.lines, start=1):
        instance = line_name(report.batch, number)
        answers = {**line.read.answers, "batch": report.batch, "month": report.month, "place": str(line.read.where)}
        rows.append(Row(instance, write_line(answers, instance=instance, entity=line.entity)))
    answers_for = (report.town, first_village(report.town))
    sender = Sender(by, villages=(report.town,), answers_for=answers_for, via=Via.IMPORT)
    return row, keep_rows(rows, form_id=LEDGER_LINE, form_version=VERSION, sender=sender, now=now)


@task()
def derive_import(batch: str, imported_at: str) -> int:
    """Derive what is left of an import; how many lines. Twice is once."""
    count = Import.objects.get(batch=batch).lines
    ids = [pk for pk, state in kept_lines(batch, count).values() if state != State.APPLIED]
    _derive(ids, batch, datetime.fromisoformat(imported_at))
    return len(ids)


def _derive(ids: Sequence[int], batch: str, now: datetime) -> None:
    """What follows from the lines. A chunk that cannot be derived whole is gone through line by line, so that the one
    line that cannot stands among the troubles and the others count."""
    ordered = sorted(ids)
    for start in range(0, len(ordered), CHUNK):
        some = ordered[start : start + CHUNK]
        try:
            apply_many(some, now, batch[:80])
        except Exception:
            log.exception("lines %s to %s of %s one by one", some[0], some[-1], batch)
            for one in some:
                settle(one, apply, now, seconds=WORKER_SECONDS, worker=True)
