"""双人复核: a case of the sample once more, for a second person who does not see the first answer; and for the district
where the two differ, who sees both."""

import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse

from server.accounts.matrix import Thing, Verb
from server.accounts.models import User
from server.acts.models import Act
from server.acts.read import reason_of
from server.acts.values import Decision
from server.areas.names import place_names
from server.desk.duplicate_answers import ANSWERS, reason_in, undoable, uuid_in
from server.desk.duplicate_homes import WHICH_HOME, homes_to_pick, picked_home
from server.desk.duplicate_queue import is_seen
from server.desk.duplicate_sides import running, sides_of, waterfall
from server.desk.duplicate_twice import Pairs, as_first_seen, pairs_of
from server.desk.page import page
from server.desk.parts import shown_name
from server.desk.seat import Seat, screen
from server.field.merge import NeedsVillage
from server.field.say_again import say_final, say_second
from server.field.settle_pair import Answer
from server.households.find import name_of, served
from server.households.twice import Twice, View, view_of

_VIEWS = {View.ONE: "同一户", View.APART: "不同户", View.UNSURE: "看不出"}
#: Nobody is sent out for a second opinion, and the district has nobody left to ask.
_UNSURE = ("4", Answer.UNSURE, "看不出", ())
_SURE = tuple(one for one in ANSWERS if one[1] != Answer.UNSURE)
_NOT_HERE = "这一件不需要您复核，或者已经复核过了。"


@dataclass(frozen=True)
class _Asked:
    """A pair as this person is asked about it; ``blind``: as second person, else as the district between the two."""

    one: Twice
    blind: bool
    following: str


@screen(Thing.DUPLICATE, Verb.APPROVE)
def duplicate_second(request: HttpRequest, seat: Seat, first_id: uuid.UUID) -> HttpResponse:
    """One pair of the sample as its first reviewer saw it, and the answer to it."""
    asked = _asked(seat, str(first_id))
    if request.method == "POST":
        return _answered(request, seat, first_id, asked)
    seen = as_first_seen(asked.one.first) if asked else None
    if asked is None or seen is None:
        messages.add_message(request, messages.INFO, _NOT_HERE, extra_tags="amber")
        return _to(asked.following if asked else "", {})
    one, other, lines = sides_of(seat, (seen.case.one, seen.case.other), seen.folds)
    context: dict[str, Any] = {
        "first": first_id, "flat": True, "blind": asked.blind, "case": seen.case, "one": one, "other": other,
        "lines": lines,
        "waterfall": waterfall(seen.case), "answers": (*_SURE, _UNSURE) if asked.blind else _SURE,
        "token": uuid.uuid4(), "next": asked.following, "undo": undoable(seat, request.GET.get("done", "")),
        "words": [] if asked.blind else _words(asked.one),
        "homes": [] if asked.blind else homes_to_pick(asked.one.names),
    }
    return page(request, seat, "duplicates/second.html", context, at="duplicates")


def _answered(request: HttpRequest, seat: Seat, first_id: uuid.UUID, asked: _Asked | None) -> HttpResponse:
    token, given = uuid_in(request.POST.get("token", "")), request.POST.get("answer", "")
    known = Act.objects.filter(pk=token, by=seat.user).first() if token else None
    if known is not None:
        return _to(_next(seat, ""), {"done": known.pk})
    if asked is None:
        messages.add_message(request, messages.INFO, _NOT_HERE, extra_tags="amber")
        return redirect("desk:duplicates")
    choices = {one for _, one, *_ in ((*_SURE, _UNSURE) if asked.blind else _SURE)}
    if given not in choices or token is None:
        messages.add_message(request, messages.INFO, "没有保存：请选择一个答案。", extra_tags="red")
        return redirect("desk:duplicate_second", first_id)
    answer, first = Answer(given), asked.one.first
    reason = "看不出" if answer == Answer.UNSURE else reason_in(request, answer)
    if asked.blind:
        act = say_second(answer, first, by=seat.user.pk, now=seat.now, reason=reason, act_id=token)
        text = "已记下您的复核意见。"
    else:
        try:
            act = say_final(answer, first, _shown(asked.one), by=seat.user.pk, now=seat.now, reason=reason,
                            act_id=token, village=picked_home(request, asked.one.names))
        except NeedsVillage:
            messages.add_message(request, messages.INFO, WHICH_HOME, extra_tags="red")
            return redirect("desk:duplicate_second", first_id)
        text = f"区里已认定：{_VIEWS[view_of(asked.one.first)]}，维持原认定。"
        if _VIEWS[View.APART if answer == Answer.APART else View.ONE] != _VIEWS[view_of(first)]:
            text = f"区里已改定：{_VIEWS[View.APART if answer == Answer.APART else View.ONE]}，即时生效。"
    messages.add_message(request, messages.INFO, text, extra_tags="green")
    return _to(_next(seat, str(first_id)), {"done": act.pk})


def _asked(seat: Seat, first: str) -> _Asked | None:
    """What this person is asked of a pair, None where nothing; 404 (logged) where the pair is not his to see."""
    pairs = pairs_of(seat)
    seconds, disputes = pairs.seconds(seat), pairs.disputes(seat)
    for blind, found in ((True, seconds), (False, disputes)):
        names = [one.first.id for one in found]
        if first in names:
            at = names.index(first)
            return _Asked(found[at], blind, names[at + 1] if at + 1 < len(names) else "")
    if not any(one.first.id == first for one in pairs.found):
        act = Act.objects.filter(pk=first).first()
        rows = [served(name) for name in (act.subject, act.other)] if act else []
        both = [row for row in rows if row is not None]
        if len(both) < 2 or not is_seen(seat, *both):
            seat.refuse(f"act:{first}")
    return None


def _next(seat: Seat, besides: str) -> str:
    """The first pair this person is asked about, but for one."""
    pairs = pairs_of(seat)
    found = [one.first.id for one in (*pairs.seconds(seat), *pairs.disputes(seat))]
    return next((name for name in found if name != besides), "")


def _to(first: str, query: dict[str, Any]) -> HttpResponse:
    url = reverse("desk:duplicate_second", args=[first]) if first else reverse("desk:duplicates")
    return HttpResponseRedirect(f"{url}?{urlencode(query)}" if query else url)


def _shown(one: Twice) -> dict[str, Any]:
    """What stands in the ruling: what the first reviewer was shown, and the reliefs that run now."""
    rows = [served(name) for name in one.names]
    both = [row for row in rows if row is not None]
    apart = len({row.pk for row in both}) > 1
    return {**{key: one.first.value[key] for key in ("bits", "model", "why") if key in one.first.value},
            "relief": running(both) if apart else []}


def _words(one: Twice) -> list[dict[str, Any]]:
    """Both answers with their persons and reasons, for the district."""
    assert one.second is not None
    said: list[tuple[str, Decision]] = [("先认定", one.first), ("复核", one.second)]
    who = {user.pk: str(user) for user in User.objects.filter(pk__in=[d.by for _, d in said])}
    reasons = {str(act.pk): reason_of(act) for act in Act.objects.filter(pk__in=[d.id for _, d in said])}
    return [{"as": label, "who": who.get(d.by or 0, ""), "at": d.at, "view": _VIEWS[view_of(d)],
             "reason": reasons[d.id]} for label, d in said]


def dispute_lines(seat: Seat, pairs: Pairs) -> list[dict[str, Any]]:
    """What waits for the district, as lines of the queue's page."""
    found = pairs.disputes(seat)
    places = place_names(row.village for one in found for row in pairs.rows(one))
    return [
        {"first": one.first.id, "rows": [(shown_name(seat, name_of(row), row.village), row.code) for row in rows],
         "places": "／".join(dict.fromkeys(places[row.village].full for row in rows)),
         "views": (_VIEWS[view_of(one.first)], _VIEWS[view_of(one.second)] if one.second else "")}
        for one in found for rows in [list({row.pk: row for row in pairs.rows(one)}.values())]
    ]
