"""One submission: what it said, what it changed, and what somebody decides about it."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
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
from server.areas.names import place_names, villages_in
from server.desk.aid_lines import aid_lines
from server.desk.answers import Line, draw_answers
from server.desk.changes import change_lines
from server.desk.claims import claim_of, claimed_household
from server.desk.duplicate_answers import UNDO
from server.desk.page import page
from server.desk.parts import OTHERS_FLAGS, flag_badges, review_badge, shown_name
from server.desk.review_lines import names_about
from server.desk.seat import Seat, screen
from server.desk.words import Words, day_text
from server.field.assign import assign
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
from server.households.load import HOUSEHOLDS, open_filing
from server.households.models import Noted
from server.households.places import believed
from sync.kinds import State
from sync.models import Submission
from sync.photos import calls_itself_picture
from sync.read_kept import read_kept

#: What a reviewer can say, with the words shown when it is done. Those with True need a reason.
VERDICTS = {ActKind.APPROVE: ("已通过", False), ActKind.RETURN: ("已退回", True), ActKind.VOID: ("已作废", True),
            ActKind.UNVOID: ("已撤销作废", False)}
#: Of a household that is not the reader's to see. The same where a lead or referral names an id that nobody has.
NOT_LISTED = "名单外的户"
#: So far ahead the queue is looked through for the next.
AHEAD = 500


@dataclass(frozen=True)
class Found:
    """A submission inside the seat's scope."""

    row: Submission
    noted: Noted | None
    area: str
    own: bool
    made: bool  # his own, or brought by him: nobody approves either
    is_guest: bool = False
    #: Whether the household spoken of is the person's to see: without that no name, place, flag or link of it.
    opens: bool = True

    @property
    def waits(self) -> bool:
        """他处填报: without standing, for the reviewers of the home."""
        return self.noted is not None and self.noted.waits


def find_submission(seat: Seat, submission_id: int, *, reads: bool = False) -> Found:
    """The submission, or 404 (logged). Its author may always look at his own words.

    ``reads``: who only looks may also be of where it came from, when what it speaks of is another 街镇's: ``is_guest``,
    and ``area`` is then the 村居 its sender answered for. Deciding is for where the household is. Neither author nor
    guest learns anything of a household by having named it: ``area`` is his own then, and it ``opens`` nothing.
    """
    rows = Submission.objects.select_related("sender", "key", "filing__noted__household")
    row = rows.filter(pk=submission_id).first()
    if row is None:
        raise Http404("submission")
    noted = getattr(getattr(row, "filing", None), "noted", None)
    came_from = [code for code in (*row.context.get("villages", ()), *row.context.get("answers_for", ())) if code]
    sent_from = next(iter(came_from), "") or _place_of(row)
    area = (noted.village if noted else "") or sent_from
    own = row.sender_id == seat.user.pk
    made = row.is_made_by(seat.user.pk)
    if seat.sees(area):
        return Found(row, noted, area, own, made)
    if own:
        opens = noted is None or seat.reads_home(noted.village)
        return Found(row, noted, area if opens else sent_from, own, made, opens=opens)
    home = next((code for code in came_from if seat.sees(code)), "")
    if not (reads and home):
        seat.refuse(f"submission:{row.pk}")
    return Found(row, noted, home, own, made, is_guest=True, opens=False)


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
    household = (claimed_household(noted) if found.waits else noted.household) if noted and found.opens else None
    if household is not None and not seat.reads_home(household.village):
        household = None
    words = Words([found.area])
    places = place_names([found.area])
    # What was decided about the file a line came with was decided about the line.
    acts = acts_about({row.instance_id, noted.filing.batch if noted else ""} - {""})
    approves = noted is not None and not found.is_guest and seat.may(Verb.APPROVE, Thing.SUBMISSION, found.area)
    title = titles().get(row.form_id, row.form_id)
    name = names_about(seat, [noted]).get(noted.pk, "") if noted and found.opens else ""
    is_ours = household is not None and not found.waits
    changes = change_lines(seat, found.area, noted, words, reveals) if is_ours and noted else []
    approves = approves and not found.made
    waits = noted is not None and noted.review in WAITING
    if not found.opens:
        acts = [act for act in acts if act.kind in VERDICTS]
    context = {
        "one": row, "noted": noted, "title": title, "place": places.get(found.area), "own": found.own,
        "made": found.made, "brought_by": _brought_by(row),
        "household": household,
        "name": shown_name(seat, name, found.area) if name else "",
        "review": review_badge(noted.review) if noted else None,
        "state": State(row.state).label, "flags": flag_badges(_flags(seat, found)),
        "lines": _answers(seat, found, words, reveals), "reveals": reveals,
        "may_reveal": not reveals and seat.may(Verb.READ_FULL, Thing.IDENTITY, found.area),
        "aid": aid_lines(noted) if found.opens else [], "opens": found.opens,
        "changes": changes, "changed": any(line.before for line in changes),
        "proposals": _proposals(noted, words) if is_ours else [], "files": _files(row),
        "is_guest": found.is_guest, "clock": _clock(noted) if found.opens else None,
        # What somebody else says to replace it is for those who judge it: its author is told nothing by it.
        "versions": [one for one in versions_of(row.instance_id, row.deprecated_id)
                     if one.sender_id == row.sender_id or (found.opens and seat.sees(found.area))],
        "acts": [(act, ActKind(act.kind).label, reason_of(act)) for act in acts],
        "approves": approves, "waits": waits, "voided": noted is not None and noted.review == Review.VOIDED,
        "claim": claim_of(seat, noted, household, words, reveals) if noted and found.waits and found.opens else None,
        "assign_to": _assign_to(seat, found) if approves and waits else None,
        "next": _following(seat, found) if approves and found.waits else None,
        "undo": judged(seat, request.GET.get("done", "")),
    }
    return page(request, seat, "submissions/detail.html", context, at="submissions")


def _flags(seat: Seat, found: Found) -> list[str]:
    """What a reader of the page is told of the submission at a glance; its author nothing of what is others'."""
    if found.noted is None or not found.opens:
        return []
    return [flag for flag in found.noted.flags if flag not in OTHERS_FLAGS or seat.sees(found.area)]


def _assign_to(seat: Seat, found: Found) -> tuple[str, str] | None:
    """The 村居 that a registration states, where it is another than the household's home and both are the person's to
    decide on: (code, name). An approval may file the assign with it."""
    noted = found.noted
    if noted is None or noted.household is None or found.waits or noted.filing.list != HOUSEHOLDS:
        return None
    filing, home = open_filing(noted.filing), noted.household.village
    stated, rules = filing.village, seat.at(Verb.APPROVE, Thing.STATE)
    if not filing.creates or not stated or stated == home or not (rules.sees(stated) and rules.sees(home)):
        return None
    return next(((code, name) for code, name in villages_in([stated]) if code == stated), None)


def _following(seat: Seat, found: Found) -> int | None:
    """The submission that waits after this one in its queue, or the first again from the end; None for no other."""
    rows = noted_in(seat.codes, review=WAITING, oldest_first=True, waits=found.waits)
    queue = list(rows.values_list("filing__submission", flat=True)[:AHEAD])
    at = queue.index(found.row.pk) if found.row.pk in queue else -1
    rest = [*queue[at + 1 :], *queue[: max(at, 0)]]
    return rest[0] if rest else None


def judged(seat: Seat, text: str) -> tuple[int, str] | None:
    """What the person said a moment ago of the submission with this number: (number, verdict); None where it is not the
    last word on it."""
    row = Submission.objects.filter(pk=int(text)).first() if text.isdecimal() and len(text) < 19 else None
    acts = [act for act in acts_about([row.instance_id]) if act.kind in VERDICTS] if row else []
    if row is None or not acts or acts[-1].by_id != seat.user.pk or acts[-1].at < seat.now - UNDO:
        return None
    return row.pk, str(acts[-1].kind)


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
        if household is None or not seat.reads_home(household.village):
            return NOT_LISTED
        return shown_name(seat, name_of(household), household.village)
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
    """Approve, return or void; then on to the next that waits. An approval may say in one click where the household of
    a registration is."""
    found = find_submission(seat, submission_id)
    seat.must(Verb.APPROVE, Thing.SUBMISSION, found.area, own=found.made)
    verdict, reason = request.POST.get("verdict", ""), request.POST.get("reason", "").strip()
    if verdict not in VERDICTS or found.noted is None:
        raise Http404("verdict")
    done, needs_reason = VERDICTS[ActKind(verdict)]
    if needs_reason and not reason:
        messages.error(request, "没有保存：请写明原因，报送人会看到。", extra_tags="red")
        return redirect("desk:submission", submission_id)
    assign_to = _assign_to(seat, found) if verdict == ActKind.APPROVE else None
    following = _following(seat, found) if request.POST.get("next") else None
    with transaction.atomic():
        decide(ActKind(verdict), found.row.instance_id, by=seat.user.pk, now=seat.now, reason=reason[:500])
        household = found.noted.household
        if assign_to is not None and household is not None and request.POST.get("assign") == assign_to[0]:
            since = min(household.opened_on or seat.today, seat.today)
            assign(household.pk, assign_to[0], by=seat.user.pk, now=seat.now, since=since, reason="审核登记时划定")
            done += f"，并划定到{assign_to[1]}"
    if found.waits and request.POST.get("next"):  # the next page says so itself, and how to take it back
        queue = f"{reverse('desk:submissions')}?tab=elsewhere&"
        to = f"{reverse('desk:submission', args=[following])}?" if following else queue
        return redirect(f"{to}done={submission_id}")
    messages.success(request, f"{done}。", extra_tags="green")
    if request.POST.get("back") == "leads":
        return redirect("desk:leads")
    return redirect("desk:submission", following or submission_id)
