"""保障待核对: a merge changes no entitlement; two that run in one household are somebody's task."""

from collections.abc import Collection
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from server.accounts.matrix import Thing, Verb
from server.acts.kinds import ActKind
from server.acts.models import Act
from server.acts.read import to_decision
from server.desk.household import find_household
from server.desk.parts import shown_name
from server.desk.seat import Seat, screen
from server.field.decide import decide
from server.households.find import idents, name_of

#: So many merges are looked through, the latest.
LATEST = 300


@dataclass(frozen=True)
class Doubled:
    """A household with relief on both sides of a merge, as it ran when they were merged."""

    id: str
    name: str
    code: str
    relief: tuple[str, ...]


def doubled(seat: Seat) -> list[Doubled]:
    """Households in scope that were merged with relief on both sides, and that nobody has looked into since."""
    merges = Act.objects.filter(kind=ActKind.MERGE).order_by("-seq")[:LATEST]
    open_merges = {str(act.pk): act for act in merges if len(to_decision(act).value.get("relief") or ()) > 1}
    undone = Act.objects.filter(kind=ActKind.UNMERGE, other__in=list(open_merges)).values_list("other", flat=True)
    for name in undone:
        open_merges.pop(name, None)
    named = {name for act in open_merges.values() for name in (act.subject, act.other)}
    home = {i.pk: i.household for i in idents(named)}
    checked = _last_checked(named | {row.pk for row in home.values()})
    found = {}
    for act in open_merges.values():
        row = home.get(act.subject)
        if row is None or not row.in_relief or not seat.sees(row.village):
            continue
        both = [home[name].pk for name in (act.subject, act.other) if name in home]
        if max(checked.get(name, 0) for name in (act.subject, act.other, *both)) > act.seq:
            continue
        relief = tuple(to_decision(act).value["relief"])
        found[row.pk] = Doubled(row.pk, shown_name(seat, name_of(row), row.village), row.code, relief)
    return list(found.values())


def _last_checked(ids: Collection[str]) -> dict[str, int]:
    """The place in the chain of the last check of two reliefs in each of these households that had one."""
    acts = Act.objects.filter(kind=ActKind.RELIEF_CHECKED, subject__in=ids).order_by("seq")
    return dict(acts.values_list("subject", "seq"))


@require_POST
@screen(Thing.HOUSEHOLD)
def relief_checked(request: HttpRequest, seat: Seat, any_id: str) -> HttpResponse:
    """Somebody has looked into it; what is to change is filed as 保障与状态."""
    row = find_household(seat, any_id)
    seat.must(Verb.APPROVE, Thing.STATE, row.village)
    reason = request.POST.get("reason", "").strip()[:500]
    if not reason:
        messages.add_message(request, messages.INFO, "没有保存：请写明核对结果。", extra_tags="red")
    else:
        decide(ActKind.RELIEF_CHECKED, row.pk, by=seat.user.pk, now=seat.now, reason=reason)
        messages.add_message(request, messages.INFO, "已记下核对结果。", extra_tags="green")
    return redirect("desk:household", row.pk)
