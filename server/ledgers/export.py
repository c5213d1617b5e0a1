"""From a month to its file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from server.ledgers.archive import content_digest
from server.ledgers.kinds import LedgerKind, Variant
from server.ledgers.read import MonthView, month_view
from server.ledgers.values import Line
from server.ledgers.variants import new_in
from server.ledgers.workbook import Paper, file_name, make_workbook


@dataclass(frozen=True)
class Exported:
    """A file with full ID numbers: whoever hands it out logs who took it and why."""

    name: str
    data: bytes
    view: MonthView

    @property
    def digest(self) -> str:
        """SHA-256 of the file (hex)."""
        return sha256(self.data).hexdigest()

    @property
    def content(self) -> str:
        """SHA-256 (hex) of all that is printed: the file but for its properties."""
        return content_digest(self.data)


def export_month(
    town: str, month: str, *, made_by: str, now: datetime, kinds: Sequence[LedgerKind] = tuple(LedgerKind),
    variant: Variant = Variant.STOCK,
) -> Exported:
    """The official workbook of a 街镇's month, or of some of its tables: the record of a closed one, a draft of an open
    one. What is printed of a closed month is the same whenever and by whomever it is exported; only the properties of
    the file say by whom and when.

    :raises ValueError: not a month. :raises Area.DoesNotExist: no such 街镇.
    """
    view = month_view(town, month, doubting=False)
    name = file_name(view.town_name, month, kinds, variant)
    return Exported(name, make_workbook(lines_in(view, variant), paper_of(view, made_by, now, variant), kinds), view)


def lines_in(view: MonthView, variant: Variant) -> Mapping[LedgerKind, Sequence[Line]]:
    """The lines a file of that variant holds."""
    return view.lines if variant == Variant.STOCK else new_in(view)


def paper_of(view: MonthView, made_by: str, now: datetime, variant: Variant = Variant.STOCK) -> Paper:
    """What the file of a month says about itself."""
    return Paper(
        town=view.town_name, month=view.month, state=view.state_name, version=view.version, checksum=view.checksum,
        made_at=view.closed_at or now, made_by=made_by, is_draft=view.is_open, variant=variant,
        closed_by=view.closed_by,
    )
