"""All the evidence a registration may ever stand with: what it must be found by, and how high it may score. Pure.

An edit, a return, a correction or its undoing changes what counts. Whatever is left standing, now or as known at an
earlier moment, is one of these views in each comparison; so no order of work can miss a pair.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from math import prod
from typing import Any

from server.acts.kinds import ActKind
from server.acts.values import Decision
from server.households.chains import Chain
from server.households.matching.decide import Outcome, decide
from server.households.matching.features import EVIDENCE, Features, features_from
from server.households.matching.keys import Key, block_keys
from server.households.matching.model import Model
from server.households.matching.score import steps_of
from server.households.values import MISSING, day_of

#: Facts that a level or a key reads together: their values are combined, all others stand as last said.
_TOGETHER = (
    ("rep_name", "id_no", "birth", "age_told"),
    ("id_no", "birth", "age_told", "sex"),
    ("rep_name", "addr", "village"),
    ("phone",),
    ("members_n",),
)
#: More combinations than any honest registration has: then the versions as they are must do.
_MOST = 512


def views_of(chain: Chain, decisions: Iterable[Decision]) -> tuple[Features, ...]:
    """Every evidence that some version of this screening, or a correction of it, may amount to."""
    if not any(version.creates for version in chain.versions):
        return ()
    head, years = chain.head, sorted({day_of(version.observed).year for version in chain.versions})
    told = [_told(version.said) for version in chain.versions]
    values: dict[str, dict[Any, None]] = {}
    for fact in EVIDENCE[:-1]:
        values[fact] = dict.fromkeys(_plain(one.get(fact)) for one in reversed(told))
    members: list[Any] = [member for one in told for member in one["member"]]
    instances = {version.instance for version in chain.versions}
    for act in decisions:
        if act.kind == ActKind.CORRECT and act.subject in instances:
            fact, value = act.value["fact"], act.value["value"]
            if fact == "member":
                members.append(value)
            elif fact in values and not act.value.get("key"):
                values[fact].setdefault(_plain(value))
    for version in chain.versions:
        for answer in version.said:
            if answer.was is not MISSING and answer.fact in values:
                values[answer.fact].setdefault("")
    last = {fact: next(iter(found)) for fact, found in values.items()}
    found: dict[Features, None] = {}

    def add(said: Mapping[str, Any]) -> None:
        for year in years:  # of versions that lack their first one, another is the first
            found.setdefault(features_from(head.instance, head.entity, {**said, "member": members}, year))

    add(last)
    if any(len(some) > 1 for some in values.values()):
        for group in _TOGETHER:
            if prod(len(values[fact]) for fact in group) <= _MOST:
                for combined in product(*(values[fact] for fact in group)):
                    add({**last, **dict(zip(group, combined, strict=True))})
        for one in told:
            add(one)
    return tuple(found)


def year_of(chain: Chain) -> int:
    """The year ages are counted in: when the registration was first made, by its own clock."""
    return day_of(chain.versions[0].observed).year


def claimed_keys(views: Iterable[Features], model: Model) -> set[Key]:
    """Every block key of some views, without hot ones."""
    return {key for view in views for key in block_keys(view) if not model.is_hot(*key)}


def may_join(one: Sequence[Features], other: Sequence[Features], model: Model) -> bool:
    """Whether two registrations could ever be joined by an opinion, whatever of their evidence stands.

    Views are mixed per comparison, so this answers yes too often, never too seldom. Whose they are does not matter:
    versions that have not found each other yet say the same as later, in two screenings.
    """
    one, other = _told_apart(one), _told_apart(other)
    if len(one) == 1 == len(other):
        return decide(one[0], other[0], model).outcome == Outcome.MERGE
    best: list[float] = []
    for a in one:
        for b in other:
            steps = steps_of(a, b, model)
            best = [max(pair) for pair in zip(best, steps, strict=True)] if best else steps
    return model.prior + sum(best) >= model.thresholds.merge - 1e-6


def _told_apart(views: Sequence[Features]) -> Sequence[Features]:
    if len(views) == 1:
        return views
    return list(dict.fromkeys(view._replace(instance="", entity="") for view in views))


def _told(said: Iterable[Any]) -> dict[str, Any]:
    told: dict[str, Any] = {"member": []}
    for answer in said:
        if answer.fact == "member":
            told["member"].append(answer.value)
        elif not answer.key:
            told[answer.fact] = answer.value
    return told


def _plain(value: Any) -> str:
    return "" if value is None else str(value)
