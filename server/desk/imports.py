"""四表导入: upload, look at the report, confirm; what was imported, and taking it back."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from server.accounts.matrix import Thing, Verb
from server.areas.models import Area
from server.areas.names import PlaceName, place_names
from server.areas.within import within
from server.desk.inputs import ImportInput
from server.desk.page import page, paged
from server.desk.parts import TABLES, shown_name
from server.desk.seat import Seat, screen
from server.exchange.drop_originals import drop_originals
from server.exchange.dry_run import Given, dry_run
from server.exchange.find import Standing, imports_in, progress_of, standings_of
from server.exchange.import_tables import import_tables
from server.exchange.models import Import
from server.exchange.report import MOST_LISTED, LineTold, Report
from server.exchange.trial import discard, files_of, report_of, store_trial
from server.exchange.undo_import import approve_import, redo_import, undo_import
from server.exchange.values import Problem
from server.households.code import household_code
from server.households.mask import mask_id
from server.ledgers.values import month_of

THING = Thing.LEDGER_IMPORT
TABS = (("", "全部"), ("errors", "有错误"), ("warnings", "有提示"), ("joins", "并入已有户"), ("new", "新户"))


@dataclass(frozen=True)
class Row:
    """A line of the report as the screen draws it."""

    at: str
    table: str
    place: str
    name: str
    number: str
    told: str
    home: str
    home_code: str
    elsewhere: bool
    is_refused: bool
    problems: tuple[Problem, ...]


def _form(seat: Seat, request: HttpRequest | None = None) -> ImportInput:
    seat = seat.at(Verb.CREATE, THING)
    towns = Area.objects.filter(within("code", seat.codes), kind="town", is_open=True).order_by("code")
    given = (request.POST, request.FILES) if request is not None else (None, None)
    latest = month_of(seat.today)
    return ImportInput(*given, towns=[(town.code, town.name) for town in towns], latest=latest)


def _list(request: HttpRequest, seat: Seat, form: ImportInput, status: int = 200) -> HttpResponse:
    found = paged(request, imports_in(seat.codes), 20)
    standings = standings_of(found)
    context = {
        "form": form, "creates": seat.can(Verb.CREATE, THING), "paged": found,
        "rows": [(row, standings[row.batch]) for row in found],
    }
    return page(request, seat, "imports/list.html", context, at="imports", status=status)


@screen(THING)
def imports(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The upload and what was uploaded before."""
    return _list(request, seat, _form(seat))


@require_POST
@screen(THING, Verb.CREATE)
def import_new(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Read the files; nothing is imported yet."""
    form = _form(seat, request)
    if not form.is_valid():
        return _list(request, seat.at(Verb.READ, THING), form, status=422)
    files = [Given(file.name, file.read()) for file in form.cleaned_data["tables"]]
    report = dry_run(files, form.cleaned_data["town"], form.cleaned_data["month"])
    row = store_trial(report, files, seat.user.pk, seat.now)
    return redirect("desk:import_report", row.pk)


def _found(seat: Seat, import_id: int) -> tuple[Import, Standing]:
    """The import, or 404 (logged) outside the scope."""
    row = Import.objects.select_related("town", "uploaded_by", "imported_by", "dropped_by").filter(pk=import_id).first()
    if row is None:
        raise Http404("import")
    seat.must_see(row.town_id, f"import:{row.pk}")
    return row, standings_of([row])[row.batch]


@screen(THING)
def import_report(request: HttpRequest, seat: Seat, import_id: int) -> HttpResponse:
    row, standing = _found(seat, import_id)
    report = report_of(row)
    tab = request.GET.get("tab", "") if request.GET.get("tab", "") in dict(TABS) else ""
    chosen = {key: [line for line in report.lines if _fits(line, key)] for key, _ in TABS}
    found = paged(request, chosen[tab])
    places = place_names(line.read.answers.get("village", "") for line in found)
    waits = row.imported_at is None
    own = row.imported_by_id == seat.user.pk
    context = {
        "one": row, "standing": standing, "report": report, "tab": tab, "paged": found, "waits": waits,
        "tabs": [(key, label, len(chosen[key])) for key, label in TABS],
        "counts": [(TABLES[int(kind)], number) for kind, number in sorted(row.counts.items())],
        "drops": not waits and row.dropped_at is None and seat.may(Verb.UPDATE, THING, row.town_id),
        "files": list(row.files.defer("sealed").order_by("position")) if row.dropped_at is not None else [],
        "rows": [_row(seat, line, places) for line in found],
        "sheets": report.sheets, "faults": _worst(report), "progress": None if waits else progress_of(row),
        "confirms": waits and not report.is_refused and seat.may(Verb.CREATE, THING, row.town_id),
        "discards": waits and seat.may(Verb.CREATE, THING, row.town_id),
        "undoes": not waits and seat.may(Verb.UPDATE, THING, row.town_id),
        "approves": not waits and standing.undone_at is None and standing.approved_at is None
        and seat.may(Verb.APPROVE, THING, row.town_id, own=own),
    }
    return page(request, seat, "imports/report.html", context, at="imports")


def _fits(line: LineTold, tab: str) -> bool:
    return {
        "": True, "errors": line.is_refused, "warnings": any(not one.is_error for one in line.problems),
        "joins": line.joins is not None, "new": line.joins is None and not line.is_refused,
    }[tab]


def _worst(report: Report) -> list[Problem]:
    """What is wrong with files and sheets as a whole."""
    sheets = [
        Problem(f"{sheet.name}：{one.sentence}", one.cure, is_error=one.is_error)
        for sheet in report.sheets for one in sheet.problems
    ]
    return [*report.faults, *sheets][:MOST_LISTED]


def _row(seat: Seat, line: LineTold, places: Mapping[str, PlaceName]) -> Row:
    said, joins = line.read.answers, line.joins
    village = said.get("village", "")
    return Row(
        at=str(line.read.where), table=str(line.read.kind.label), place=str(places.get(village, "")),
        name=shown_name(seat, said.get("rep_name", ""), village), number=mask_id(said.get("id_no", "")),
        told=_told(said), home=joins.household if joins and joins.is_here else "",
        home_code=household_code(joins.household) if joins and joins.is_here else "",
        elsewhere=joins is not None and not joins.is_here, is_refused=line.is_refused, problems=line.problems,
    )


def _told(said: Mapping[str, str]) -> str:
    """The days of a line, which are misread most easily."""
    parts = [("准入", "admit_on"), ("终止", "end_on")]
    return "，".join(f"{word} {_days(said[key])}" for word, key in parts if said.get(key))


def _days(text: str) -> str:
    return "、".join("不详" if day == "-" else day.replace("-", ".") for day in text.split())


@require_POST
@screen(THING, Verb.CREATE)
def import_confirm(request: HttpRequest, seat: Seat, import_id: int) -> HttpResponse:
    """Import what was looked at. It is read once more, since names and households may have changed meanwhile."""
    row, _ = _found(seat, import_id)
    seat.must(Verb.CREATE, THING, row.town_id)
    files = files_of(row)
    done = import_tables(files, row.town_id, row.month, by=seat.user.pk, now=seat.now)
    target = done.row or store_trial(done.report, files, seat.user.pk, seat.now)
    if target.pk != row.pk:
        discard(row)
    if done.row is None:
        messages.error(request, "没有导入：现在读来有错误，请看报告。", extra_tags="red")
    elif done.is_new:
        text = f"已导入 {target.lines} 行。现在是待审，由另一位审核人员整份通过。"
        messages.success(request, text, extra_tags="green")
    else:
        messages.info(request, "同样的表先前已经导入过，没有重复导入。", extra_tags="amber")
    return redirect("desk:import_report", target.pk)


@require_POST
@screen(THING, Verb.CREATE)
def import_discard(request: HttpRequest, seat: Seat, import_id: int) -> HttpResponse:
    row, _ = _found(seat, import_id)
    seat.must(Verb.CREATE, THING, row.town_id)
    if discard(row):
        messages.success(request, "已丢弃这次试读，上传的文件也已删除。", extra_tags="green")
    return redirect("desk:imports")


@require_POST
@screen(THING, Verb.UPDATE)
def import_undo(request: HttpRequest, seat: Seat, import_id: int) -> HttpResponse:
    row, _ = _found(seat, import_id)
    seat.must(Verb.UPDATE, THING, row.town_id)
    reason = request.POST.get("reason", "").strip()
    if not reason:
        messages.error(request, "没有撤销：请写明原因。", extra_tags="red")
    elif undo_import(row, by=seat.user.pk, now=seat.now, reason=reason[:500]):
        messages.success(request, "已撤销整份导入，它带来的内容不再计入。", extra_tags="green")
    return redirect("desk:import_report", row.pk)


@require_POST
@screen(THING, Verb.UPDATE)
def import_redo(request: HttpRequest, seat: Seat, import_id: int) -> HttpResponse:
    row, _ = _found(seat, import_id)
    seat.must(Verb.UPDATE, THING, row.town_id)
    if redo_import(row, by=seat.user.pk, now=seat.now):
        messages.success(request, "已恢复整份导入。", extra_tags="green")
    return redirect("desk:import_report", row.pk)


@require_POST
@screen(THING, Verb.UPDATE)
def import_drop(request: HttpRequest, seat: Seat, import_id: int) -> HttpResponse:
    """Destroy the uploaded files; what was imported from them stays."""
    row, _ = _found(seat, import_id)
    seat.must(Verb.UPDATE, THING, row.town_id)
    reason = request.POST.get("reason", "").strip()
    if not reason:
        messages.error(request, "没有销毁：请写明原因。", extra_tags="red")
    elif drop_originals(row, by=seat.user.pk, now=seat.now, reason=reason):
        messages.success(request, "已销毁上传的原文件和导入报告，已入库的各行不受影响。", extra_tags="green")
    return redirect("desk:import_report", row.pk)


@require_POST
@screen(THING, Verb.APPROVE)
def import_approve(request: HttpRequest, seat: Seat, import_id: int) -> HttpResponse:
    row, _ = _found(seat, import_id)
    seat.must(Verb.APPROVE, THING, row.town_id, own=row.imported_by_id == seat.user.pk)
    if approve_import(row, by=seat.user.pk, now=seat.now):
        messages.success(request, f"已整份通过，{row.lines} 行计入月报。", extra_tags="green")
    return redirect("desk:import_report", row.pk)

