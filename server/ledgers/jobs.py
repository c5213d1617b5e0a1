"""Files made in the background: asked for, made with progress, a limit, an error that can be read, and another try."""

import time
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256

from django.db.models import F, Q

from server.accounts.kinds import AccessKind
from server.accounts.models import User
from server.accounts.scope import log_access
from server.ledgers.bundle import make_file, towns_in
from server.ledgers.kinds import ExportKind, ExportState, Variant
from server.ledgers.models import Export
from server.ledgers.values import first_day
from sync.vault.envelope import new_data_key, open_sealed, seal, unwrap

#: Longer than this no file may take, and no longer may a job be silent before it counts as lost (its worker died).
MOST_SECONDS = 900
FORGOTTEN = timedelta(hours=1)
SILENT = timedelta(minutes=3)
#: Unfinished files a person may have at a time; tries of one; days a file is kept.
AT_ONCE, MOST_TRIES, KEPT = 3, 5, timedelta(days=7)


class TooMany(Exception):
    """The person has as many files under way as one may."""


class TooLong(Exception):
    """The job has used its time."""


def ask_export(
    what: ExportKind, area: str, month: str, variant: Variant, *, by: User, now: datetime, reason: str
) -> Export:
    """Note that somebody wants a file. Whether he may have it has been asked before; the caller hands it to a worker.

    :raises ValueError: not a month. :raises TooMany: wait for the others.
    """
    first_day(month)
    drop_old(now)
    # One that was never handed to a worker must not stand in its owner's way for ever.
    under_way = Q(state=ExportState.WAITING, at__gt=now - FORGOTTEN)
    under_way |= Q(state=ExportState.RUNNING, beat_at__gt=now - SILENT)
    if Export.objects.filter(under_way, by=by).count() >= AT_ONCE:
        raise TooMany
    total = 1 if what == ExportKind.TOWN else len(towns_in(area))
    asked = {"month": month, "variant": str(variant)}
    return Export.objects.create(what=what, asked=asked, area=area, by=by, at=now, reason=reason[:120], total=total)


def make_export(export_id: uuid.UUID, clock: Callable[[], datetime]) -> bool:
    """Make the file, seal it, log it; False where it is made or being made already. Errors end in the row."""
    now = clock()
    free = Q(state__in=(ExportState.WAITING, ExportState.FAILED)) | Q(
        state=ExportState.RUNNING, beat_at__lt=now - SILENT
    )
    claimed = Export.objects.filter(free, pk=export_id, tries__lt=MOST_TRIES).update(
        state=ExportState.RUNNING, beat_at=now, done=0, error="", tries=F("tries") + 1
    )
    if not claimed:
        return False
    row = Export.objects.select_related("by").get(pk=export_id)
    until = time.monotonic() + MOST_SECONDS

    def tick() -> None:
        Export.objects.filter(pk=row.pk).update(done=F("done") + 1, beat_at=clock())
        if time.monotonic() > until:
            raise TooLong

    towns = [row.area] if row.what == ExportKind.TOWN else towns_in(row.area)
    try:
        name, data = make_file(
            ExportKind(row.what), towns, row.asked["month"], Variant(row.asked["variant"]), made_by=str(row.by or ""),
            now=row.at, tick=tick,
        )
    except TooLong:
        _failed(row, f"超过 {MOST_SECONDS // 60} 分钟，已停止。请分街镇导出。", clock())
    except Exception as reason:
        _failed(row, f"生成时出错（{type(reason).__name__}），请重试；仍不成功请联系管理员。", clock())
        raise
    else:
        _done(row, name, data, clock())
    return True


def _failed(row: Export, sentence: str, now: datetime) -> None:
    Export.objects.filter(pk=row.pk).update(state=ExportState.FAILED, error=sentence, beat_at=now)


def _done(row: Export, name: str, data: bytes, now: datetime) -> None:
    wrapped, key = new_data_key()
    digest = sha256(data).hexdigest()
    Export.objects.filter(pk=row.pk).update(
        state=ExportState.DONE, name=name, digest=digest, size=len(data), beat_at=now, wrapped_key=wrapped,
        sealed=seal(key, data, str(row.pk).encode()),
    )
    log_access(
        row.by, AccessKind.EXPORT, f"export:{row.what}/{row.area}/{row.asked['month']}", now=now,
        detail=f"{digest[:16]} {row.reason}",
    )


def open_export(row: Export) -> bytes:
    """The bytes of a finished file. :raises ValueError: there are none (any more)."""
    if row.state != ExportState.DONE or row.sealed is None or row.wrapped_key is None:
        raise ValueError("no file")
    return open_sealed(unwrap(bytes(row.wrapped_key)), bytes(row.sealed), str(row.pk).encode())


def is_lost(row: Export, now: datetime) -> bool:
    """Whether its worker has died over it."""
    return row.state == ExportState.RUNNING and (row.beat_at is None or row.beat_at < now - SILENT)


def drop_old(now: datetime) -> int:
    """Drop the bytes of files some days old; the rows stay. How many."""
    old = Export.objects.filter(state=ExportState.DONE, beat_at__lt=now - KEPT)
    return old.update(state=ExportState.DROPPED, sealed=None, wrapped_key=None)
