"""搬迁待定: families reported to live in another 村居 now, many of them decided at once, each by an act of its own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from server.accounts.matrix import Thing, Verb
from server.areas.names import place_names, villages_in
from server.desk.page import page, paged
from server.desk.parts import shown_name
from server.desk.seat import Seat, screen
from server.field.assign import assign
from server.households.find import Source, filings_by_instance, moving_in, open_household
from server.households.models import Household
from server.households.values import Clash

#: So many households with something undecided are looked through for moves.
MOST = 3000
MOVE = "village"


@dataclass(frozen=True)
class Moving:
    """A family and where it is said to live. ``to``: the one village stated, '' where several are; ``movable``: the
    person may decide it here."""

    row: Household
    name: str
    to: str
    home: str
    there: str
    who: str
    said_at: datetime | None
    movable: bool
    why_not: str


@screen(Thing.STATE, Verb.APPROVE)
def moves(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Who is reported to have moved, by where they are and where they are said to be."""
    chosen = {key: request.GET.get(key, "").strip() for key in ("village", "to")}
    found = _moving(seat, moving_in(seat.codes, MOST, village=chosen["village"]))
    targets = sorted({(one.to, one.there) for one in found if one.to})
    if chosen["to"]:
        found = [one for one in found if one.to == chosen["to"]]
    context = {"paged": paged(request, found, per_page=100), "chosen": chosen, "villages": villages_in(seat.codes),
               "targets": targets}
    return page(request, seat, "moves/list.html", context, at="moves")


@require_POST
@screen(Thing.STATE, Verb.APPROVE)
def moves_assign(request: HttpRequest, seat: Seat) -> HttpResponse:
    """What was ticked, shown with its counts; confirmed, each household is assigned to the 村居 it is said to live in.

    What has been decided meanwhile, or now says another village than was shown, stays as it is.
    """
    ticked = [text.partition(":") for text in request.POST.getlist("move")]
    wanted = {name: to for name, _, to in ticked}
    rows = Household.objects.filter(pk__in=wanted, clashes__gt=0).order_by("village", "code")
    fit = [one for one in _moving(seat, [row for row in rows if seat.sees(row.village)])
           if one.movable and one.to == wanted[one.row.pk]]
    if not fit:
        messages.add_message(request, messages.INFO, "没有保存：请先选择要划定的家庭。", extra_tags="red")
        return redirect("desk:moves")
    if request.POST.get("step") != "confirm":
        counts = [(there, sum(one.there == there for one in fit)) for there in dict.fromkeys(o.there for o in fit)]
        context = {"lines": fit, "counts": counts, "left": len(wanted) - len(fit)}
        return page(request, seat, "moves/confirm.html", context, at="moves")
    for one in fit:
        assign(one.row.pk, one.to, by=seat.user.pk, now=seat.now, since=seat.today, reason="按填报划定")
    left = len(wanted) - len(fit)
    text = f"已划定 {len(fit)} 户。" + (f"另有 {left} 户已有变化或不能在这里划定，请逐户办理。" if left else "")
    messages.add_message(request, messages.INFO, text, extra_tags="amber" if left else "green")
    return redirect("desk:moves")


def _moving(seat: Seat, rows: Iterable[Household]) -> list[Moving]:
    """Those of some households for whom a move is proposed (three queries, however many)."""
    proposed = [(row, clashes) for row in rows if (clashes := _moves_of(row))]
    places = place_names(code for row, some in proposed for code in (row.village, *(str(one.value) for one in some)))
    sources = filings_by_instance(one.instance for _, some in proposed for one in some)
    open_to = {code for code, _ in villages_in(seat.codes)}
    found = []
    for row, clashes in proposed:
        stated = list(dict.fromkeys(str(one.value) for one in clashes))
        to = stated[0] if len(stated) == 1 else ""
        source = _latest(clashes, sources)
        why_not = ""
        if not to:
            why_not = "报称的村居不止一个，请到这一户办理"
        elif to not in open_to:
            why_not = "跨街镇，由区民政局办理"
        found.append(Moving(
            row, shown_name(seat, open_household(row).name, row.village), to, places[row.village].full,
            "、".join(places[code].full for code in stated), source.sender if source else "",
            source.received_at if source else None, not why_not, why_not,
        ))
    return found


def _moves_of(row: Household) -> list[Clash]:
    return [clash for clash in open_household(row).clashes if clash.kind == MOVE]


def _latest(clashes: Sequence[Clash], sources: dict[str, Source]) -> Source | None:
    told = [sources[clash.instance] for clash in clashes if clash.instance in sources]
    return max(told, key=lambda source: source.received_at, default=None)
