"""Decisions about a household, as thin posts over ``decide``: each says in the message what it filed."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from server.accounts.matrix import Thing, Verb
from server.acts.kinds import ActKind
from server.areas.models import Area
from server.desk.corrections import corrected_values
from server.desk.duplicate_homes import WHICH_HOME, picked_home
from server.desk.household import find_household
from server.desk.household_closing import conditions_on
from server.desk.seat import Seat, screen
from server.field.assign import assign
from server.field.decide import decide
from server.field.merge import NeedsVillage, merge, places_without
from server.households.facts import FACTS, kind_of
from server.households.find import by_id_or_code, open_household, served, standing_merges
from server.households.kinds import RELIEF_OF, FactKind, Grade, ProposalKind, Status
from server.households.models import Household
from server.households.registrars import ids_of, registrations_of
from server.households.relief_moves import wrong_move
from server.households.standing import VILLAGE_DIGITS
from server.households.values import Clash
from server.households.words import same
from server.visits.closing import unmet
from server.visits.kinds import Closing
from sync.models import Submission

#: No decision is older than the relief it is about; a slip in the year must not fill a schedule with centuries.
EARLIEST = date(1949, 10, 1)


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "").strip()[:500]


def _since(request: HttpRequest, seat: Seat) -> date | None:
    """The day given, today where none was; None for a day to come, before our time, or no day at all."""
    text = request.POST.get("since", "")
    try:
        since = date.fromisoformat(text) if text else seat.today
    except ValueError:
        return None
    return since if EARLIEST <= since <= seat.today else None


def _back(request: HttpRequest, row_id: str, text: str, colour: str = "green") -> HttpResponse:
    messages.add_message(request, messages.INFO, text, extra_tags=colour)
    return redirect("desk:household", row_id)


def _may(request: HttpRequest, seat: Seat, any_id: str, verb: Verb, thing: Thing) -> Household:
    row = find_household(seat, any_id)
    seat.must(verb, thing, row.village)
    return row


@require_POST
@screen(Thing.HOUSEHOLD)
def household_grade(request: HttpRequest, seat: Seat, any_id: str) -> HttpResponse:
    row = _may(request, seat, any_id, Verb.UPDATE, Thing.SCHEDULE)
    grade, since = request.POST.get("grade", ""), _since(request, seat)
    if grade not in Grade.values or since is None:
        return _back(request, row.pk, "没有保存：请选择等级，起始日期不能晚于今天。", "red")
    decide(ActKind.GRADE, row.pk, by=seat.user.pk, now=seat.now, since=since, value={"grade": grade},
           reason=_reason(request))
    return _back(request, row.pk, f"已评定为{Grade(grade).label}，下次走访日期已重新计算。")


@require_POST
@screen(Thing.HOUSEHOLD)
def household_assign(request: HttpRequest, seat: Seat, any_id: str) -> HttpResponse:
    row = _may(request, seat, any_id, Verb.APPROVE, Thing.STATE)
    village = Area.objects.filter(code=request.POST.get("village", ""), kind="village", is_open=True).first()
    if village is None or not seat.sees(village.code):
        return _back(request, row.pk, "没有保存：只能划到本街镇的村居；跨街镇请由区民政局办理。", "red")
    since = _since(request, seat)
    if since is None:
        return _back(request, row.pk, "没有保存：起始日期不能晚于今天。", "red")
    assign(row.pk, village.code, by=seat.user.pk, now=seat.now, since=since, reason=_reason(request))
    return _back(request, row.pk, f"已划定到{village.name}，手机名单随之调整。")


def _unmet(row: Household, since: date) -> dict[str, list[str]]:
    """What an act that ends care records: codes of the conditions that do not hold. Nothing where no condition is set:
    the household was never in relief."""
    (found,) = conditions_on(row, [since])
    return {"unmet": unmet(found)} if found else {}


def _must_say_why(
    request: HttpRequest, row: Household, typed: Mapping[str, date], missing: list[str], at: str
) -> HttpResponse:
    """Nothing is filed; the page opens ``at`` the form that was sent, with the day that was ``typed`` there."""
    text = f"没有保存：结束关爱的条件还没有都满足（{_named(missing)}）。仍要结束，请写明理由。"
    messages.add_message(request, messages.INFO, text, extra_tags="red")
    kept = urlencode({name: day.isoformat() for name, day in typed.items()})
    return redirect(f"{reverse('desk:household', args=[row.pk])}{'?' if kept else ''}{kept}#{at}")


def _named(missing: list[str]) -> str:
    return "、".join(Closing(code).label for code in missing)


def _in_spite(value: dict[str, Any]) -> str:
    missing = value.get("unmet")
    return f"；条件未满足：{_named(missing)}，理由已记录" if missing else ""


@require_POST
@screen(Thing.HOUSEHOLD)
def household_proposal(request: HttpRequest, seat: Seat, any_id: str) -> HttpResponse:
    """Accept or decline what a visit proposed; it must still be pending."""
    row = _may(request, seat, any_id, Verb.APPROVE, Thing.STATE)
    said = {key: request.POST.get(key, "") for key in ("instance", "proposal", "programme")}
    pending = [p for p in open_household(row).pending if (p.instance, str(p.proposed.kind), p.proposed.programme)
               == (said["instance"], said["proposal"], said["programme"])]
    accepts = request.POST.get("decision") == "accept"
    if not pending:
        return _back(request, row.pk, "这条建议已经处理过了。", "amber")
    proposed = pending[0].proposed
    told = Submission.objects.filter(instance_id=said["instance"])
    if accepts and any(one.is_made_by(seat.user.pk) for one in told.only("sender_id", "context")):
        raise PermissionDenied("不能采纳自己填报或代为导入的建议，须由其他审核人员办理。")
    since = _since(request, seat) if request.POST.get("since") else proposed.on
    if since is not None and not EARLIEST <= since <= seat.today:
        since = None if accepts else seat.today  # a phone may name any day; to decline, none is needed
    if since is None or (not accepts and not _reason(request)):
        return _back(request, row.pk, "没有保存：日期不能晚于今天；不采纳须写明原因。", "red")
    precision = proposed.precision if since == proposed.on else "day"
    value: dict[str, Any] = {**said, "precision": precision}
    if accepts and proposed.kind == ProposalKind.CLOSE:
        value |= _unmet(row, since)
        if value.get("unmet") and not _reason(request):
            typed = {"accept_on": since} if request.POST.get("since") else {}
            return _must_say_why(request, row, typed, value["unmet"], "proposed")
    decide(ActKind.ACCEPT if accepts else ActKind.DECLINE, row.pk, by=seat.user.pk, now=seat.now, since=since,
           value=value, reason=_reason(request))
    label = ProposalKind(said["proposal"]).label
    return _back(request, row.pk, f"{'已采纳' if accepts else '未采纳'}：{label}{_in_spite(value)}。")


@require_POST
@screen(Thing.HOUSEHOLD)
def household_state(request: HttpRequest, seat: Seat, any_id: str) -> HttpResponse:
    """Admission, termination, moved, died, end of care: decided at the desk without a visit's proposal."""
    row = _may(request, seat, any_id, Verb.APPROVE, Thing.STATE)
    proposal, programme = request.POST.get("proposal", ""), request.POST.get("programme", "")
    since = _since(request, seat)
    closes = since is not None and proposal == ProposalKind.CLOSE
    ended = _unmet(row, since) if closes and since is not None else {}
    if since is not None and ended.get("unmet") and not _reason(request):
        return _must_say_why(request, row, {"close_on": since}, ended["unmet"], "closing")
    if proposal not in ProposalKind.values or since is None or not _reason(request):
        return _back(request, row.pk, "没有保存：请选择事项，日期不能晚于今天，并写明依据。", "red")
    kind = ProposalKind(proposal)
    value: dict[str, Any] = {"proposal": proposal, "instance": "", "programme": "", **ended}
    if kind == ProposalKind.REOPEN and row.status == Status.ACTIVE:
        return _back(request, row.pk, "没有保存：这一户就在册，不用恢复。", "amber")
    if kind in RELIEF_OF:
        wrong = wrong_move(open_household(row).folded.spells, kind, programme, since)
        if wrong:
            return _back(request, row.pk, f"没有保存：{wrong}。", "red")
        value["programme"] = programme
    decide(ActKind.ACCEPT, row.pk, by=seat.user.pk, now=seat.now, since=since, value=value, reason=_reason(request))
    return _back(request, row.pk, f"已登记：{kind.label}{_in_spite(value)}。")


def _other(seat: Seat, text: str) -> Household | None:
    """The second household of a pair, by id or by the code people say aloud."""
    other = by_id_or_code(text)
    return other if other and seat.sees(other.village) else None


def _picked_side(request: HttpRequest, row: Household, other: Household) -> str:
    """The village of one of the two, picked by side where the other was only typed in; '' where none was."""
    picked = {"this": row.village, "other": other.village}.get(request.POST.get("side", ""), "")
    return picked if len(picked) == VILLAGE_DIGITS else ""


@require_POST
@screen(Thing.HOUSEHOLD)
def household_pair(request: HttpRequest, seat: Seat, any_id: str) -> HttpResponse:
    """Merge two households, or record that they are not the same; where they stand in two 村居, a merge says which."""
    row = _may(request, seat, any_id, Verb.APPROVE, Thing.STATE)
    other = _other(seat, request.POST.get("other", ""))
    same = request.POST.get("decision") == "merge"
    if other is None or other.pk == row.pk or not _reason(request):
        return _back(request, row.pk, "没有保存：请填写管辖范围内另一户的户号，并写明依据。", "red")
    seat.must(Verb.APPROVE, Thing.STATE, other.village)
    if any(seat.user.pk in one.hands for one in registrations_of([*ids_of(row), *ids_of(other)])):
        raise PermissionDenied("您登记过其中一户，不能由您认定，请由本街镇其他审核人员或区民政局办理。")
    if same:
        village = _picked_side(request, row, other) or picked_home(request, (row.pk, other.pk))
        try:
            merge(row.pk, other.pk, by=seat.user.pk, now=seat.now, village=village, reason=_reason(request))
        except NeedsVillage:
            return _back(request, row.pk, WHICH_HOME, "red")
    else:
        decide(ActKind.CANNOT_LINK, row.pk, by=seat.user.pk, now=seat.now, other=other.pk, reason=_reason(request))
    now_served = served(row.pk)
    text = "已合并为一户，可以撤销。" if same else "已认定为不同户，以后不再提示。"
    return _back(request, now_served.pk if now_served else row.pk, text)


@require_POST
@screen(Thing.HOUSEHOLD)
def household_part(request: HttpRequest, seat: Seat, any_id: str) -> HttpResponse:
    """分开: undo the merge that brought an id in, or say that it is another household where opinions joined it."""
    row = _may(request, seat, any_id, Verb.APPROVE, Thing.STATE)
    apart, ids = request.POST.get("id", ""), open_household(row).folded.ids
    if apart not in ids or len(ids) < 2 or not _reason(request):
        return _back(request, row.pk, "没有保存：请写明分开的原因。", "red")
    merges = [act for act in standing_merges(ids) if apart in (act.subject, act.other)]
    if merges and not all(seat.may(Verb.APPROVE, Thing.STATE, place) for place in places_without(merges, list(ids))):
        return _back(request, row.pk, "没有保存：分开后有一份登记回到外街镇，请由区民政局办理。", "red")
    for act in merges:
        decide(ActKind.UNMERGE, apart, by=seat.user.pk, now=seat.now, other=str(act.id), reason=_reason(request))
    if merges:
        text = "已撤销合并。"
    else:
        rest = row.pk if apart != row.pk else next(one for one in ids if one != apart)
        decide(ActKind.CANNOT_LINK, apart, by=seat.user.pk, now=seat.now, other=rest, reason=_reason(request))
        text = "这两份登记是系统按证据归为一户的，已认定为不同户。"
    now_served = served(row.pk)
    return _back(request, now_served.pk if now_served else row.pk, text)


@require_POST
@screen(Thing.HOUSEHOLD)
def household_settle(request: HttpRequest, seat: Seat, any_id: str) -> HttpResponse:
    """Settle a conflict by one click: the picked value stands, in the place of the statement that caused it. Where
    something else stands above that place, it is stated anew; ``keep`` leaves what stands."""
    row = _may(request, seat, any_id, Verb.APPROVE, Thing.STATE)
    clashes = open_household(row).clashes
    named = {str(index): clash for index, clash in enumerate(clashes)}
    clash = named.get(request.POST.get("index", ""))
    if clash is None or clash.fact != request.POST.get("fact"):
        return _back(request, row.pk, "这条冲突已经处理过了。", "amber")
    pick = request.POST.get("pick")
    value = clash.against if pick == "against" else clash.value
    if clash.kind == "village":
        # The phones of another 街镇 are the district's to fill: its people may name a village, and no more.
        if not seat.sees(value) or not Area.objects.filter(code=value, kind="village", is_open=True).exists():
            return _back(request, row.pk, "没有保存：只能划到本街镇的村居；跨街镇请由区民政局办理。", "red")
        assign(row.pk, value, by=seat.user.pk, now=seat.now, since=seat.today, reason=_reason(request) or "裁定搬迁")
    else:
        _stand(seat, row.pk, clash, value, _reason(request) or "裁定冲突", keeps=pick == "keep")
    return _back(request, row.pk, "已划定村居。" if clash.kind == "village" else "冲突已裁定。")


@transaction.atomic
def _stand(seat: Seat, row_id: str, clash: Clash, value: Any, reason: str, *, keeps: bool) -> None:
    said: dict[str, Any] = {"fact": clash.fact, "key": clash.key, "value": value}
    if not keeps and kind_of(clash.fact) == FactKind.TIMELESS:
        said["verified"] = True  # somebody looked at it and decided
    decide(ActKind.CORRECT, clash.instance, by=seat.user.pk, now=seat.now, reason=reason, value=said)
    row = served(row_id)
    if not keeps and row is not None and not same(open_household(row).folded.value(clash.fact), value):
        decide(ActKind.STATE, row.pk, by=seat.user.pk, now=seat.now, since=seat.today, reason=reason, value=said)


@require_POST
@screen(Thing.HOUSEHOLD)
def household_fact(request: HttpRequest, seat: Seat, any_id: str) -> HttpResponse:
    """State a fact as newer truth (a change the desk has heard of), in the place of this moment."""
    row = _may(request, seat, any_id, Verb.APPROVE, Thing.STATE)
    fact, since = request.POST.get("fact", ""), _since(request, seat)
    if fact not in FACTS or kind_of(fact) not in (FactKind.TIMELESS, FactKind.CHANGING) or since is None:
        return _back(request, row.pk, "没有保存：请选择项目，日期不能晚于今天。", "red")
    if not _reason(request):
        return _back(request, row.pk, "没有保存：请写明依据。", "red")
    with transaction.atomic():
        for value in corrected_values(fact, request.POST.get("value", "")):
            decide(ActKind.STATE, row.pk, by=seat.user.pk, now=seat.now, since=since, value=value,
                   reason=_reason(request))
    return _back(request, row.pk, f"已登记变更：{FACTS[fact].label}。")
