"""比对质量: what review found, how two people agree, what auditors found, how the registry differs from the records the
model was trained on."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse

from server.accounts.matrix import Thing, Verb
from server.acts.kinds import ActKind
from server.acts.models import Act
from server.acts.read import to_decision
from server.desk.drift import drift_of
from server.desk.duplicate_audit import MERGED, MOST, NEW, audits, ids_in, merged_unasked, sampled, verdicts
from server.desk.duplicate_sides import said_level
from server.desk.duplicate_twice import agreement, pairs_of
from server.desk.page import page
from server.desk.seat import Seat, screen
from server.desk.wilson import share_of
from server.households.evidence import opened
from server.households.find import seen_from
from server.households.matching.gaps import GAPS, gaps_of
from server.households.matching.levels import COMPARISONS, Comparison
from server.households.matching.live import live_model
from server.households.matching.model import Model, Weight
from server.households.models import Evidence, Household, Opinion
from server.households.twice import FINAL

#: So many of the sample are listed.
LISTED = 20
#: Levels that tell nothing and weigh nothing; a comparison has one of them.
_SILENT = ("missing", "silent")


@screen(Thing.DUPLICATE)
def duplicate_quality(request: HttpRequest, seat: Seat) -> HttpResponse:
    homes, model = Household.objects.filter(seen_from(seat.codes)), live_model()
    merged, said = merged_unasked(homes), verdicts(homes)
    waiting, mine = sampled(seat, homes, merged, said)
    found = audits(said)
    context = {
        "yields": _yield(homes), "merges": found[MERGED], "news": found[NEW], "waiting": waiting[:LISTED],
        "mine": mine, "more": max(0, len(waiting) - LISTED), "twice": agreement(pairs_of(seat).found),
        "gaps": _gaps(homes, model), "drift": _drift(merged, model), "has_gaps": bool(model.data.get("gaps")),
        "has_joined": bool(model.data.get("joined")), "model": model.id, "most": MOST,
        "audits": seat.can(Verb.APPROVE, Thing.DUPLICATE),
    }
    return page(request, seat, "duplicates/quality.html", context, at="duplicates")


def _yield(homes: Any) -> dict[str, Any]:
    """Of the cases people have decided with both sides inside, how many were one household after all."""
    inside, ruled = ids_in(homes), [ActKind.MERGE, ActKind.CANNOT_LINK]
    acts = Act.objects.filter(kind__in=ruled, subject__in=inside, other__in=inside).order_by("-seq")
    undone = set(Act.objects.filter(kind__in=[ActKind.UNMERGE, ActKind.LIFT_LINK]).values_list("other", flat=True))
    said = Counter(act.kind for act in acts[:MOST] if str(act.pk) not in undone and _from_case(to_decision(act).value))
    merges = said[ActKind.MERGE]
    return {"share": share_of(merges, sum(said.values())), "merges": merges, "apart": said[ActKind.CANNOT_LINK]}


def _from_case(value: Mapping[str, Any]) -> bool:
    """Whether a ruling answers a case (the district's second look at one is no case of its own)."""
    return "bits" in value and not value.get(FINAL)


def _gaps(homes: Any, model: Model) -> list[dict[str, Any]]:
    """What registrations lack now, beside the training records; they can only be matched by the rest."""
    rows = Evidence.objects.filter(entity__in=ids_in(homes)).order_by("-entity")[:MOST]
    now = gaps_of(view for row in rows for view in opened(row.entity, bytes(row.sealed)).now)
    then: Mapping[str, float] = model.data.get("gaps") or {}
    found = []
    for label, (said, _) in GAPS.items():
        line: dict[str, Any] = {"said": said, "now": share_of(now.lack[label], now.of), "then": then.get(label)}
        if label in then:
            both = {"lack": then[label], "have": 1 - then[label]}
            line["drift"] = drift_of(both, {"lack": now.lack[label], "have": now.of - now.lack[label]})
        found.append(line)
    return found


def _drift(merged: Iterable[Opinion], model: Model) -> list[dict[str, Any]]:
    """How pairs joined unasked agree, comparison by comparison, beside the training pairs this model would have joined.

    A model file that does not tell of those has its estimates among all pairs of one household instead, without those
    where one side says nothing: silence is then left out on both sides.
    """
    steps = [one.steps for one in merged if one.model == model.id]
    counts = Counter((comparison, level) for some in steps for comparison, level, _ in some)
    stored = model.data.get("joined") or {}
    found = []
    for comparison, weights in zip(COMPARISONS, model.weights, strict=True):
        then = stored.get(comparison.name) if stored else _estimated(comparison, weights)
        if not then or not comparison.said:
            continue
        now = {label: counts[comparison.name, label] for label in comparison.labels if label not in _SILENT}
        if stored:
            # A stored waterfall leaves out what weighs nothing.
            now |= {label: len(steps) - sum(now.values()) for label in _SILENT if label in comparison.labels}
        drift = drift_of(then, now)
        line: dict[str, Any] = {"said": comparison.said, "drift": drift}
        if drift.index is not None:
            # The level that weighs most in the difference, so that nobody has to guess what has changed.
            most = max(now, key=lambda label: (abs(now[label] / drift.of - then.get(label, 0.0)), label))
            line |= {"level": said_level(comparison.name, most), "then": then.get(most, 0.0),
                     "now": share_of(now[most], drift.of)}
        found.append(line)
    return found


def _estimated(comparison: Comparison, weights: Iterable[Weight]) -> dict[str, float]:
    """Shares of the levels among pairs of one household as estimated in training, where they add up to all of them."""
    given = {label: weight.m for label, weight in zip(comparison.labels, weights, strict=True) if weight.m is not None}
    return given if 0.95 <= sum(given.values()) <= 1.05 else {}
