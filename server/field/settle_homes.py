"""The upgrade to homes: what an installation showed before homes were decided goes on being so, as acts on record.

Until then a household's village was the first stated one, approved words before others, and one assign act moved all
ids of a household. Now every id has a home of its own (``households.standing``). Where the two differ, the village that
was shown is filed as an assign act for the id, under the moment from which it was so, marked ``found``: so nobody loses
an approved word, and a month that was closed before says what it said. Joined ids need no merge: with one home their
evidence joins them as it did, and no decision is invented that nobody took.
"""

import uuid
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from server.acts.file import file_act
from server.acts.kinds import ActKind
from server.acts.models import Act
from server.acts.values import Decision
from server.households.component import Component, read_component
from server.households.derive import states_of
from server.households.kinds import Review
from server.households.load import Kept
from server.households.models import Household, Ident
from server.households.values import State, day_of
from server.support.kinds import LeadState
from server.support.models import Lead
from server.visits.models import Due
from server.visits.schedule import frequency_of, plan

REASON = "升级时补记：此前由系统按登记内容认定的村居"
_FOUND = uuid.UUID("5b0f6f0e-3f57-4b0a-8f0f-2f6f1c9d7e11")


@dataclass(frozen=True)
class Given:
    """An assign act to be filed: ``at`` and ``since`` from when it was so."""

    entity: str
    village: str
    at: datetime
    since: date | None

    @property
    def act_id(self) -> uuid.UUID:
        """The same finding twice is one act."""
        return uuid.uuid5(_FOUND, f"{self.entity} {self.village} {self.at.isoformat()}")

    def decision(self) -> Decision:
        return Decision(
            str(self.act_id), ActKind.ASSIGN, self.entity, self.at, since=self.since, value={"village": self.village}
        )


@dataclass
class Upgrade:
    """What an upgrade files, and what people will see otherwise: counts by rule, in words."""

    given: list[Given] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


def find_upgrade(tell: Callable[[str], None] = lambda text: None) -> Upgrade:
    """Look through the whole registry as it is stored; nothing is changed. Ask before ``rebuild``."""
    found = Upgrade()
    for done, (kept, households) in enumerate(_components(), start=1):
        component = kept.component()
        given = [one for household in households for one in _given(component, household)]
        found.given += given
        if given:
            component = read_component(
                kept.ids, list(kept.filings.values()), [*kept.decisions.values(), *(g.decision() for g in given)],
                list(kept.requests.values()), kept.model,
            )  # fmt: skip
        _count(found.counts, households, component, {one.entity for one in given})
        if done % 1000 == 0:
            tell(f"已查看 {done} 组")
    return found


def file_upgrade(upgrade: Upgrade, now: datetime) -> int:
    """File the acts; how many are new. Twice is once. Derive afterwards (``rebuild``)."""
    with transaction.atomic():
        before = Act.objects.count()
        for one in upgrade.given:
            file_act(
                ActKind.ASSIGN, one.entity, by=None, now=one.at, since=one.since, reason=REASON, act_id=one.act_id,
                value={"village": one.village, "found": now.isoformat()},
            )  # fmt: skip
        return Act.objects.count() - before


def _components() -> Iterator[tuple[Kept, Sequence[Household]]]:
    """Every component with its households as they are stored, once."""
    seen: set[str] = set()
    for pk in list(Household.objects.order_by("pk").values_list("pk", flat=True)):
        if pk in seen:
            continue
        kept = Kept(Ident.objects.filter(household=pk).values_list("pk", flat=True))
        while True:
            homes = Ident.objects.filter(pk__in=kept.ids).values("household_id")
            whole = set(Ident.objects.filter(household__in=homes).values_list("pk", flat=True))
            if whole <= kept.ids:
                break
            kept.reach(whole)
        households = list(Household.objects.filter(pk__in=homes).order_by("pk"))
        seen |= {household.pk for household in households}
        yield kept, households


def _given(component: Component, household: Household) -> Iterator[Given]:
    """The acts by which every id of a stored household has the village it was shown in, whenever it was."""
    ids = list(Ident.objects.filter(household=household).order_by("pk").values_list("pk", flat=True))
    known = {act.id for act in component.decisions}
    decided = [a for a in component.acts(ids) if a.kind == ActKind.ASSIGN and "found" not in a.value]
    assigns = sorted(decided, key=lambda act: act.order)
    first = _first_village(component, ids) or ("" if assigns else household.village)
    for entity in ids:
        word = component.homes.first.get(entity)
        if word is None:
            continue
        since = min(filter(None, (household.opened_on, day_of(word.received))))
        given = [
            Given(entity, str(act.value["village"]), act.at, act.since or day_of(act.at))
            for act in assigns
            if act.subject != entity
        ]
        if first and component.homes.home(entity, word.received) != first:
            given.append(Given(entity, first, word.received, since))
        yield from (one for one in given if str(one.act_id) not in known)


def _first_village(component: Component, ids: Sequence[str]) -> str:
    """The village as it was until somebody decided: the first stated one, approved words before others; else the
    context of the earliest contact."""
    here = component.here(ids)
    stated = sorted(
        (word.review != Review.APPROVED, word.place, str(word.value))
        for one in here
        for word in one.words
        if word.fact == "village" and word.value
    )
    known = sorted(
        (one.place, version.village) for one in here if (version := one.chain.effective) is not None and version.village
    )
    return stated[0][2] if stated else known[0][1] if known else ""


def _count(
    counts: Counter[str], households: Sequence[Household], component: Component, given: Collection[str]
) -> None:
    states: dict[str, State] = {}
    for state in states_of(component):
        for name in state.folded.ids:
            states[name] = state
    due = {row.pk: row for row in Due.objects.filter(household__in=households)}
    frequency = frequency_of(component.decisions)
    for household in households:
        state = states[household.pk]
        ids = set(Ident.objects.filter(household=household).values_list("pk", flat=True))
        counts["户"] += 1
        counts["补记村居的户"] += bool(ids & set(given))
        counts["原由系统跨村居合并、现补记为同一村居的户"] += len(ids) > 1 and bool(ids & set(given))
        counts["村居与原来不同的户"] += state.folded.village != household.village
        counts["编号归属与原来不同的户"] += set(state.folded.ids) != ids
        counts["报称住在别处、待划定的户（原来两边名单都有）"] += any(c.kind == "village" for c in state.clashes)
        row, window = due.get(household.pk), plan(state, frequency).window
        moved = row is not None and (row.due_from, row.due_to) != (window.due_from, window.due_to)
        counts["应访日期与原来不同的户（督查不再计入，逾期不因改等级消失）"] += moved


def leads_by_state() -> Counter[str]:
    """How many leads stand in each state: before and after ``rebuild`` this shows how many are open again."""
    return Counter(str(LeadState(state).label) for state in Lead.objects.values_list("state", flat=True))
