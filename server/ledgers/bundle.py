"""The larger files: all 街镇 as a zip, the district's totals, the changes since last month.

Town by town, so that no more than one 街镇 is in memory and somebody can be told how far it is.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from tempfile import TemporaryFile
from zipfile import ZIP_STORED, ZipFile

from server.areas.models import Area
from server.areas.within import within
from server.households.models import Ident
from server.ledgers.changes import TownChanges, changes_book
from server.ledgers.columns import ATTACHMENT
from server.ledgers.differences import Difference, differences
from server.ledgers.export import export_month
from server.ledgers.kinds import ExportKind, LedgerKind, Variant
from server.ledgers.read import MonthView, month_view
from server.ledgers.roll_up import roll_up_book, totals_of
from server.ledgers.values import Line, first_day
from server.ledgers.variants import month_before

Tick = Callable[[], None]


def towns_in(area: str) -> list[str]:
    """Codes of the 街镇 inside an area."""
    rows = Area.objects.filter(within("code", [area]), kind="town", is_open=True)
    return list(rows.order_by("code").values_list("code", flat=True))


def make_file(
    what: ExportKind, towns: Sequence[str], month: str, variant: Variant, *, made_by: str, now: datetime, tick: Tick
) -> tuple[str, bytes]:
    """(name, bytes) of a file; ``tick`` is called after each 街镇."""
    first = first_day(month)
    stamp = f"{first.year}年{first.month}月"
    if what == ExportKind.TOWN:
        made = export_month(towns[0], month, made_by=made_by, now=now, variant=variant)
        tick()
        return made.name, made.data
    if what == ExportKind.ALL:
        return f"{ATTACHMENT}（各街镇{stamp}）.zip", _zip(towns, month, variant, made_by, now, tick)
    about = {"月份": month, "导出人": made_by, "口径": variant.label}
    if what == ExportKind.ROLL_UP:
        totals = []
        for town in towns:
            view = month_view(town, month, doubting=False)
            totals.append(totals_of(view.town_name, view.state_name, view.lines))
            tick()
        return f"{ATTACHMENT}汇总（{stamp}）.xlsx", roll_up_book(month, totals, about=about, made_at=now)
    changed = []
    for town in towns:
        view = month_view(town, month, doubting=False)
        changed.append(TownChanges(view.town_name, tuple(changes_since(view))))
        tick()
    return f"{ATTACHMENT}变化（{stamp}）.xlsx", changes_book(month, changed, about=about, made_at=now)


def changes_since(view: MonthView) -> list[Difference]:
    """What differs between a 街镇's month and the one before it."""
    before = _flat(month_view(view.town, month_before(view.month), doubting=False))
    ids = {line.household for line in before}
    serving = dict(Ident.objects.filter(pk__in=ids).values_list("pk", "household_id"))
    return differences(before, _flat(view), serving)


def _flat(view: MonthView) -> list[Line]:
    return [line for kind in LedgerKind for line in view.lines.get(kind, ())]


def _zip(towns: Sequence[str], month: str, variant: Variant, made_by: str, now: datetime, tick: Tick) -> bytes:
    with TemporaryFile() as file:
        with ZipFile(file, "w", ZIP_STORED) as bundle:  # an .xlsx is compressed already
            for town in towns:
                made = export_month(town, month, made_by=made_by, now=now, variant=variant)
                bundle.writestr(made.name, made.data)
                tick()
        file.seek(0)
        return file.read()
