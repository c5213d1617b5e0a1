"""探访频次: how often each grade is visited, who decided it, and since when."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from server.accounts.matrix import Thing, Verb
from server.acts.kinds import ActKind
from server.acts.models import Act
from server.acts.read import reason_of, to_decision
from server.desk.page import page
from server.desk.seat import Seat, screen
from server.field.set_frequency import set_frequency
from server.households.kinds import Grade
from server.visits.rules import PERIODS
from server.visits.schedule import frequency_of


@screen(Thing.RULES)
def rules(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Shown to whoever keeps to it; changed by the district, with a reason."""
    acts = list(Act.objects.filter(kind=ActKind.FREQUENCY).select_related("by").order_by("-seq")[:20])
    now = frequency_of(to_decision(act) for act in acts)
    if request.method == "POST":
        seat.must(Verb.UPDATE, Thing.RULES, "")
        return _change(request, seat)
    context = {
        "grades": [(grade.value, grade.label, now[grade.value]) for grade in Grade],
        "choices": PERIODS,
        "changes": seat.may(Verb.UPDATE, Thing.RULES),
        "past": [(act, _words(frequency_of([to_decision(act)])), reason_of(act)) for act in acts],
    }
    return page(request, seat, "rules/rules.html", context, at="rules")


def _change(request: HttpRequest, seat: Seat) -> HttpResponse:
    reason = request.POST.get("reason", "").strip()
    said = {grade: request.POST.get(grade, "") for grade in Grade.values}
    months = {grade: int(text) for grade, text in said.items() if text.isascii() and text.isdigit()}
    if not reason or set(months) != set(Grade.values) or not set(months.values()) <= set(PERIODS):
        messages.error(request, "没有保存：每个等级都要选间隔，并写明依据。", extra_tags="red")
    else:
        set_frequency(months, by=seat.user.pk, now=seat.now, reason=reason[:500])
        messages.success(request, "已保存，应访日期正在后台重新计算。", extra_tags="green")
    return redirect("desk:rules")


def _words(months: Mapping[str, int]) -> str:
    return "，".join(f"{grade.label}每 {months[grade.value]} 个月" for grade in Grade)
