"""The next visit of a household, from its state. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from server.acts.kinds import ActKind
from server.acts.values import Decision, latest
from server.households.care import in_care
from server.households.kinds import Grade, Outcome
from server.households.values import State, day_of
from server.visits.kinds import CHECK, FREQUENCY, DueKind
from server.visits.rules import NOTHING, PERIODS, Contacted, Window, regular_window, return_window

#: Until a 街镇 has set a grade: quarterly (domain 一.1.②: not less often than quarterly for the watched groups).
DEFAULT_GRADE = Grade.B
#: Outcomes after which an emergency is as open as before.
IN_VAIN = frozenset({Outcome.NOT_HOME, Outcome.REFUSED, Outcome.NOT_FOUND})


@dataclass(frozen=True)
class Plan:
    """The next window and the dates people ask for beside it; ``asked_to``: by when somebody has to find out whether
    this is one household with another."""

    window: Window
    last_on: date | None
    tried_on: date | None
    exit_on: date | None
    asked_to: date | None = None


def frequency_of(decisions: Iterable[Decision]) -> Mapping[str, int]:
    """Months between visits by grade: the district's last act, else the default table. Only lengths that fill a year
    count: the schedule goes by calendar periods."""
    act = latest([d for d in decisions if d.kind == ActKind.FREQUENCY])
    if act is None:
        return FREQUENCY
    told = {grade: int(months) for grade, months in act.value["months"].items()}
    return {**FREQUENCY, **{grade: months for grade, months in told.items() if months in PERIODS}}


def exit_of(state: State) -> date | None:
    """The day the household left its last programme; None while it is in one or never was."""
    spells = state.folded.spells
    if not spells or any(spell.end is None for spell in spells):
        return None
    return max(spell.end for spell in spells if spell.end is not None)


def readmitted_on(state: State) -> date | None:
    """The day relief began again after a gap, None for a household not in relief or never out of it."""
    spells = state.folded.spells
    if all(spell.end is not None for spell in spells):
        return None
    starts = [
        spell.start
        for spell in spells
        if spell.start is not None
        and any(o.end is not None and o.end < spell.start for o in spells)
        and not any(
            (o.start is None or o.start < spell.start) and (o.end is None or o.end >= spell.start)
            for o in spells
        )
    ]
    return max(starts, default=None)


def plan(state: State, frequency: Mapping[str, int] = FREQUENCY) -> Plan:
    """What falls due next (notice 三.1): urgent before return before regular; nothing once care has ended."""
    contacts = [
        Contacted(
            on=visit.on,
            reached=visit.contact.reached,
            next_on=_day(visit.contact.extra.get("next_on")),
            stable_income=visit.contact.extra.get("stable_income") == "stable",
            integrated=visit.contact.extra.get("integration") == "good",
        )
        for visit in sorted(state.visits, key=lambda v: (v.on, v.place))
    ]
    last_on = max((c.on for c in contacts if c.reached), default=None)
    tried_on = max((c.on for c in contacts if not c.reached), default=None)
    exit_on = exit_of(state)
    folded = state.folded
    if not in_care(folded, date.max):
        return Plan(NOTHING, last_on, tried_on, exit_on)
    urgent = urgent_window(state)
    if urgent is not None:
        window = urgent
    elif exit_on is not None:
        window = return_window(exit_on, contacts, folded.status_since)
    else:
        opened = folded.opened or last_on or day_of(folded.as_of.instant)
        grades = [(since, grade) for since, _, grade in folded.grades]
        resumed = max(filter(None, (folded.status_since, readmitted_on(state))), default=None)
        window = regular_window(opened, contacts, grades, DEFAULT_GRADE, frequency, resumed)
    asked = asked_window(state)
    if asked is None:
        return Plan(window, last_on, tried_on, exit_on)
    return Plan(sooner(window, asked), last_on, tried_on, exit_on, asked[1])


def asked_window(state: State) -> tuple[date, date] | None:
    """From when to when somebody is to look whether this is one household with another: until a contact answers."""
    answered = [visit for visit in state.visits if visit.contact.outcome not in IN_VAIN]
    waiting = [ask for ask in state.asked if not any(v.on >= ask.on and v.received > ask.at for v in answered)]
    return (min(ask.on for ask in waiting), min(ask.to for ask in waiting)) if waiting else None


def sooner(window: Window, asked: tuple[date, date]) -> Window:
    """The window, moved up to what is asked; never put off."""
    if window.due_from is None or window.due_to is None:
        return replace(window, kind=DueKind.REGULAR, due_from=asked[0], due_to=asked[1])
    return replace(window, due_from=min(window.due_from, asked[0]), due_to=min(window.due_to, asked[1]))


def fulfils(outcome: str, kind: str) -> bool:
    """Whether a contact answers anything that was asked of the visitors: not in vain, and no check (督查)."""
    return outcome not in IN_VAIN and kind != CHECK


def urgent_window(state: State) -> Window | None:
    """An urgent lead about the household that no contact since has answered: due within a day (domain 三.5a). Nobody at
    home, turned away or nobody of that name is no answer, and neither is a contact earlier on the same day."""
    moments = [
        min(max(request.observed, request.published), request.received)
        for request in state.requests
        if any(said.fact == "urgent" and said.value for said in request.said)
    ]
    answered = [v.seen_at for v in state.visits if fulfils(v.contact.outcome, v.contact.kind)]
    waiting = [day_of(at) for at in moments if not any(seen >= at for seen in answered)]
    if not waiting:
        return None
    return Window(DueKind.URGENT, min(waiting), min(waiting) + timedelta(days=1))


def _day(text: object) -> date | None:
    """A day as a phone wrote it; None for none, and for what is no day."""
    try:
        return date.fromisoformat(str(text)) if text else None
    except ValueError:
        return None
