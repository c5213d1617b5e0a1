"""Files of the four tables: at once for one 街镇, by the worker for all. Each with a reason, each logged."""

import uuid
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from server.accounts.kinds import AccessKind
from server.accounts.matrix import Thing, Verb
from server.accounts.scope import codes_for, log_access
from server.areas.kinds import AreaKind
from server.areas.models import Area
from server.areas.within import is_within
from server.desk.export_jobs import run_export
from server.desk.ledger_parts import must_see_month
from server.desk.page import page
from server.desk.seat import Seat, screen
from server.ledgers.changes import supplement_book
from server.ledgers.csv_file import make_csv
from server.ledgers.export import export_month, lines_in
from server.ledgers.jobs import MOST_TRIES, TooMany, ask_export, is_lost, open_export
from server.ledgers.kinds import ExportKind, ExportState, LedgerKind, Variant
from server.ledgers.models import Export, Supplement
from server.ledgers.supplements import differences_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {"xlsx": XLSX, "csv": "text/csv; charset=utf-8", "zip": "application/zip"}
LISTED = 30


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "").strip()[:120]


def _handed(name: str, data: bytes) -> HttpResponse:
    answer = HttpResponse(data, content_type=TYPES.get(name.rpartition(".")[2], "application/octet-stream"))
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer["Cache-Control"] = "no-store"
    return answer


def _tables(text: str) -> Sequence[LedgerKind]:
    return (LedgerKind(text),) if text in LedgerKind.values else tuple(LedgerKind)


def _variant(text: str) -> Variant:
    return Variant(text) if text in Variant.values else Variant.STOCK


@require_POST
@screen(Thing.LEDGER)
def ledger_file(request: HttpRequest, seat: Seat, town: str, month: str) -> HttpResponse:
    """The workbook with full ID numbers: only with a reason, and the access log remembers reason and digest."""
    must_see_month(seat, town, month)
    seat.must(Verb.EXPORT, Thing.LEDGER_FILE, town)
    reason = _reason(request)
    if not reason:
        messages.error(request, "没有下载：请写明用途。", extra_tags="red")
        return redirect("desk:ledger", town, month)
    kinds, variant = _tables(request.POST.get("table", "")), _variant(request.POST.get("variant", ""))
    made = export_month(town, month, made_by=str(seat.user), now=seat.now, kinds=kinds, variant=variant)
    name, data, digest = made.name, made.data, made.digest
    if request.POST.get("format") == "csv" and len(kinds) == 1:
        name, data = name.removesuffix("xlsx") + "csv", make_csv(kinds[0], lines_in(made.view, variant)[kinds[0]])
    log_access(seat.user, AccessKind.EXPORT, f"ledger:{town}/{month}", now=seat.now, ip=seat.ip,
               detail=f"{digest[:16]} {reason}")
    return _handed(name, data)


@require_POST
@screen(Thing.LEDGER)
def supplement_file(request: HttpRequest, seat: Seat, town: str, month: str, number: int) -> HttpResponse:
    """A numbered supplement as it was issued."""
    must_see_month(seat, town, month)
    seat.must(Verb.EXPORT, Thing.LEDGER_FILE, town)
    issued = Supplement.objects.filter(month__town=town, month__month=month, number=number)
    version = request.POST.get("version", "")
    number_of = int(version) if version.isascii() and version.isdecimal() else 1
    row = issued.filter(month__version=number_of).select_related("month__town").first()
    reason = _reason(request)
    if row is None:
        raise Http404("supplement")
    if not reason:
        messages.error(request, "没有下载：请写明用途。", extra_tags="red")
        return redirect("desk:ledger", town, month)
    name = row.month.town.name
    about = {"街镇": name, "月份": month, "期号": str(number), "校验": row.checksum, "导出人": str(seat.user)}
    data = supplement_book(name, month, number, differences_of(row), about=about, made_at=row.issued_at)
    log_access(seat.user, AccessKind.EXPORT, f"supplement:{town}/{month}/{number}", now=seat.now, ip=seat.ip,
               detail=f"{row.checksum[:16]} {reason}")
    return _handed(f"补报第{number}期（{name}{month}）.xlsx", data)


#: What kind of area a file is of; one table of a 街镇 is of no district.
_KINDS = {ExportKind.TOWN: [AreaKind.TOWN], "": [AreaKind.TOWN, AreaKind.DISTRICT]}


@screen(Thing.LEDGER_FILE, Verb.EXPORT)
def exports(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Files this person has asked for; the page looks again by itself while one is under way."""
    rows = list(Export.objects.filter(by=seat.user).defer("sealed", "wrapped_key")[:LISTED])
    names = dict(Area.objects.filter(code__in={row.area for row in rows}).values_list("code", "name"))
    drawn = [(row, names.get(row.area, ""), is_lost(row, seat.now), _again(row, seat)) for row in rows]
    busy = any(row.state in (ExportState.WAITING, ExportState.RUNNING) and not lost for row, _, lost, _ in drawn)
    context: dict[str, Any] = {"rows": drawn, "busy": busy}
    return page(request, seat, "ledgers/exports.html", context, at="ledgers")


def _again(row: Export, seat: Seat) -> bool:
    return row.tries < MOST_TRIES and (row.state == ExportState.FAILED or is_lost(row, seat.now))


@require_POST
@screen(Thing.LEDGER_FILE, Verb.EXPORT)
def export_new(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Ask for a larger file of everything inside an area."""
    area, month = request.POST.get("area", ""), request.POST.get("month", "")
    if not is_within(area, codes_for(seat.access, Verb.EXPORT, Thing.LEDGER_FILE)) or not area:
        seat.refuse(f"export:{area}"[:80])
    what, reason = request.POST.get("what", ""), _reason(request)
    # A code may begin like one of his and be none.
    known = Area.objects.filter(code=area, kind__in=_KINDS.get(what, _KINDS[""]), is_open=True).exists()
    if not known:
        messages.error(request, "没有导出：没有这个街镇，请从页面上选择范围。", extra_tags="red")
        return redirect("desk:ledgers")
    if what not in ExportKind.values or not reason:
        messages.error(request, "没有导出：请选择内容并写明用途。", extra_tags="red")
        return redirect("desk:ledgers")
    try:
        row = ask_export(ExportKind(what), area, month, _variant(request.POST.get("variant", "")), by=seat.user,
                         now=seat.now, reason=reason)
    except ValueError:
        raise Http404("month") from None
    except TooMany:
        messages.error(request, "没有导出：您还有文件正在生成，请稍候。", extra_tags="red")
        return redirect("desk:exports")
    run_export.enqueue(str(row.pk))
    messages.success(request, "已开始生成，完成后在这里下载。", extra_tags="green")
    return redirect("desk:exports")


def _own(seat: Seat, export_id: uuid.UUID) -> Export:
    row = Export.objects.filter(pk=export_id).first()
    if row is None or row.by_id != seat.user.pk:
        seat.refuse(f"export:{export_id}")
        raise AssertionError("refused")
    # Who asked for it may have lost the right since.
    seat.must(Verb.EXPORT, Thing.LEDGER_FILE, row.area)
    return row


@screen(Thing.LEDGER_FILE, Verb.EXPORT)
def export_file(request: HttpRequest, seat: Seat, export_id: uuid.UUID) -> HttpResponse:
    """The finished file; each download is logged."""
    row = _own(seat, export_id)
    try:
        data = open_export(row)
    except ValueError:
        messages.error(request, "文件还没有生成，或者已过期清除。", extra_tags="red")
        return redirect("desk:exports")
    log_access(seat.user, AccessKind.EXPORT, f"export:{row.what}/{row.area}/{row.asked['month']}", now=seat.now,
               ip=seat.ip, detail=f"{row.digest[:16]} 下载 {row.reason}")
    return _handed(row.name, data)


@require_POST
@screen(Thing.LEDGER_FILE, Verb.EXPORT)
def export_retry(request: HttpRequest, seat: Seat, export_id: uuid.UUID) -> HttpResponse:
    """Another try of one that failed, or whose worker died."""
    row = _own(seat, export_id)
    if not _again(row, seat):
        messages.error(request, "不必重试，或已试过多次；请联系管理员。", extra_tags="red")
        return redirect("desk:exports")
    run_export.enqueue(str(row.pk))
    messages.success(request, "已重新排队。", extra_tags="green")
    return redirect("desk:exports")
