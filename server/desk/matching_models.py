"""比对模型: which model decides, what another one would change, and putting it live."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import log2
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST

from server.accounts.matrix import Thing, Verb
from server.acts.kinds import HOUSE, ActKind
from server.acts.models import Act
from server.acts.read import reason_of, to_decision
from server.desk.page import page
from server.desk.parts import shown_name
from server.desk.seat import Seat, screen
from server.field.go_live import CannotGoLive, go_live
from server.field.model_report import Groups
from server.field.score_anew import waiting_for
from server.field.try_model import ask_trial, report_of
from server.households.find import idents, name_of
from server.households.matching.decide import Outcome
from server.households.matching.known import known_content
from server.households.matching.levels import COMPARISONS
from server.households.matching.live import is_replaced, live_model
from server.households.matching.model import BadModel
from server.households.matching.replay import SAID
from server.households.models import Household, MatchingModel
from server.households.our_models import OurModel, our_models
from server.households.registrars import registrations_of

_LIVE = uuid.UUID("0a4f6f0e-58c6-4d55-9f3f-5b0c7f3b7a21")
#: How a list of differences is headed, and what there is to know of it.
LISTS = (
    ("parted", "将拆开的户", "现在是一户，新模型认为登记的不是同一户"),
    ("joined", "将合并的户", "现在是几户，新模型会自动合为一户"),
    ("more", "新增待核", "现在没有列入疑似重复"),
    ("fewer", "不再待核", "现在列在疑似重复，还没有人认定"),
)


@dataclass(frozen=True)
class Shown:
    """A household of a difference: ``opens`` where this person may open it."""

    row: Household
    name: str
    opens: bool


@dataclass(frozen=True)
class Difference:
    """``parts``: into how many households one falls (0: it does not); ``submissions`` registered it."""

    households: list[Shown]
    parts: int
    submissions: list[int]


@screen(Thing.MODEL)
def matching_models(request: HttpRequest, seat: Seat) -> HttpResponse:
    context = {**_state(), "models": our_models(), "past": _past()}
    return page(request, seat, "duplicates/models.html", context, at="duplicates")


@screen(Thing.MODEL)
def matching_model(request: HttpRequest, seat: Seat, digest: str) -> HttpResponse:
    """The card of one model, what its trial found, and the button."""
    one = _one(digest)
    row = MatchingModel.objects.filter(pk=digest).first()
    report = report_of(row) if row is not None else None
    content = _content(digest)
    context: dict[str, Any] = {
        **_state(), "one": one, "data": content.get("data", {}), "limits": content.get("thresholds", {}),
        "weights": _weights(content), "report": report, "decides": seat.may(Verb.UPDATE, Thing.MODEL),
    }
    if report is not None:
        context["changes"] = [(SAID[Outcome(a)], SAID[Outcome(b)], n, a != b) for a, b, n in report.changes]
        context["lists"] = [
            (title, told, report.counts[name], _differences(seat, getattr(report, name), name == "parted"))
            for name, title, told in LISTS
        ]
    return page(request, seat, "duplicates/model.html", context, at="duplicates")


@require_POST
@screen(Thing.MODEL, Verb.UPDATE)
def matching_model_try(request: HttpRequest, seat: Seat, digest: str) -> HttpResponse:
    """Ask the worker for a trial."""
    _one(digest)
    try:
        ask_trial(digest, seat.now)
    except BadModel as wrong:
        messages.error(request, f"不能试算：{wrong}。", extra_tags="red")
    else:
        messages.success(request, "已交给后台试算，登记多时要几分钟；过一会儿刷新本页。", extra_tags="green")
    return redirect("desk:matching_model", digest)


@require_POST
@screen(Thing.MODEL, Verb.UPDATE)
def matching_model_use(request: HttpRequest, seat: Seat, digest: str) -> HttpResponse:
    """Put it live. Pressed twice with one report and one predecessor, it is one decision."""
    one = _one(digest)
    seen = _moment(request.POST.get("seen", ""))
    last = Act.objects.filter(kind=ActKind.MODEL, subject=HOUSE).order_by("-seq").values_list("pk", flat=True).first()
    try:
        go_live(digest, by=seat.user.pk, now=seat.now, reason=request.POST.get("reason", "")[:500], seen=seen,
                act_id=uuid.uuid5(_LIVE, f"{digest} {last}"))
    except (BadModel, CannotGoLive) as wrong:
        messages.error(request, f"没有启用：{wrong}。", extra_tags="red")
        return redirect("desk:matching_model", digest)
    messages.success(request, f"已启用 {one.name}，全部登记正在后台按它重新比对。", extra_tags="green")
    return redirect("desk:matching_models")


def _one(digest: str) -> OurModel:
    found = next((one for one in our_models() if one.hash == digest), None)
    if found is None:
        raise Http404("model")
    return found


def _state() -> dict[str, Any]:
    """The live model, and how far the registry follows it."""
    try:
        live = live_model()
    except BadModel as wrong:
        return {"live": None, "broken": str(wrong), "waiting": 0, "replaced": False}
    return {"live": live, "broken": "", "waiting": waiting_for(live), "replaced": is_replaced()}


def _past() -> list[tuple[Act, str, str]]:
    acts = Act.objects.filter(kind=ActKind.MODEL, subject=HOUSE).select_related("by").order_by("-seq")[:20]
    return [(act, to_decision(act).value["model"], reason_of(act)) for act in acts]


def _content(digest: str) -> dict[str, Any]:
    """Empty where it cannot be read: the page says why."""
    try:
        return dict(known_content(digest))
    except BadModel:
        return {}


def _moment(text: str) -> datetime | None:
    try:
        return parse_datetime(text)
    except ValueError:
        return None


def _weights(content: dict[str, Any]) -> list[tuple[str, str, float, str, str]]:
    """What each level is worth: (what is compared, level, bits, share among one household, share among strangers)."""
    rows = []
    for comparison in COMPARISONS:
        for level in comparison.levels:
            given = content.get("comparisons", {}).get(comparison.name, {}).get(level.label)
            if given:
                bits = given["bits"] if "bits" in given else log2(given["m"] / given["u"])
                shares = ("人工设定", "") if "bits" in given else (_said(given["m"]), _said(given["u"]))
                rows.append((comparison.said, level.said, bits, *shares))
    return rows


def _said(share: float) -> str:
    """0.62 → 62.0%; what is rarer than one in a thousand as 1/345,000."""
    return f"{share:.1%}" if share >= 0.001 else f"1/{round(1 / share):,}"


def _differences(seat: Seat, groups: Groups, is_split: bool) -> list[Difference]:
    """Groups of ids as people read them; what has gone from the registry since is left out."""
    home = {one.pk: one.household for one in idents({name for group in groups for name in group})}
    filed: dict[str, list[int]] = {}
    for one in registrations_of(home):
        filed.setdefault(one.entity, []).append(one.submission)
    found = []
    for group in groups:
        rows = {home[name].pk: home[name] for name in group if name in home}
        parts = group[1:] if is_split else group
        submissions = [pk for name in dict.fromkeys(parts) for pk in filed.get(name, ())]
        found.append(Difference(_shown(seat, rows.values()), len(parts) if is_split else 0, submissions))
    return found


def _shown(seat: Seat, rows: Iterable[Household]) -> list[Shown]:
    return [
        Shown(row, shown_name(seat, name_of(row), row.village), seat.may(Verb.READ, Thing.HOUSEHOLD, row.village))
        for row in rows
    ]
