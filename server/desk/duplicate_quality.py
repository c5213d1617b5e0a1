"""比对质量: what review found, what auditors found of automatic decisions, how the evidence changes."""

import hashlib
import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Q, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from server.accounts.matrix import Thing, Verb
from server.acts.kinds import ActKind
from server.acts.models import Act
from server.acts.read import to_decision
from server.desk.duplicate_sides import said_level
from server.desk.page import page
from server.desk.parts import shown_name
from server.desk.seat import Seat, screen
from server.desk.wilson import Share, share_of
from server.field.decide import decide
from server.households.evidence import opened
from server.households.find import idents, name_of, seen_from, served
from server.households.matching.decide import Outcome
from server.households.matching.levels import COMPARISONS
from server.households.matching.live import live_model
from server.households.models import Evidence, Household, Ident, Opinion
from server.households.registrars import registrations_of

#: Of so many automatic decisions one is looked at: 0.5 %.
ONE_IN = 200
#: Rows read for shares and lists; a district with more is sampled, which the page says.
MOST, LISTED = 5000, 20
_AUDITED = uuid.UUID("3c7b9d3e-92a6-4f0c-8d63-0f2f4f1a8e77")
MERGED, NEW = "merge", "new"


@dataclass(frozen=True)
class Sampled:
    """An automatic decision to be looked at: two ids joined unasked, or one taken for a new household."""

    kind: str
    a: str
    b: str
    row: Household
    name: str
    submissions: list[int]


def is_sampled(*ids: str) -> bool:
    """Whether a decision belongs to the sample: by the hash of its ids, the same for everybody and for ever."""
    return int(hashlib.sha256(" ".join(sorted(ids)).encode()).hexdigest()[:8], 16) % ONE_IN == 0


@screen(Thing.DUPLICATE)
def duplicate_quality(request: HttpRequest, seat: Seat) -> HttpResponse:
    homes = Household.objects.filter(seen_from(seat.codes))
    merged = _merged(homes)
    waiting = _waiting(seat, homes, merged)
    audits = _audits(homes)
    context = {
        "yields": _yield(homes), "merges": audits[MERGED], "news": audits[NEW], "waiting": waiting[:LISTED],
        "more": max(0, len(waiting) - LISTED), "gaps": _gaps(homes), "drift": _drift(merged), "model": live_model().id,
        "most": MOST, "audits": seat.can(Verb.APPROVE, Thing.DUPLICATE),
    }
    return page(request, seat, "duplicates/quality.html", context, at="duplicates")


@require_POST
@screen(Thing.DUPLICATE, Verb.APPROVE)
def duplicate_audit(request: HttpRequest, seat: Seat) -> HttpResponse:
    """One auditor's answer on one automatic decision; the last answer counts, the same one twice is one."""
    kind, a, b = (request.POST.get(name, "") for name in ("kind", "a", "b"))
    row, right = served(a), request.POST.get("right")
    if row is None or kind not in (MERGED, NEW) or right not in ("yes", "no") or (kind == MERGED and served(b) is None):
        messages.add_message(request, messages.INFO, "没有保存：这一条已经变了，请刷新。", extra_tags="red")
        return redirect("desk:duplicate_quality")
    seat.must_see(row.village, f"household:{row.pk}")
    seat.must(Verb.APPROVE, Thing.DUPLICATE, row.village)
    if any(one.by == seat.user.pk for one in registrations_of([a, b])):
        raise PermissionDenied("不能抽查自己登记的，请由其他审核人员办理。")
    value = {"of": kind, "right": right == "yes", "model": live_model().id}
    decide(ActKind.AUDIT, a, by=seat.user.pk, now=seat.now, other=b, value=value,
           act_id=uuid.uuid5(_AUDITED, f"{kind} {a} {b} {right} {seat.user.pk}"))
    messages.add_message(request, messages.INFO, "已记下抽查结果。", extra_tags="green")
    return redirect("desk:duplicate_quality")


def _yield(homes: Any) -> dict[str, Any]:
    """Of the cases people have decided, how many were one household after all."""
    acts = Act.objects.filter(kind__in=[ActKind.MERGE, ActKind.CANNOT_LINK], subject__in=_ids(homes)).order_by("-seq")
    undone = set(Act.objects.filter(kind__in=[ActKind.UNMERGE, ActKind.LIFT_LINK]).values_list("other", flat=True))
    said = Counter(
        act.kind for act in acts[:MOST] if str(act.pk) not in undone and "bits" in to_decision(act).value
    )
    merges = said[ActKind.MERGE]
    return {"share": share_of(merges, sum(said.values())), "merges": merges, "apart": said[ActKind.CANNOT_LINK]}


def _ids(homes: Any) -> Any:
    return Ident.objects.filter(household__in=homes).values("pk")


def _merged(homes: Any) -> list[Opinion]:
    """Standing opinions that joined two ids unasked, the latest of them."""
    rows = Opinion.objects.filter(stands=True, apart=False, outcome=Outcome.MERGE, a__in=_ids(homes))
    for side in ("a", "b"):
        home = Ident.objects.filter(pk=OuterRef(side)).values("household_id")[:1]
        rows = rows.annotate(**{f"home_{side}": Subquery(home)})
    return [one for one in rows.order_by("-pk")[:MOST] if one.home_a == one.home_b]  # type: ignore[attr-defined]


def _waiting(seat: Seat, homes: Any, merged: Iterable[Opinion]) -> list[Sampled]:
    """The sample that nobody has looked at."""
    known = {(act.subject, act.other) for act in Act.objects.filter(kind=ActKind.AUDIT).only("subject", "other")}
    pairs = [(one.a, one.b) for one in merged if is_sampled(one.a, one.b) and (one.a, one.b) not in known]
    alone = homes.values_list("pk", flat=True).order_by("-opened_on", "pk")[: MOST * 10]
    news = [name for name in alone if is_sampled(name) and (name, "") not in known]
    joined = set(Opinion.objects.filter(Q(a__in=news) | Q(b__in=news), stands=True).values_list("a", "b"))
    news = [name for name in news if not any(name in pair for pair in joined)]
    home = {i.pk: i.household for i in idents([name for pair in pairs for name in pair] + news)}
    found = [(MERGED, a, b) for a, b in pairs] + [(NEW, name, "") for name in news]
    filed: dict[str, list[int]] = {}
    for one in registrations_of([name for _, a, b in found for name in (a, b) if name]):
        filed.setdefault(one.entity, []).append(one.submission)
    return [
        Sampled(kind, a, b, home[a], shown_name(seat, name_of(home[a]), home[a].village),
                [*filed.get(a, ()), *filed.get(b, ())])
        for kind, a, b in found if a in home
    ]


def _audits(homes: Any) -> dict[str, Share]:
    """How many automatic decisions auditors found right, by kind; of several answers on one the last counts."""
    last: dict[tuple[str, str, str], bool] = {}
    for act in Act.objects.filter(kind=ActKind.AUDIT, subject__in=_ids(homes)).order_by("seq"):
        value = to_decision(act).value
        last[value["of"], act.subject, act.other] = value["right"]
    return {
        kind: share_of(sum(ok for (of, *_), ok in last.items() if of == kind), sum(of == kind for of, *_ in last))
        for kind in (MERGED, NEW)
    }


def _gaps(homes: Any) -> list[tuple[str, Share]]:
    """Registrations without an ID number, without a door, without either: they can only be matched by the rest."""
    views = [
        view for row in Evidence.objects.filter(entity__in=_ids(homes)).order_by("-entity")[:MOST]
        for view in opened(row.entity, bytes(row.sealed)).now
    ]
    no_id = [not (view.id_no or view.id_mask) for view in views]
    no_door = [not view.whole for view in views]
    neither = sum(a and b for a, b in zip(no_id, no_door, strict=True))
    return [("没有证件号码", share_of(sum(no_id), len(views))), ("住址到不了门牌", share_of(sum(no_door), len(views))),
            ("两样都没有", share_of(neither, len(views)))]


def _drift(merged: Iterable[Opinion]) -> list[dict[str, Any]]:
    """How often pairs joined unasked come to each level, beside the same among the pairs the model was trained on."""
    model = live_model()
    counts: Counter[tuple[str, str]] = Counter(
        (comparison, level) for one in merged if one.model == model.id for comparison, level, _ in one.steps
    )
    rows = []
    for comparison, weights in zip(COMPARISONS, model.weights, strict=True):
        whole = sum(counts[comparison.name, label] for label in comparison.labels)
        for label, weight in zip(comparison.labels, weights, strict=True):
            n = counts[comparison.name, label]
            if weight.m is None or not whole or (weight.m < 0.01 and not n):
                continue
            now = share_of(n, whole)
            assert now.low is not None and now.high is not None
            rows.append({"what": comparison.said, "level": said_level(comparison.name, label), "trained": weight.m,
                         "now": now, "off": not now.low - 0.1 <= weight.m <= now.high + 0.1})
    return rows
