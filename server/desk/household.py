"""One household: facts with their source and day, members, relief, what happened, what waits for a decision."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from forms.catalogue import titles
from server.accounts.find import workers_of
from server.accounts.kinds import AccessKind
from server.accounts.matrix import Thing, Verb
from server.accounts.scope import log_access
from server.acts.models import Act
from server.acts.read import acts_about
from server.areas.names import place_names, villages_in
from server.desk.duplicate_homes import homes_to_pick
from server.desk.duplicate_queue import is_seen
from server.desk.household_closing import Checked, checked, closed_of, conditions_on
from server.desk.household_parts import (
    clash_lines,
    fact_groups,
    identities,
    member_rows,
    spell_rows,
    timeline,
)
from server.desk.household_past import merges_about, running_by_id
from server.desk.page import page
from server.desk.parts import TABLES, Badge, due_badge, shown_name
from server.desk.seat import Seat, screen
from server.desk.words import Words, day_text
from server.households.find import (
    Opened,
    cases_of,
    filings_about,
    name_of,
    open_household,
    served,
    waiting_about,
)
from server.households.kinds import Grade, Programme, ProposalKind, Standing, Status
from server.households.models import Household
from server.support.aid import Total, total_of
from server.support.find import Referred, referrals_of
from server.visits.kinds import DueKind
from server.visits.models import Due
from server.visits.schedule import last_exit


def find_household(seat: Seat, any_id: str) -> Household:
    """The household an id means now, or 404 (logged) outside the scope of everybody who sees it."""
    row = served(any_id)
    if row is None:
        raise Http404("household")
    if not seat.sees(row.village):
        seat.refuse(f"household:{row.pk}")
    return row


@screen(Thing.HOUSEHOLD)
def household(request: HttpRequest, seat: Seat, any_id: str) -> HttpResponse:
    row = find_household(seat, any_id)
    if row.pk != any_id:
        return redirect("desk:household", row.pk)
    return _draw(request, seat, row, reveals=False)


@require_POST
@screen(Thing.HOUSEHOLD)
def household_reveal(request: HttpRequest, seat: Seat, any_id: str) -> HttpResponse:
    """The same page with ID numbers, phones and addresses in full; the access log remembers it."""
    row = find_household(seat, any_id)
    seat.must(Verb.READ_FULL, Thing.IDENTITY, row.village)
    log_access(seat.user, AccessKind.REVEAL, f"household:{row.pk}", now=seat.now, ip=seat.ip)
    return _draw(request, seat, row, reveals=True)


def _draw(request: HttpRequest, seat: Seat, row: Household, *, reveals: bool) -> HttpResponse:
    opened = open_household(row)
    folded = opened.folded
    places = place_names([row.village])
    words = Words([row.village])
    sources = filings_about(folded.ids)
    acts = acts_about(folded.ids)
    named = titles()
    sensitive = seat.may(Verb.READ, Thing.SENSITIVE, row.village)
    full = seat.may(Verb.READ_FULL, Thing.HOUSEHOLD, row.village)
    due = Due.objects.filter(pk=row.pk).first()
    decides = seat.may(Verb.APPROVE, Thing.STATE, row.village)
    referrals = referrals_of(folded.ids) if full else []
    proposals = _proposals(opened, words, sources) if full else []
    closing = _closing(seat, opened, proposals, words, sources, acts) if full else None
    context: dict[str, Any] = {
        "row": row, "name": shown_name(seat, opened.name, row.village), "place": places[row.village],
        "table": TABLES.get(row.table or 0, ""), "state": _state(row), "grade": Grade(row.grade).label,
        "facts": fact_groups(folded, words, sources, acts, named, reveals=reveals, sensitive=sensitive) if full else [],
        "members": member_rows(folded, words, reveals=reveals, sensitive=sensitive) if full else [],
        "spells": spell_rows(folded, words) if full else [],
        "timeline": timeline(folded, words, sources, acts if full else [], named),
        "due": due, "due_badge": due_badge(due, seat.today), "due_kind": DueKind(due.kind).label if due else "",
        "ids": identities(folded, sources), "proposals": proposals,
        "closing": closing, "has_plan": bool(closing) and last_exit(folded.spells) is not None,
        "closed": closed_of(row, acts) if full else None, "close_on": _day_typed(request, "close_on"),
        "accept_on": _day_typed(request, "accept_on"),
        # That it may be about to move everybody must know who has it on the list; the rest only who may read it.
        "clashes": [clash for clash in clash_lines(opened, words, sources, acts, reveals=reveals, sensitive=sensitive,
                                                   sees=seat.sees) if full or clash["kind"] == "village"],
        "cases": _cases(seat, row) if full else [],
        "claims": waiting_about(folded.ids) if seat.may(Verb.APPROVE, Thing.SUBMISSION, row.village) else [],
        "merges": [(one, one.apart(row.pk)) for one in merges_about(folded.ids, acts, sources)] if full else [],
        "reliefs": running_by_id(row, folded.ids) if full and len(folded.ids) > 1 and row.in_relief else [],
        "referrals": referrals, "given": _given(referrals),
        "workers": workers_of(row.village, seat.today) if row.village else [],
        "reveals": reveals, "may_reveal": not reveals and seat.may(Verb.READ_FULL, Thing.IDENTITY, row.village),
        "decides": decides, "grades": Grade.choices, "may_grade": seat.may(Verb.UPDATE, Thing.SCHEDULE, row.village),
        "villages": villages_in(seat.codes) if decides else [], "programmes": Programme.choices,
        "by_hand": _by_hand(row), "editable": _editable(words) if decides else [],
    }
    return page(request, seat, "households/page.html", context, at="households")


def _state(row: Household) -> Badge | None:
    if row.standing != Standing.FULL:
        return Badge(Standing(row.standing).label, "amber")
    return None if row.status == Status.ACTIVE else Badge(Status(row.status).label)


def _by_hand(row: Household) -> list[tuple[str, str]]:
    """What the desk may decide by itself, without a visit's proposal."""
    kinds = [ProposalKind.ADMIT, ProposalKind.EXIT, ProposalKind.READMIT]
    if row.status == Status.ACTIVE:
        kinds += [ProposalKind.MOVED, ProposalKind.DEAD, ProposalKind.NOT_FOUND]  # 结束关爱 has a form of its own
    else:
        kinds += [ProposalKind.REOPEN]
    return [(kind.value, kind.label) for kind in kinds]


def _closing(
    seat: Seat, opened: Opened, proposals: Sequence[dict[str, Any]], words: Words, sources: Mapping[str, Any],
    acts: Sequence[Act],
) -> Checked | None:
    """The conditions of 结束关爱 as of today, for a household that was in relief and is in care; each proposal of it
    gets them as of the day it names."""
    if not opened.folded.spells or opened.row.status != Status.ACTIVE:
        return None
    asked = [one for one in proposals if one["kind"] == ProposalKind.CLOSE]
    days = [seat.today, *(one["day"] for one in asked)]
    found = [
        checked(some, day, words, sources, acts)
        for some, day in zip(conditions_on(opened.row, days), days, strict=True)
    ]
    for one, some in zip(asked, found[1:], strict=True):
        one["closing"] = some
    return found[0]


def _day_typed(request: HttpRequest, name: str) -> str:
    """The day somebody had typed when closing was refused."""
    try:
        return date.fromisoformat(request.GET.get(name, "")).isoformat()
    except ValueError:
        return ""


def _editable(words: Words) -> list[tuple[str, str]]:
    """Facts the desk may state by itself: those that are one text, number or choice."""
    return [(fact, words.label(fact)) for fact in DESK_FACTS]


def _proposals(opened: Opened, words: Words, sources: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Proposals nobody has decided, as sentences."""
    found = []
    for index, pending in enumerate(opened.pending):
        proposed = pending.proposed
        source = sources.get(pending.instance)
        programme = f"（{words.programme(proposed.programme)}）" if proposed.programme else ""
        found.append({
            "index": index, "label": f"{ProposalKind(proposed.kind).label}{programme}", "on": day_text(proposed.on),
            "day": proposed.on, "detail": proposed.detail, "by": source.sender if source else "", "source": source,
            "instance": pending.instance, "kind": str(proposed.kind), "programme": proposed.programme,
        })
    return found


def _given(referrals: Iterable[Referred]) -> Total:
    """What was given to the household along all its referrals."""
    return total_of(part.aid for one in referrals for part in one.parts)


def _cases(seat: Seat, row: Household) -> list[dict[str, Any]]:
    """Households that look like this one, as far as the pair is the reader's to see; of the rest not a word."""
    found = []
    for case in cases_of(row.pk):
        other = case.b if case.a_id == row.pk else case.a
        if is_seen(seat, row, other):
            found.append({
                "id": other.pk, "code": other.code, "name": shown_name(seat, name_of(other), other.village),
                "why": CASE_WORDS.get(case.why, case.why), "homes": homes_to_pick((row.pk, other.pk)),
            })
    return found


DESK_FACTS = ("rep_name", "id_no", "phone", "addr", "members_n", "income_pc", "difficulty", "suggest", "plan")
CASE_WORDS = {"cannot_link": "曾认定为不同户，但证据相同", "size": "合并后户编号过多，须人工判断",
              "ids": "其他信息相同，但身份证号不同"}
