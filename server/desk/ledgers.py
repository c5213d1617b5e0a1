"""表一至表四: who has reported, the month as it would be printed, and the official file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from server.accounts.kinds import AccessKind
from server.accounts.matrix import Thing, Verb
from server.accounts.scope import log_access
from server.areas.models import Area
from server.areas.within import is_within
from server.desk.page import page, paged
from server.desk.parts import Badge, shown_name
from server.desk.seat import Seat, screen
from server.households.mask import MASKS
from server.ledgers.close import CannotClose, close_month
from server.ledgers.columns import TABLES, Column
from server.ledgers.export import export_month
from server.ledgers.find import months_of
from server.ledgers.kinds import LedgerKind, MonthState
from server.ledgers.late import late_in
from server.ledgers.models import Month
from server.ledgers.read import MonthView, month_view, standing_month
from server.ledgers.reopen import reopen_month
from server.ledgers.values import Line, Value, first_day, month_of, plain
from server.visits.rules import add_months

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MONTHS_SHOWN = 6
#: The notice is of July 2024; households are remembered from before, never from before this.
EARLIEST = date(2000, 1, 1)
EM_PER_WIDTH = 0.62  # width of a column on the screen, from its width in the sheet
STATE_COLOUR = {MonthState.LOCKED: "blue", MonthState.REPORTED: "green", MonthState.ACCEPTED: "green",
                MonthState.RETURNED: "red"}


@screen(Thing.LEDGER)
def ledgers(request: HttpRequest, seat: Seat) -> HttpResponse:
    """街镇 by month: what is open, locked, reported or returned."""
    towns = _towns(seat)
    first = seat.today.replace(day=1)
    months = [month_of(add_months(first, -back)) for back in range(MONTHS_SHOWN)]
    states = months_of([town.code for town in towns], months)
    grid = [
        (town, [(month, *_cell(states.get((town.code, month)))) for month in months]) for town in towns
    ]
    return page(request, seat, "ledgers/list.html", {"months": months, "grid": grid}, at="ledgers")


def _cell(state: str | None) -> tuple[str, str]:
    if state is None:
        return "开放", ""
    return MonthState(state).label, STATE_COLOUR[MonthState(state)]


def _towns(seat: Seat) -> list[Area]:
    """The 街镇 whose tables this person may look at, also where only some of its villages are his."""
    towns = Area.objects.filter(kind="town", is_open=True).order_by("code")
    return [town for town in towns if is_within(town.code, seat.codes) or _parts(seat, town.code)]


def _parts(seat: Seat, town: str) -> tuple[str, ...]:
    return tuple(code for code in seat.codes if code.startswith(town) and code != town)


@dataclass(frozen=True)
class Shown:
    """A line as the preview draws it: (text, long, pending) per cell; ``household`` to click through to."""

    number: int
    household: str
    cells: tuple[tuple[str, bool, bool], ...]


def _view(seat: Seat, town: str, month: str) -> MonthView:
    """The month, or 404: not in scope (logged), no such 街镇, no such month, or a month to come."""
    if not is_within(town, seat.codes) and not _parts(seat, town):
        seat.refuse(f"ledger:{town}/{month}")
    try:
        if not EARLIEST <= first_day(month) <= seat.today:
            raise Http404("month to come, or before our time")
        return month_view(town, month)
    except (ValueError, Area.DoesNotExist):
        raise Http404("month") from None


@screen(Thing.LEDGER)
def ledger(request: HttpRequest, seat: Seat, town: str, month: str) -> HttpResponse:
    view = _view(seat, town, month)
    whole = is_within(town, seat.codes)
    kind = LedgerKind(request.GET.get("t", "1")) if request.GET.get("t", "1") in LedgerKind.values else LedgerKind.ONE
    lines = {
        table: [one for one in found if whole or is_within(one.village, seat.codes)]
        for table, found in view.lines.items()
    }
    found = paged(request, lines[kind])
    columns = TABLES[kind].columns
    start = found.start_index()
    closed = standing_month(town, month)
    context: dict[str, Any] = {
        "view": view, "kind": kind, "table": TABLES[kind], "paged": found, "whole": whole,
        "columns": [(column.heading, f"{column.width * EM_PER_WIDTH:.1f}") for column in columns],
        "tabs": [(k.value, k.label, len(lines[k])) for k in LedgerKind],
        "lines": [_shown(seat, line, columns, start + index) for index, line in enumerate(found)],
        "badge": Badge(*_cell(view.state)), "first": first_day(month),
        "before": month_of(add_months(first_day(month), -1)), "after": _after(month, seat.today),
        "exports": seat.may(Verb.EXPORT, Thing.LEDGER_FILE, town),
        "locks": view.is_open and seat.may(Verb.LOCK, Thing.LEDGER, town),
        "reopens": not view.is_open and seat.may(Verb.REOPEN, Thing.LEDGER, town),
        "doubts": _doubts(view, lines) if view.is_open else [],
        "late": _late(closed) if closed is not None and whole else [],
    }
    return page(request, seat, "ledgers/month.html", context, at="ledgers")


def _doubts(view: MonthView, lines: Mapping[LedgerKind, Sequence[Line]]) -> list[tuple[str, list[tuple[str, str]]]]:
    """What to look at before locking, by reason: (reason, [(household, table and number)]) of the lines shown."""
    stands = {
        line.household: f"{kind.label} {number} 号" for kind in LedgerKind
        for number, line in enumerate(lines.get(kind, ()), start=1)
    }
    found: dict[str, list[tuple[str, str]]] = {}
    for household, text in view.doubts:
        if household in stands:
            found.setdefault(text, []).append((household, stands[household]))
    return list(found.items())


def _late(closed: Month) -> list[tuple[str, str, list[tuple[str, str, str]]]]:
    """补报 as (kind, household, [(heading, before, after)]), masked like the table."""
    masks = {column.heading: MASKS.get(column.key, str) for table in TABLES.values() for column in table.columns}

    def text(heading: str, value: Value) -> str:
        return "空" if value is None else masks[heading](str(plain(value)))

    return [
        (one.what.label, one.household, [(h, text(h, before), text(h, after)) for h, before, after in one.cells])
        for one in late_in(closed)
    ]


def _after(month: str, today: date) -> str:
    following = month_of(add_months(first_day(month), 1))
    return following if following <= month_of(today) else ""


def _shown(seat: Seat, line: Line, columns: tuple[Column, ...], number: int) -> Shown:
    cells = []
    for column in columns[1:]:
        cell = line.cells.get(column.key)
        text = "" if cell is None or cell.value is None else str(plain(cell.value))
        if column.key == "name":
            text = shown_name(seat, text, line.village)
        elif column.key in MASKS:
            text = MASKS[column.key](text)
        cells.append((text, column.type == "text", cell.pending if cell else False))
    return Shown(number, line.household, tuple(cells))


@require_POST
@screen(Thing.LEDGER)
def ledger_file(request: HttpRequest, seat: Seat, town: str, month: str) -> HttpResponse:
    """The workbook with full ID numbers: only with a reason, and the access log remembers reason and digest."""
    _view(seat, town, month)
    seat.must(Verb.EXPORT, Thing.LEDGER_FILE, town)
    reason = request.POST.get("reason", "").strip()
    if not reason:
        messages.error(request, "没有下载：请写明用途。", extra_tags="red")
        return redirect("desk:ledger", town, month)
    made = export_month(town, month, made_by=str(seat.user), now=seat.now)
    log_access(seat.user, AccessKind.EXPORT, f"ledger:{town}/{month}", now=seat.now, ip=seat.ip,
               detail=f"{made.digest[:16]} {reason}")
    answer = HttpResponse(made.data, content_type=XLSX)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(made.name)}"
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@screen(Thing.LEDGER)
def ledger_lock(request: HttpRequest, seat: Seat, town: str, month: str) -> HttpResponse:
    _view(seat, town, month)
    seat.must(Verb.LOCK, Thing.LEDGER, town)
    try:
        closed = close_month(town, month, by=seat.user.pk, now=seat.now)
    except CannotClose as why:
        messages.error(request, f"没有锁定：{why.sentence}", extra_tags="red")
        return redirect("desk:ledger", town, month)
    text = f"已锁定，校验码 {closed.month.checksum[:12]}。"
    if closed.parked:
        text += f"另有 {closed.parked} 条提交尚未入库，处理后列入补报。"
    messages.success(request, text, extra_tags="amber" if closed.parked else "green")
    return redirect("desk:ledger", town, month)


@require_POST
@screen(Thing.LEDGER)
def ledger_reopen(request: HttpRequest, seat: Seat, town: str, month: str) -> HttpResponse:
    _view(seat, town, month)
    if not seat.may(Verb.REOPEN, Thing.LEDGER, town):
        raise PermissionDenied("只有区民政局可以退回月报。")
    reason = request.POST.get("reason", "").strip()
    if not reason:
        messages.error(request, "没有退回：请写明原因。", extra_tags="red")
    elif reopen_month(town, month, by=seat.user.pk, now=seat.now, reason=reason[:500]) is not None:
        messages.success(request, "月报已退回，街镇可以修改后重新锁定。", extra_tags="green")
    return redirect("desk:ledger", town, month)
