"""The life of a month at the desk: lock, report, accept, send back, supplement; and rulings about one household."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from server.accounts.matrix import Thing, Verb
from server.areas.within import is_within
from server.desk.ledger_now import turn_to, village_now
from server.desk.ledger_parts import must_see_month
from server.desk.seat import Seat, screen
from server.households.find import served
from server.households.idno import normal_id
from server.households.kinds import Programme
from server.households.models import Household
from server.ledgers.close import CannotClose, close_month
from server.ledgers.folds import Shown
from server.ledgers.late import unissued_in
from server.ledgers.read import lines_of, standing_month
from server.ledgers.reopen import reopen_month
from server.ledgers.report import accept_month, report_month
from server.ledgers.rule_on import leave_out, list_person, take_in, unlist_person
from server.ledgers.rulings import rulings_of
from server.ledgers.supplements import issue_supplement
from server.ledgers.values import last_day


def _said(request: HttpRequest, town: str, month: str, text: str, colour: str = "green") -> HttpResponse:
    messages.add_message(request, messages.INFO, text, extra_tags=colour)
    back = request.POST.get("back")
    return redirect("desk:ledgers") if back == "district" else redirect("desk:ledger", town, month)


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "").strip()[:500]


@require_POST
@screen(Thing.LEDGER)
def ledger_lock(request: HttpRequest, seat: Seat, town: str, month: str) -> HttpResponse:
    must_see_month(seat, town, month)
    seat.must(Verb.LOCK, Thing.LEDGER, town)
    try:
        closed = close_month(town, month, by=seat.user.pk, now=seat.now)
    except CannotClose as why:
        return _said(request, town, month, f"没有锁定：{why.sentence}", "red")
    lines = sum(closed.month.counts.values())
    text = f"已锁定，共 {lines} 行{'' if lines else '（零报告）'}，校验码 {closed.month.checksum[:12]}。"
    if closed.parked:
        text += f"另有 {closed.parked} 条提交尚未入库，处理后列入补报。"
    return _said(request, town, month, text, "amber" if closed.parked else "green")


@require_POST
@screen(Thing.LEDGER)
def ledger_report(request: HttpRequest, seat: Seat, town: str, month: str) -> HttpResponse:
    must_see_month(seat, town, month)
    seat.must(Verb.LOCK, Thing.LEDGER, town)
    done = report_month(town, month, by=seat.user.pk, now=seat.now)
    if done is None:
        return _said(request, town, month, "没有报送：月报须先锁定，已报送的不必再报。", "red")
    zero = "" if sum(done.counts.values()) else "（零报告）"
    return _said(request, town, month, f"已报送区民政局{zero}。")


@require_POST
@screen(Thing.LEDGER)
def ledger_accept(request: HttpRequest, seat: Seat, town: str, month: str) -> HttpResponse:
    must_see_month(seat, town, month)
    seat.must(Verb.APPROVE, Thing.LEDGER, town)
    if accept_month(town, month, by=seat.user.pk, now=seat.now) is None:
        return _said(request, town, month, "没有接收：街镇还没有报送。", "red")
    return _said(request, town, month, "已接收。")


@require_POST
@screen(Thing.LEDGER)
def ledger_reopen(request: HttpRequest, seat: Seat, town: str, month: str) -> HttpResponse:
    must_see_month(seat, town, month)
    if not seat.may(Verb.REOPEN, Thing.LEDGER, town):
        raise PermissionDenied("只有区民政局可以退回月报。")
    if not _reason(request):
        return _said(request, town, month, "没有退回：请写明原因。", "red")
    if reopen_month(town, month, by=seat.user.pk, now=seat.now, reason=_reason(request)) is None:
        return _said(request, town, month, "没有退回：月报还是开放的。", "amber")
    return _said(request, town, month, "月报已退回，街镇可以修改后重新锁定。")


@require_POST
@screen(Thing.LEDGER)
def ledger_supplement(request: HttpRequest, seat: Seat, town: str, month: str) -> HttpResponse:
    """Issue what became known since as the next numbered supplement."""
    must_see_month(seat, town, month)
    seat.must(Verb.LOCK, Thing.LEDGER, town)
    closed = standing_month(town, month)
    if closed is None or not _reason(request):
        return _said(request, town, month, "没有出具：月报须先锁定，并请写明原因。", "red")
    with transaction.atomic():
        issued = issue_supplement(
            closed, unissued_in(closed), by=seat.user.pk, now=seat.now, reason=_reason(request)
        )
    if issued is None:
        return _said(request, town, month, "没有需要补报的变化。", "amber")
    return _said(request, town, month, f"已出具补报第 {issued.number} 期，共 {issued.count} 条。")


def _household(seat: Seat, town: str, month: str, any_id: str) -> Household:
    """The household as this month of this 街镇 knows it, or 404 (logged): one the month lists, or left out."""
    must_see_month(seat, town, month)
    seat.must(Verb.UPDATE, Thing.LEDGER, town)
    row = served(any_id)
    if row is None or not (lines_of(town, month, any_id) or _was_here(town, month, row)):
        seat.refuse(f"household:{any_id}"[:80])
        raise AssertionError("refused")
    return row


def _was_here(town: str, month: str, row: Household) -> bool:
    """Whether it lived here as the month ended; a month's line belongs to that 街镇, wherever the household is now."""
    return is_within(Shown(row.pk).fold(last_day(month)).village, [town])


@require_POST
@screen(Thing.LEDGER)
def ledger_leave_out(request: HttpRequest, seat: Seat, town: str, month: str, any_id: str) -> HttpResponse:
    """Leave a household out of this month, or take it in again."""
    household = _household(seat, town, month, any_id).pk
    if not _reason(request):
        return _said(request, town, month, "没有保存：请写明原因。", "red")
    verb = take_in if request.POST.get("again") else leave_out
    verb(household, month, by=seat.user.pk, now=seat.now, reason=_reason(request))
    text = "这一户本月重新列入。" if request.POST.get("again") else "这一户本月不列入。"
    if standing_month(town, month) is not None:
        text += "月报已锁定，变化列入补报。"
    return _said(request, town, month, text)


@require_POST
@screen(Thing.LEDGER)
def ledger_person(request: HttpRequest, seat: Seat, town: str, month: str, any_id: str) -> HttpResponse:
    """List a further 对象 with a programme of their own, or end that (domain F-9): from a day on, so it is for who
    answers for the household now."""
    row = _household(seat, town, month, any_id)
    household, turn = row.pk, turn_to(seat, village_now(row, town))
    if turn:
        raise PermissionDenied(turn)
    since, programme = _day(request.POST.get("since", ""), seat.today), request.POST.get("programme", "")
    name, number = request.POST.get("name", "").strip()[:50], normal_id(request.POST.get("id_no", ""))[:30]
    named = {str(person.key) for person in rulings_of(month).persons([household])} & {request.POST.get("act", "")}
    by, now, reason = seat.user.pk, seat.now, _reason(request)
    if named and reason:
        unlist_person(household, named.pop(), until=since, by=by, now=now, reason=reason)
        return _said(request, town, month, "已撤销增列。" if since is None else "已登记终止。")
    if not (name and programme in Programme.values and since and reason):
        return _said(request, town, month, "没有保存：请填写姓名、保障项目、不晚于今天的准入日期和依据。", "red")
    list_person(
        household, name=name, id_no=number, programme=programme, since=since, by=by, now=now, reason=reason
    )
    return _said(request, town, month, "已增列对象。")


def _day(text: str, today: date) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if date(1949, 10, 1) <= day <= today else None
