"""困难线索: what neighbours, windows and grid workers have pointed at, urgent ones on top, none forgotten."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from server.accounts.matrix import Thing, Verb
from server.acts.kinds import ActKind
from server.areas.names import PlaceName, place_names
from server.desk.page import page, paged
from server.desk.parts import Badge, shown_name
from server.desk.seat import Seat, screen
from server.desk.words import Words
from server.field.decide import decide
from server.households.find import waiting_on
from server.support.find import lead_counts, leads_in, said_of
from server.support.kinds import LeadState
from server.support.models import Lead
from sync.models import Submission

#: How a lead may end without a visit (domain 三.2d).
AT_DESK = (LeadState.UNTRUE, LeadState.PASSED_ON)
TABS = {"open": "待处理", "overdue": "超时", "closed": "已办结"}


@dataclass(frozen=True)
class LeadLine:
    name: str
    place: str
    seen: str
    source: str
    urgent: bool
    reported_at: datetime
    due_at: datetime
    state: Badge
    by: str
    about: str
    id: str
    is_answerable: bool
    waits: bool
    submission: int | None  # what may be let in here


@screen(Thing.LEAD)
def leads(request: HttpRequest, seat: Seat) -> HttpResponse:
    tab = request.GET.get("tab", "open")
    tab = tab if tab in TABS else "open"
    reviewing = seat.reach(Verb.READ, Thing.SUBMISSION)
    found = paged(request, leads_in(seat.codes, seat.now, state=tab, reviewing=reviewing))
    places, words = place_names(row.village for row in found), Words()
    counts = lead_counts(seat.codes, seat.now, reviewing)
    told = waiting_on([row.pk for row in found if row.waits])
    context = {
        "tabs": [("open", "待处理", counts.open), ("overdue", "超时", counts.overdue), ("closed", "已办结", None)],
        "answers": [(state.value, state.label) for state in AT_DESK], "tab": tab, "paged": found,
        "lines": [_line(seat, row, places, words, told) for row in found], "lets_in": bool(told),
    }
    return page(request, seat, "leads/list.html", context, at="leads")


def _line(seat: Seat, row: Lead, places: Mapping[str, PlaceName], words: Words,
          told: Mapping[str, Submission]) -> LeadLine:
    said = said_of(row)
    place = places.get(row.village, PlaceName())
    late = row.state == LeadState.OPEN and row.due_at < seat.now
    name = str(said.get("rep_name") or "")
    sent = told.get(row.pk)
    lets_in = sent is not None and seat.may(Verb.APPROVE, Thing.SUBMISSION, row.village,
                                            own=sent.is_made_by(seat.user.pk))
    return LeadLine(
        name=shown_name(seat, name, row.village) if name else "（姓名不详）",
        place=place.full if seat.is_district else str(place), seen=str(said.get("seen") or said.get("brief") or ""),
        source=words.value("source", row.source) if row.source else "", urgent=row.urgent,
        reported_at=row.reported_at, due_at=row.due_at,
        state=Badge("超时", "red") if late else Badge(LeadState(row.state).label,
                                                     "amber" if row.state == LeadState.OPEN else "green"),
        by=str(row.by or ""), about=row.about, id=row.pk,
        waits=row.waits, submission=sent.pk if sent is not None and lets_in else None,
        is_answerable=row.state == LeadState.OPEN and seat.may(Verb.UPDATE, Thing.LEAD, row.village),
    )


@require_POST
@screen(Thing.LEAD)
def lead_answer(request: HttpRequest, seat: Seat, lead_id: str) -> HttpResponse:
    """End a lead at the desk (domain 三.2d): it was not so, or somebody else has taken it over. A visit or a
    registration that names the lead ends it by itself."""
    lead = get_object_or_404(Lead, pk=lead_id)
    seat.must_see(lead.village, f"lead {lead.pk}")
    if lead.waits and not seat.at(Verb.READ, Thing.SUBMISSION).sees(lead.village):
        seat.refuse(f"lead {lead.pk}")
    seat.must(Verb.UPDATE, Thing.LEAD, lead.village)
    state, reason = request.POST.get("state", ""), request.POST.get("reason", "").strip()
    if state not in AT_DESK or not reason:
        messages.add_message(request, messages.INFO, "没有保存：请选择结果并写明情况。", extra_tags="red")
    elif lead.state != LeadState.OPEN:
        messages.add_message(request, messages.INFO, "这条线索已经办结了。", extra_tags="amber")
    else:
        decide(ActKind.ACCEPT, lead.pk, by=seat.user.pk, now=seat.now, since=seat.today, value={"lead": state},
               reason=reason[:500])
        messages.add_message(request, messages.INFO, f"已办结：{LeadState(state).label}。", extra_tags="green")
    return redirect("desk:leads")
