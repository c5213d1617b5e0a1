"""Taking an imported file back, and taking that back: one act each."""

from datetime import datetime

from server.acts.kinds import ActKind
from server.exchange.find import standings_of
from server.exchange.models import Import
from server.field.decide_batch import decide_batch


def undo_import(row: Import, *, by: int | None, now: datetime, reason: str) -> bool:
    """As if its lines had never been said; False if it stands undone already, or was never imported."""
    if row.imported_at is None or standings_of([row])[row.batch].undone_at is not None:
        return False
    decide_batch(ActKind.VOID, row.batch, by=by, now=now, reason=reason)
    return True


def redo_import(row: Import, *, by: int | None, now: datetime, reason: str = "") -> bool:
    """Undo the undoing; False if there is nothing to bring back."""
    if row.imported_at is None or standings_of([row])[row.batch].undone_at is None:
        return False
    decide_batch(ActKind.UNVOID, row.batch, by=by, now=now, reason=reason)
    return True


def approve_import(row: Import, *, by: int | None, now: datetime) -> bool:
    """Approve every line at once, so that a closing counts them; False if it was, or is undone."""
    standing = standings_of([row])[row.batch]
    if row.imported_at is None or standing.undone_at is not None or standing.approved_at is not None:
        return False
    decide_batch(ActKind.APPROVE, row.batch, by=by, now=now)
    return True
