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
from server.desk.review_lines import names_about
from server.desk.seat import Seat, screen
from server.desk.submission import NOT_LISTED
from server.households.find import name_of, sent_by
from server.households.kinds import Review
from server.households.load import HOUSEHOLDS, LEADS
from server.households.models import Noted
from sync.kinds import State
from sync.models import Submission


@dataclass(frozen=True)
class Sent:
    """One submission as its author sees it: a household is named to him only where it is his to see anyway."""

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
    about = names_about(seat, [noted for row in found if (noted := _noted(row)) is not None])
    context = {
        "paged": found, "lines": [_line(seat, row, named, reasons, about) for row in found],
        "only_returned": only_returned, "returned": sent_by(seat.user.pk, returned=True).count(),
    }
    return page(request, seat, "mine/list.html", context, at="mine")


def _noted(row: Submission) -> Noted | None:
    return getattr(getattr(row, "filing", None), "noted", None)


def _line(seat: Seat, row: Submission, named: Mapping[str, str], reasons: Mapping[str, str],
          about: Mapping[int, str]) -> Sent:
    noted = _noted(row)
    if noted is not None:
        state = review_badge(noted.review)
    elif row.state == State.PARKED:
        state = Badge("已收到，待街镇核对", "amber")
    else:
        state = Badge(State(row.state).label, "green" if row.state == State.APPLIED else "")
    reason = reasons.get(row.instance_id, "") if noted and noted.review == Review.RETURNED else ""
    return Sent(row.pk, named.get(row.form_id, row.form_id), row.received_at, _name(seat, noted, about), state, reason)


def _name(seat: Seat, noted: Noted | None, about: Mapping[int, str]) -> str:
    """The household's name where its home is the author's to see; else that it is none of his, known or not.
    ``about``: whose referrals his own are; a lead is nobody's."""
    if noted is None or noted.filing.list == LEADS:
        return ""
    if noted.filing.list != HOUSEHOLDS:
        return about.get(noted.pk, NOT_LISTED)
    household = noted.household
    return name_of(household) if household is not None and seat.reads_home(household.village) else NOT_LISTED
