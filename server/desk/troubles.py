"""入库异常: kept, but nothing follows from it yet. Looked at here, processed again at a click."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from forms.catalogue import titles
from server.accounts.matrix import Thing, Verb
from server.desk.page import page, paged
from server.desk.seat import Seat, screen
from server.field.apply import apply
from server.field.parked import parked_in
from sync.inbox import claim_one, release, retry, settle
from sync.kinds import State


@screen(Thing.SUBMISSION, Verb.READ)
def troubles(request: HttpRequest, seat: Seat) -> HttpResponse:
    found = paged(request, parked_in(seat.codes, district=seat.is_district))
    named = titles()
    lines = [(row, named.get(row.form_id, row.form_id)) for row in found]
    context = {"paged": found, "lines": lines, "retries": seat.can(Verb.APPROVE, Thing.SUBMISSION)}
    return page(request, seat, "troubles/list.html", context, at="troubles")


@require_POST
@screen(Thing.SUBMISSION, Verb.APPROVE)
def trouble_retry(request: HttpRequest, seat: Seat, submission_id: int) -> HttpResponse:
    """Take it up again, right now; what came from somebody who has left is taken as well, since somebody decided."""
    row = parked_in(seat.codes, district=seat.is_district).filter(pk=submission_id).first()
    if row is None:
        raise Http404("parked")
    if row.is_quarantined:
        release(row.pk, seat.now)
    retry(row.pk, seat.now)
    state = settle(row.pk, apply, seat.now, worker=True) if claim_one(row.pk, seat.now) else State.KEPT
    if state == State.APPLIED:
        messages.success(request, "已入库。", extra_tags="green")
    else:
        messages.warning(request, "仍未能入库，原因见下表。", extra_tags="amber")
    return redirect("desk:troubles")
