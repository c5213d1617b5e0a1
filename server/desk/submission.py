"""One submission: what it said, what it changed, and what somebody decides about it."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from forms.catalogue import find_version, titles
from forms.xml import Unreadable
from server.accounts.find import person_places
from server.accounts.kinds import AccessKind
from server.accounts.matrix import Thing, Verb
from server.accounts.models import User
from server.accounts.scope import log_access
from server.acts.kinds import ActKind
from server.acts.read import acts_about, reason_of
from server.areas.names import place_names
from server.desk.aid_lines import aid_lines
from server.desk.answers import Line, draw_answers
from server.desk.changes import change_lines
from server.desk.page import page
from server.desk.parts import flag_badges, review_badge, shown_name
from server.desk.review_lines import names_about
from server.desk.seat import Seat, screen
from server.desk.words import Words, day_text
from server.field.decide import decide
from server.households.chains import wrong_clock
from server.households.find import (
    WAITING,
    name_of,
    noted_in,
    open_household,
    served,
    versions_of,
)
from server.households.kinds import ProposalKind, Review
from server.households.load import open_filing
from server.households.models import Noted
from server.households.places import believed
from sync.kinds import State
from sync.models import Submission
from sync.photos import calls_itself_picture
from sync.read_kept import read_kept

#: What a reviewer can say, with the words shown when it is done. Those with True need a reason.
VERDICTS = {ActKind.APPROVE: ("已通过", False), ActKind.RETURN: ("已退回", True), ActKind.VOID: ("已作废", True),
            ActKind.UNVOID: ("已撤销作废", False)}


@dataclass(frozen=True)
class Found:
    """A submission inside the seat's scope."""

    row: Submission
    noted: Noted | None
    area: str
    own: bool
    made: bool  # his own, or brought by him: nobody approves either
    is_guest: bool = False


def find_submission(seat: Seat, submission_id: int, *, reads: bool = False) -> Found:
    """The submission, or 404 (logged). Its author may always look at his own.

    ``reads``: who only looks may also be of where it came from, when what it speaks of is another 街镇's: ``is_guest``,
    and ``area`` is then the 村居 its sender answered for. Deciding is for where the household is.
    """
    rows = Submission.objects.select_related("sender", "key", "filing__noted__household")
    row = rows.filter(pk=submission_id).first()
    if row is None:
        raise Http404("submission")
    noted = getattr(getattr(row, "filing", None), "noted", None)
    area = (noted.village if noted else "") or next(iter(row.context.get("villages", ())), "") or _place_of(row)
    own = row.sender_id == seat.user.pk
    made = row.is_made_by(seat.user.pk)
    if own or seat.sees(area):
        return Found(row, noted, area, own, made)
    home = next((code for code in row.context.get("villages", ()) if code and seat.sees(code)), "")
    if not (reads and home):
        seat.refuse(f"submission:{row.pk}")
    return Found(row, noted, home, own, made, is_guest=True)


def _place_of(row: Submission) -> str:
    """Where its sender works or worked, for what says no place itself (who has left answers for no village)."""
    return next(iter(person_places(row.sender_id)), "") if row.sender_id else ""


@screen()
def submission(request: HttpRequest, seat: Seat, submission_id: int) -> HttpResponse:
    seat = seat.at(Verb.READ, Thing.SUBMISSION)
    return _draw(request, seat, find_submission(seat, submission_id, reads=True), reveals=False)


@require_POST
@screen()
def submission_reveal(request: HttpRequest, seat: Seat, submission_id: int) -> HttpResponse:
    """The same page with ID numbers, phones and addresses in full; the access log remembers it."""
    seat = seat.at(Verb.READ, Thing.SUBMISSION)
    found = find_submission(seat, submission_id, reads=True)
    seat.must(Verb.READ_FULL, Thing.IDENTITY, found.area)
    log_access(seat.user, AccessKind.REVEAL, f"submission:{found.row.pk}", now=seat.now, ip=seat.ip)
    return _draw(request, seat, found, reveals=True)


def _draw(request: HttpRequest, seat: Seat, found: Found, *, reveals: bool) -> HttpResponse:
    row, noted = found.row, found.noted
    household = noted.household if noted else None
    if found.is_guest and household and not seat.sees(household.village):
        household = None
    words = Words([found.area])
    places = place_names([found.area])
    # What was decided about the file a line came with was decided about the line.
    acts = acts_about({row.instance_id, noted.filing.batch if noted else ""} - {""})
    approves = noted is not None and not found.is_guest and seat.may(Verb.APPROVE, Thing.SUBMISSION, found.area)
    title = titles().get(row.form_id, row.form_id)
    name = names_about([noted]).get(noted.pk, "") if noted and (household or not found.is_guest) else ""
    is_ours = household is not None and not found.is_guest
    changes = change_lines(seat, found.area, noted, words, reveals) if is_ours and noted else []
    context = {
        "one": row, "noted": noted, "title": title, "place": places.get(found.area), "own": found.own,
        "made": found.made, "brought_by": _brought_by(row),
        "household": household,
        "name": shown_name(seat, name, found.area) if name else "",
        "review": review_badge(noted.review) if noted else None,
        "state": State(row.state).label, "flags": flag_badges(noted.flags) if noted else [],
        "lines": _answers(seat, found, words, reveals), "reveals": reveals,
        "may_reveal": not reveals and seat.may(Verb.READ_FULL, Thing.IDENTITY, found.area),
        "aid": aid_lines(noted) if not found.is_guest else [],
        "changes": changes, "changed": any(line.before for line in changes),
        "proposals": _proposals(noted, words) if is_ours else [], "files": _files(row),
        "is_guest": found.is_guest, "clock": _clock(noted),
        "versions": versions_of(row.instance_id, row.deprecated_id),
        "acts": [(act, ActKind(act.kind).label, reason_of(act)) for act in acts],
        "approves": approves and not found.made, "waits": noted is not None and noted.review in WAITING,
        "voided": noted is not None and noted.review == Review.VOIDED,
    }
    return page(request, seat, "submissions/detail.html", context, at="submissions")


def _brought_by(row: Submission) -> str:
    """Who brought it in the sender's name; "" when the phone sent it itself."""
    person = row.context.get("brought_by")
    return str(User.objects.filter(pk=person).first() or "") if person else ""


def _clock(noted: Noted | None) -> dict[str, Any] | None:
    """What a phone with a wrong clock gave, and by what hour it stands for the time being."""
    if noted is None or not any("手机时间" in flag for flag in noted.flags):
        return None
    filing = open_filing(noted.filing)
    return {"wrong": wrong_clock(filing), "said": filing.observed, "stands": believed(filing.observed, filing)}


def _proposals(noted: Noted | None, words: Words) -> list[str]:
    """What this submission proposes and nobody has decided, in words."""
    if noted is None or noted.household is None:
        return []
    mine = [p.proposed for p in open_household(noted.household).pending if p.instance == noted.filing.instance]
    return [
        f"{ProposalKind(one.kind).label}{'（' + words.programme(one.programme) + '）' if one.programme else ''} "
        f"{day_text(one.on)}" for one in mine
    ]


def _answers(seat: Seat, found: Found, words: Words, reveals: bool) -> list[Line]:
    version = find_version(found.row.form_id, found.row.form_version)
    if version is None or found.row.is_encrypted:
        return []
    try:
        answers = read_kept(found.row, version.fields)
    except Unreadable:
        return []  # the row's own trouble says why

    def named(source: str, code: str) -> str:
        return _name_from_list(seat, words, source, code)

    sensitive = seat.may(Verb.READ, Thing.SENSITIVE, found.area) or found.own
    return draw_answers(answers, version.fields, reveals=reveals, sensitive=sensitive, named=named)


def _name_from_list(seat: Seat, words: Words, source: str, code: str) -> str:
    """What a code chosen from a list means, in words."""
    if source == "households.csv":
        household = served(code)
        return shown_name(seat, name_of(household), household.village) if household else "（名单外的户）"
    if source == "villages.csv":
        return words.value("village", code)
    if source in ("leads.csv", "referrals.csv"):
        return f"编号 {code[-8:]}"
    return words.help(code)


def _files(row: Submission) -> list[dict[str, Any]]:
    """What came beside the text; pictures first."""
    files = [
        {"id": one.pk, "name": one.name, "size": one.size, "is_picture": calls_itself_picture(one.name)
         and not one.is_unreadable, "is_replaced": one.is_replaced, "is_unreadable": one.is_unreadable,
         "is_mentioned": one.is_mentioned}
        for one in row.attachments.order_by("name", "received_at")
    ]
    return sorted(files, key=lambda file: not file["is_picture"])


@require_POST
@screen(Thing.SUBMISSION, Verb.APPROVE)
def submission_judge(request: HttpRequest, seat: Seat, submission_id: int) -> HttpResponse:
    """Approve, return or void; then on to the next that waits."""
    found = find_submission(seat, submission_id)
    seat.must(Verb.APPROVE, Thing.SUBMISSION, found.area, own=found.made)
    verdict, reason = request.POST.get("verdict", ""), request.POST.get("reason", "").strip()
    if verdict not in VERDICTS or found.noted is None:
        raise Http404("verdict")
    done, needs_reason = VERDICTS[ActKind(verdict)]
    if needs_reason and not reason:
        messages.error(request, "没有保存：请写明原因，报送人会看到。", extra_tags="red")
        return redirect("desk:submission", submission_id)
    decide(ActKind(verdict), found.row.instance_id, by=seat.user.pk, now=seat.now, reason=reason[:500])
    messages.success(request, f"{done}。", extra_tags="green")
    following = noted_in(seat.codes, review=WAITING, oldest_first=True).first() if request.POST.get("next") else None
    return redirect("desk:submission", following.filing.submission_id if following else submission_id)
