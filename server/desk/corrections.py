"""Mending what a submission says: a fact, its time, or the household it was filed to."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from server.accounts.matrix import Thing, Verb
from server.acts.kinds import ActKind
from server.desk.aid_lines import LABELS, WRONG, aid_value
from server.desk.seat import Seat, screen
from server.desk.submission import Found, find_submission
from server.field.decide import decide
from server.field.people import tidy_name
from server.field.shapes import HOUSEHOLD_FACTS, TEXT, shaped
from server.households.facts import FACTS, kind_of
from server.households.find import by_id_or_code
from server.households.idno import birth_of, normal_id, sex_of, valid_id
from server.households.kinds import FactKind
from server.support.aid import ADDING


def corrected_values(fact: str, text: str) -> list[dict[str, Any]]:
    """The values of the correction acts for one fact as typed; a valid ID number brings birth date and sex along."""
    text = text.strip()
    if fact == "id_no":
        number = normal_id(text)
        holds = valid_id(number)
        acts: list[dict[str, Any]] = [{"fact": "id_no", "key": "", "value": number or None, "verified": holds}]
        born = birth_of(number) if holds else None
        if born is not None:
            acts += [{"fact": "birth", "key": "", "value": born.isoformat(), "verified": True},
                     {"fact": "sex", "key": "", "value": sex_of(number), "verified": True}]
        return acts
    value: Any = tidy_name(text) if fact == "rep_name" else shaped(text, HOUSEHOLD_FACTS.get(fact, TEXT))
    # Somebody looked at it and decided: a corrected timeless fact stands above what was only said.
    return [{"fact": fact, "key": "", "value": value or None, "verified": kind_of(fact) == FactKind.TIMELESS}]


def _found(seat: Seat, submission_id: int) -> Found:
    found = find_submission(seat, submission_id)
    seat.must(Verb.APPROVE, Thing.SUBMISSION, found.area, own=found.made)
    return found


@require_POST
@screen(Thing.SUBMISSION, Verb.APPROVE)
def submission_correct(request: HttpRequest, seat: Seat, submission_id: int) -> HttpResponse:
    """Correct one fact in its place: it does not become newer truth, what was said later still wins."""
    found = _found(seat, submission_id)
    fact, reason = request.POST.get("fact", ""), request.POST.get("reason", "").strip()
    if found.row.form_id == "referral" and fact in ADDING:
        return _correct_aid(request, seat, found, fact, reason)
    if fact not in FACTS or kind_of(fact) not in (FactKind.TIMELESS, FactKind.CHANGING):
        raise Http404("fact")
    if not reason:
        messages.error(request, "没有保存：请写明更正原因。", extra_tags="red")
        return redirect("desk:submission", submission_id)
    with transaction.atomic():
        for value in corrected_values(fact, request.POST.get("value", "")):
            decide(ActKind.CORRECT, found.row.instance_id, by=seat.user.pk, now=seat.now, value=value,
                   reason=reason[:500])
    messages.success(request, f"已更正“{FACTS[fact].label}”。", extra_tags="green")
    return redirect("desk:submission", submission_id)


def _correct_aid(request: HttpRequest, seat: Seat, found: Found, fact: str, reason: str) -> HttpResponse:
    """Mend what one submission says was given: that event alone, the others of the sum stay."""
    value = aid_value(fact, request.POST.get("value", ""))
    if not reason:
        messages.error(request, "没有保存：请写明更正原因。", extra_tags="red")
    elif value is None:
        messages.error(request, f"没有保存：{WRONG[fact]}；整笔不算的，请退回或作废。", extra_tags="red")
    else:
        told = {"fact": fact, "key": "", "value": value}
        decide(ActKind.CORRECT, found.row.instance_id, by=seat.user.pk, now=seat.now, value=told, reason=reason[:500])
        messages.success(request, f"已更正“{LABELS[fact]}”。", extra_tags="green")
    return redirect("desk:submission", found.row.pk)


@require_POST
@screen(Thing.SUBMISSION, Verb.APPROVE)
def submission_clock(request: HttpRequest, seat: Seat, submission_id: int) -> HttpResponse:
    """Say when it was really seen, where a phone's clock was wrong."""
    found = _found(seat, submission_id)
    reason = request.POST.get("reason", "").strip()
    try:
        observed = timezone.make_aware(datetime.fromisoformat(request.POST.get("observed", "")))
    except ValueError:
        observed = None
    if observed is None or observed > seat.now or not reason:
        messages.error(request, "没有保存：请填写不晚于现在的时间，并写明原因。", extra_tags="red")
        return redirect("desk:submission", submission_id)
    decide(ActKind.CLOCK, found.row.instance_id, by=seat.user.pk, now=seat.now, reason=reason[:500],
           value={"observed": observed.isoformat()})
    messages.success(request, "已更正走访时间，日程随之重新计算。", extra_tags="green")
    return redirect("desk:submission", submission_id)


@require_POST
@screen(Thing.SUBMISSION, Verb.APPROVE)
def submission_refile(request: HttpRequest, seat: Seat, submission_id: int) -> HttpResponse:
    """Put a visit under the household it really was about (only updates; a registration is merged)."""
    found = _found(seat, submission_id)
    home = by_id_or_code(request.POST.get("household", ""))
    reason = request.POST.get("reason", "").strip()
    if home is None or not seat.sees(home.village):
        messages.error(request, "没有保存：找不到这个户编号。", extra_tags="red")
    elif found.row.form_id != "visit" or not reason:
        messages.error(request, "没有保存：只有探访记录可以改挂，且须写明原因。", extra_tags="red")
    else:
        decide(ActKind.REFILE, found.row.instance_id, by=seat.user.pk, now=seat.now, other=home.pk,
               reason=reason[:500])
        messages.success(request, "已改挂到所选的户。", extra_tags="green")
    return redirect("desk:submission", submission_id)
