"""我的提交 · 我的退回: what a worker has sent and what became of it. Collect has no inbox; this is it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse

from forms.catalogue import titles
from server.accounts.matrix import Thing
from server.acts.kinds import ActKind
from server.acts.read import reasons_for
from server.desk.page import page, paged
from server.desk.parts import Badge, review_badge
from server.desk.seat import Seat, screen
from server.households.find import name_of, sent_by
from server.households.kinds import Review
from sync.kinds import State
from sync.models import Submission


@dataclass(frozen=True)
class Sent:
    """One submission as its author sees it."""

    id: int
    title: str
    received_at: datetime
    name: str
    state: Badge
    reason: str


@screen(Thing.RETURNED)
def mine(request: HttpRequest, seat: Seat) -> HttpResponse:
    only_returned = request.GET.get("show") == "returned"
    found = paged(request, sent_by(seat.user.pk, returned=only_returned))
    reasons = reasons_for(ActKind.RETURN, [row.instance_id for row in found])
    named = titles()
    context = {
        "paged": found, "lines": [_line(row, named, reasons) for row in found], "only_returned": only_returned,
        "returned": sent_by(seat.user.pk, returned=True).count(),
    }
    return page(request, seat, "mine/list.html", context, at="mine")


def _line(row: Submission, named: Mapping[str, str], reasons: Mapping[str, str]) -> Sent:
    filing = getattr(row, "filing", None)
    noted = getattr(filing, "noted", None)
    household = noted.household if noted else None
    if noted is not None:
        state = review_badge(noted.review)
    elif row.state == State.PARKED:
        state = Badge("已收到，待管理员处理", "amber")
    else:
        state = Badge(State(row.state).label, "green" if row.state == State.APPLIED else "")
    reason = reasons.get(row.instance_id, "") if noted and noted.review == Review.RETURNED else ""
    return Sent(row.pk, named.get(row.form_id, row.form_id), row.received_at, name_of(household) if household else "",
                state, reason)
