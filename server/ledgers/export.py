"""From a month to its file."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from server.ledgers.read import MonthView, month_view
from server.ledgers.workbook import Paper, file_name, make_workbook


@dataclass(frozen=True)
class Exported:
    """A workbook with full ID numbers: whoever hands it out logs who took it and why."""

    name: str
    data: bytes
    view: MonthView

    @property
    def digest(self) -> str:
        """SHA-256 of the file (hex)."""
        return sha256(self.data).hexdigest()


def export_month(town: str, month: str, *, made_by: str, now: datetime) -> Exported:
    """The official workbook of a 街镇's month: the record of a closed one, a draft of an open one.

    A closed month gives the same bytes whenever and by whomever it is exported.

    :raises ValueError: not a month. :raises Area.DoesNotExist: no such 街镇.
    """
    view = month_view(town, month)
    paper = Paper(
        town=view.town_name, month=month, state=view.state_name, version=view.version, checksum=view.checksum,
        made_at=view.closed_at or now, made_by=view.closed_by if view.closed_at else made_by, is_draft=view.is_open,
    )
    return Exported(file_name(view.town_name, month), make_workbook(view.lines, paper), view)
