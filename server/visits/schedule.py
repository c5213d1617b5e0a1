"""The next visit of a household, from its state. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from server.acts.kinds import ActKind
from server.acts.values import Decision
from server.households.care import in_care
from server.households.kinds import Grade, Outcome
from server.households.values import Folded, Spell, State, Visited, day_of
from server.visits.kinds import FREQUENCY, INSPECTION, DueKind
from server.visits.rules import (
    NOTHING,
    PERIODS,
    Act,
    Contacted,
    Graded,
    Tabled,
    Window,
    regular_window,
    return_window,
)

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


class Frequency(Mapping[str, int]):
    """Months between visits by grade as they are now; ``filed``: every table decided, with the moment of its filing,
    oldest first."""

    def __init__(self, filed: Sequence[tuple[datetime, Mapping[str, int]]] = ()) -> None:
        self.filed = tuple(filed)
        self._now = self.filed[-1][1] if self.filed else FREQUENCY

    def __getitem__(self, grade: str) -> int:
        return self._now[grade]

    def __iter__(self) -> Iterator[str]:
        return iter(self._now)

    def __len__(self) -> int:
        return len(self._now)


#: Before the district has decided anything.
DEFAULT_FREQUENCY = Frequency()


def frequency_of(decisions: Iterable[Decision]) -> Frequency:
    """What the district decided about the months between visits: the last act holds, over the default table. Only
    lengths that fill a year count: the schedule goes by calendar periods."""
    filed = []
    for act in sorted((d for d in decisions if d.kind == ActKind.FREQUENCY), key=lambda d: d.order):
        told = {grade: int(months) for grade, months in act.value["months"].items()}
        filed.append((act.at, {**FREQUENCY, **{grade: n for grade, n in told.items() if n in PERIODS}}))
    return Frequency(filed)


def fulfils(visit: Visited) -> bool:
    """Whether a contact can count as a visit that was owed: 督查 looks after the visiting, and whoever sends it, it
    answers nothing and nobody was visited by it."""
    return visit.contact.kind != INSPECTION


def answers(visit: Visited) -> bool:
    """Whether a contact settles what somebody was sent to find out (派单核实, an urgent lead)."""
    return settles(visit.contact.outcome, visit.contact.kind)


def settles(outcome: str, kind: str) -> bool:
    """Whether a contact of this outcome and kind can settle anything: neither in vain nor 督查."""
    return outcome not in IN_VAIN and kind != INSPECTION


def exit_of(state: State) -> date | None:
    """The day the household left its last programme; None while it is in one or never was."""
    return last_exit(state.folded.spells)


def last_exit(spells: Sequence[Spell]) -> date | None:
    """The day the last of these spells of relief ended; None while one runs, or where there is none."""
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


def plan(state: State, frequency: Frequency = DEFAULT_FREQUENCY) -> Plan:
    """What falls due next (notice 三.1): urgent before return before regular; nothing once care has ended."""
    contacts = [
        Contacted(
            on=visit.on,
            reached=visit.contact.reached,
            next_on=_day(visit.contact.extra.get("next_on")),
            stable_income=_found(visit, "stable_income", "stable"),
            integrated=_found(visit, "integration", "good"),
        )
        for visit in sorted(state.visits, key=lambda v: (v.on, v.place))
        if fulfils(visit)
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
        resumed = max(filter(None, (folded.status_since, readmitted_on(state))), default=None)
        window = regular_window(opened, contacts, _acts(folded, frequency), DEFAULT_GRADE, resumed)
    asked = asked_window(state)
    if asked is None:
        return Plan(window, last_on, tried_on, exit_on)
    return Plan(sooner(window, asked), last_on, tried_on, exit_on, asked[1])


def asked_window(state: State) -> tuple[date, date] | None:
    """From when to when somebody is to look whether this is one household with another: until a contact answers."""
    answered = [visit for visit in state.visits if answers(visit)]
    waiting = [ask for ask in state.asked if not any(v.on >= ask.on and v.received > ask.at for v in answered)]
    return (min(ask.on for ask in waiting), min(ask.to for ask in waiting)) if waiting else None


def sooner(window: Window, asked: tuple[date, date]) -> Window:
    """The window, moved up to what is asked; never put off."""
    if window.due_from is None or window.due_to is None:
        return replace(window, kind=DueKind.REGULAR, due_from=asked[0], due_to=asked[1])
    return replace(window, due_from=min(window.due_from, asked[0]), due_to=min(window.due_to, asked[1]))


def urgent_window(state: State) -> Window | None:
    """An urgent lead about the household that no contact since has answered: due within a day (domain 三.5a). Nobody at
    home, turned away or nobody of that name is no answer, nor is 督查, nor a contact earlier on the same day."""
    moments = [
        min(max(request.observed, request.published), request.received)
        for request in state.requests
        if any(said.fact == "urgent" and said.value for said in request.said)
    ]
    answered = [v.seen_at for v in state.visits if answers(v)]
    waiting = [day_of(at) for at in moments if not any(seen >= at for seen in answered)]
    if not waiting:
        return None
    return Window(DueKind.URGENT, min(waiting), min(waiting) + timedelta(days=1))


def _acts(folded: Folded, frequency: Frequency) -> list[Act]:
    """The decisions on grade and frequency in the order of their filing."""
    found: list[tuple[datetime, int, Act]] = [
        (at, 0, Tabled(day_of(at), months)) for at, months in frequency.filed
    ]
    found += [(at, 1, Graded(day_of(at), since, grade)) for since, at, grade in folded.grades]
    return [act for _, _, act in sorted(found, key=lambda entry: entry[:2])]


def _found(visit: Visited, question: str, wanted: str) -> bool | None:
    """Whether a visit found what is wanted; None where it did not ask."""
    answer = visit.contact.extra.get(question)
    return answer == wanted if answer else None


def _day(text: object) -> date | None:
    """A day as a phone wrote it; None for none, and for what is no day."""
    try:
        return date.fromisoformat(str(text)) if text else None
    except ValueError:
        return None
