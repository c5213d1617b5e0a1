"""疑似重复: two households side by side, the score in words, four answers with one key each, and a way back."""

import uuid
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from server.accounts.matrix import Thing, Verb
from server.acts.models import Act
from server.acts.read import to_decision
from server.areas.names import place_names
from server.areas.within import town_of
from server.desk.duplicate_answers import ANSWERS, reason_in, undoable, uuid_in
from server.desk.duplicate_homes import WHICH_HOME, homes_to_pick, picked_home
from server.desk.duplicate_queue import ASKED, OPEN, Waiting, decides, is_own, is_seen, queue, waiting_of
from server.desk.duplicate_relief import doubled
from server.desk.duplicate_second import dispute_lines
from server.desk.duplicate_sides import running, sides_and_lines, waterfall
from server.desk.duplicate_twice import pairs_of
from server.desk.page import page, paged
from server.desk.parts import TABLES
from server.desk.seat import Seat, screen
from server.field.merge import NeedsVillage
from server.field.say_again import unsay
from server.field.settle_pair import Answer, Pair, settle_pair, unsettle
from server.households.cases import Suspicion, case_between
from server.households.find import idents, name_of, served
from server.households.mask import mask_name
from server.households.models import Household
from server.households.stake import sure_of

#: A committee has so many days to look (as long as a lead may wait, and a week-end).
DAYS = 7
SAID = {
    Answer.SAME: "已认定为同一户，两份登记合为一户", Answer.NEW_HEAD: "已合为一户，以后登记的人为登记人",
    Answer.APART: "已认定为不同户，以后不再提示", Answer.UNSURE: "已派单，村居手机名单上会显示“请核实是否登重”",
}
TABS = {OPEN: "待处理", ASKED: "已派单"}
OWN = "您登记过其中一户，不能由您认定，请由本街镇其他审核人员或区民政局办理。"
STAKES = {3: "两边都在保", 2: "一边在保", 1: "在台账中", 0: ""}


@screen(Thing.DUPLICATE)
def duplicates(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The queue, by what is at stake."""
    waiting = queue(seat)
    tab = request.GET.get("tab", OPEN)
    tab = tab if tab in TABS else OPEN
    chosen = [one for one in waiting if one.state == tab]
    found = paged(request, chosen)
    places = place_names(row.village for one in found for row in (one.case.one, one.case.other))
    lines = [
        {"one": _short(seat, one.case.one), "other": _short(seat, one.case.other), "names": one.names, "w": one,
         "places": _places(one, places), "stake": STAKES[one.stake], "sure": sure_of(one.case.bits),
         "same_id": one.case.has_same_id, "across": _across(one.case)}
        for one in found
    ]
    counts = [(key, label, sum(one.state == key for one in waiting)) for key, label in TABS.items()]
    twice = pairs_of(seat)
    context = {"seconds": [one.first.id for one in twice.seconds(seat)], "disputes": dispute_lines(seat, twice),
               "lines": lines, "paged": found, "tabs": counts, "tab": tab,
               "first": next((one.names for one in waiting if one.state == OPEN), None),
               "undo": undoable(seat, request.GET.get("done", "")), "doubled": doubled(seat)}
    return page(request, seat, "duplicates/list.html", context, at="duplicates")


@screen(Thing.DUPLICATE)
def duplicate(request: HttpRequest, seat: Seat, any_id: str, other_id: str) -> HttpResponse:
    """One case. Settled meanwhile: the next one."""
    case = find_case(seat, any_id, other_id)
    waiting = queue(seat)
    following = _after(waiting, (any_id, other_id))
    if case is None:
        messages.add_message(request, messages.INFO, "这一对已经认定过了。", extra_tags="amber")
        return redirect("desk:duplicates")
    one, other, lines = sides_and_lines(seat, case)
    here, own = waiting_of(case), is_own(seat, case)
    answers = ANSWERS if decides(seat, case.one, case.other) and not own else ()
    context: dict[str, Any] = {
        "case": case, "one": one, "other": other, "lines": lines, "waterfall": waterfall(case), "w": here,
        "stake": STAKES[here.stake], "own": OWN if own else "", "across": _across(case),
        "homes": homes_to_pick((case.one.pk, case.other.pk)) if answers else [],
        "answers": answers, "token": uuid.uuid4(), "next": following,
        "left": sum(w.state == OPEN for w in waiting), "due": seat.today + timedelta(days=DAYS),
        "undo": undoable(seat, request.GET.get("done", "")),
    }
    return page(request, seat, "duplicates/case.html", context, at="duplicates")


@require_POST
@screen(Thing.DUPLICATE, Verb.APPROVE)
def duplicate_answer(request: HttpRequest, seat: Seat, any_id: str, other_id: str) -> HttpResponse:
    """One of four answers; of two that are one and stand in two 村居, the village as well. The token makes a second
    press of the key the same answer."""
    given, token = request.POST.get("answer", ""), uuid_in(request.POST.get("token", ""))
    known = Act.objects.filter(pk=token, by=seat.user).first() if token else None
    if known is not None:
        return _onward(seat, (any_id, other_id), known)
    case = find_case(seat, any_id, other_id)
    if case is None:
        messages.add_message(request, messages.INFO, "这一对已经认定过了。", extra_tags="amber")
        return redirect("desk:duplicates")
    if is_own(seat, case):
        raise PermissionDenied(OWN)
    if not decides(seat, case.one, case.other):
        raise PermissionDenied("您的岗位不能办理这一项。")
    if given not in list(Answer) or token is None:
        messages.add_message(request, messages.INFO, "没有保存：请选择一个答案。", extra_tags="red")
        return redirect("desk:duplicate", any_id, other_id)
    village = picked_home(request, (case.one.pk, case.other.pk))
    try:
        act, text = _file(seat, case, Answer(given), reason_in(request, Answer(given)), token, village)
    except NeedsVillage:
        messages.add_message(request, messages.INFO, WHICH_HOME, extra_tags="red")
        return redirect("desk:duplicate", any_id, other_id)
    messages.add_message(request, messages.INFO, text, extra_tags="green")
    return _onward(seat, (any_id, other_id), act)


def _file(seat: Seat, case: Suspicion, answer: Answer, reason: str, token: uuid.UUID,
          village: str) -> tuple[Act, str]:
    pair, by, now = _pair(case), seat.user.pk, seat.now
    if answer == Answer.UNSURE:
        until = seat.today + timedelta(days=DAYS)
        act = settle_pair(answer, pair, by=by, now=now, reason=reason, act_id=token, asks=(case.a, case.b), until=until)
        return act, f"{SAID[answer]}，期限 {until.month}月{until.day}日。"
    both = running((case.one, case.other)) if answer != Answer.APART else []
    act = settle_pair(answer, pair, by=by, now=now, reason=reason, act_id=token, village=village)
    there = f"，归{place_names([village])[village].full}" if village and answer != Answer.APART else ""
    doubt = "。两边都在享受保障，合并不改变待遇：已列入“保障待核对”" if both else ""
    return act, f"{SAID[answer]}{there}{doubt}。"


@require_POST
@screen(Thing.DUPLICATE, Verb.APPROVE)
def duplicate_undo(request: HttpRequest, seat: Seat, act_id: uuid.UUID) -> HttpResponse:
    """Take back one's own answer: the act that undoes it is filed, and the case is shown again."""
    act = Act.objects.filter(pk=act_id).first()
    rows = [served(name) for name in (act.subject, act.other)] if act else []
    both = [row for row in rows if row is not None]
    if len(both) < 2 or not is_seen(seat, *both):
        seat.refuse(f"act:{act_id}")
    assert act is not None
    if act.by_id != seat.user.pk:
        raise PermissionDenied("只能撤回自己刚才的认定；其他人的请在家庭页面办理“分开”。")
    again_said = unsay(act, by=seat.user.pk, now=seat.now)
    if again_said is None and unsettle(act, by=seat.user.pk, now=seat.now) is None:
        raise Http404("act")
    messages.add_message(request, messages.INFO, "已撤回，恢复原样。", extra_tags="green")
    if again_said is not None:
        return redirect("desk:duplicate_second", to_decision(again_said).value["first"])
    again = {i.pk: i.household_id for i in idents((act.subject, act.other))}
    return redirect("desk:duplicate", again[act.subject], again[act.other])


def find_case(seat: Seat, any_id: str, other_id: str) -> Suspicion | None:
    """The case about two households, None where it is settled; 404 (logged) where the pair is not the seat's to see,
    whether there is a case or not."""
    one, other = served(any_id), served(other_id)
    if one is None or other is None:
        raise Http404("household")
    if not is_seen(seat, one, other):
        seat.refuse(f"case:{one.pk}")
    return case_between(one, other)


def _pair(case: Suspicion) -> Pair:
    """The pair as acts name it, the later registered id last, with what the reviewer was shown."""
    home = {i.pk: i.household for i in idents((case.a, case.b))}
    opened = [home[name].opened_on for name in (case.a, case.b)]
    turned = opened[0] is not None and opened[1] is not None and opened[0] > opened[1]
    a, b = (case.b, case.a) if turned else (case.a, case.b)
    shown = {"bits": case.bits, "model": case.model, "why": case.why, "relief": running((home[a], home[b]))}
    return Pair(a, b, shown)


def _after(waiting: list[Waiting], names: tuple[str, str]) -> tuple[str, str] | None:
    """The open case that follows in the queue; from its end, the first one."""
    still = [one.names for one in waiting if one.state == OPEN or set(one.names) == set(names)]
    at = next((n for n, one in enumerate(still) if set(one) == set(names)), -1)
    rest = [one for one in [*still[at + 1 :], *still[: max(at, 0)]] if set(one) != set(names)]
    return rest[0] if rest else None


def _onward(seat: Seat, names: tuple[str, str], act: Act) -> HttpResponse:
    """To the first open case that is not the one just answered, with the way back."""
    following = next((one.names for one in queue(seat) if one.state == OPEN and set(one.names) != set(names)), None)
    to = reverse("desk:duplicate", args=following) if following else reverse("desk:duplicates")
    return HttpResponseRedirect(f"{to}?{urlencode({'done': act.pk})}")


def _short(seat: Seat, row: Household) -> dict[str, Any]:
    full = seat.may(Verb.READ_FULL, Thing.DUPLICATE, row.village)
    name = name_of(row)
    return {"name": name if full else mask_name(name), "code": row.code, "table": TABLES.get(row.table or 0, ""),
            "relief": row.in_relief}


def _places(one: Waiting, places: dict[str, Any]) -> str:
    here = [places[row.village] for row in (one.case.one, one.case.other)]
    return here[0].full if here[0] == here[1] else f"{here[0].full} ／ {here[1].full}"



def _across(case: Suspicion) -> str:
    """What keeps the two apart as places, in a word: 跨街镇, 跨村居, or nothing."""
    if not case.is_across:
        return ""
    return "跨村居" if town_of(case.one.village) == town_of(case.other.village) else "跨街镇"
