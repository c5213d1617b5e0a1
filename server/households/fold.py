"""The fold: what a household's statements and decisions amount to, as of a day."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from server.acts.kinds import ActKind
from server.acts.values import Decision, latest
from server.households.facts import kind_of
from server.households.kinds import RELIEF_OF, STATUS_OF, FactKind, ProposalKind, Status
from server.households.members import members_of
from server.households.values import Held, Member, Place, Spell, Word, day_of, programme_of


def hold(words: Iterable[Word], day: date | None = None) -> dict[str, Held]:
    """Per fact the statement with the highest place among those true by ``day`` (None: all).

    Timeless facts ignore the day, and a verified value beats a later unverified one. Keyed facts have folds of their
    own; the village is the home (``standing``).
    """
    best: dict[str, tuple[Any, Word]] = {}
    for word in words:
        kind = kind_of(word.fact)
        if kind in (FactKind.KEYED, FactKind.RULED):
            continue
        if kind == FactKind.TIMELESS:
            rank: Any = (word.verified, word.place)
        elif day is not None and word.since > day:
            continue
        else:
            rank = (False, word.place)
        if word.fact not in best or rank > best[word.fact][0]:
            best[word.fact] = (rank, word)
    return {fact: held(word) for fact, (_, word) in sorted(best.items())}


def held(word: Word) -> Held:
    """A word as a fact that stands."""
    return Held(word.value, word.since, word.place, word.instance, word.review, word.verified, word.corrected)


def spells_of(words: Iterable[Word], decisions: Iterable[Decision], day: date | None = None) -> tuple[Spell, ...]:
    """Relief spells from statements and accepted admissions and exits, as of ``day``.

    Per programme the events in order of their day, ties by place: an "in" opens a spell unless one is open, an
    "out" closes the open one; an "out" without an "in" is a spell whose start is not known. A decision that another one
    names (``instead``) was wrong from the first and counts no more.
    """
    decisions = [act for act in decisions if act.kind == ActKind.ACCEPT]
    replaced = {act.value.get("instead") for act in decisions}
    events: dict[str, list[tuple[date, Place, bool, str, str]]] = {}
    for word in words:
        if word.fact == "relief" and isinstance(word.value, Mapping) and "in" in word.value:
            precision = str(word.value.get("precision", "day"))
            entry = (word.since, word.place, bool(word.value["in"]), precision, word.instance)
            events.setdefault(programme_of(word.key), []).append(entry)
    for act in decisions:
        moves = RELIEF_OF.get(act.value.get("proposal", ""))
        if moves is not None and act.id not in replaced:
            place, since = Place(act.at, act.at, 0, act.id), act.since or day_of(act.at)
            precision = str(act.value.get("precision", "day"))
            events.setdefault(str(act.value["programme"]), []).append((since, place, moves, precision, act.id))

    spells: list[Spell] = []
    for programme, entries in events.items():
        open_spell: Spell | None = None
        for since, _, enters, precision, told_by in sorted(entries):
            if day is not None and since > day:
                break
            if enters and open_spell is None:
                open_spell = Spell(programme, since, None, precision, told_by)
            elif not enters:
                if open_spell is not None:
                    spells.append(replace(open_spell, end=since, closed_by=told_by))
                elif not any(s.programme == programme for s in spells):
                    spells.append(Spell(programme, None, since, "day", "", told_by))
                open_spell = None
        if open_spell is not None:
            spells.append(open_spell)
    return tuple(sorted(spells, key=lambda s: (s.start or date.min, s.end or date.max, s.programme)))


def status_of(decisions: Iterable[Decision], day: date | None = None) -> tuple[Status, date | None]:
    """The status the last accepted proposal put in force by ``day``, and since when."""
    rulings = [
        d for d in decisions
        if d.kind == ActKind.ACCEPT and d.value.get("proposal") in STATUS_OF
        and (day is None or (d.since or day_of(d.at)) <= day)
    ]
    act = latest(rulings)
    if act is None:
        return Status.ACTIVE, None
    return STATUS_OF[ProposalKind(act.value["proposal"])], act.since or day_of(act.at)


def grades_of(decisions: Iterable[Decision], day: date | None = None) -> tuple[tuple[date, datetime, str], ...]:
    """The grades a 街镇 has set, oldest first: (since, filed at, grade)."""
    acts = [d for d in decisions if d.kind == ActKind.GRADE]
    rows = sorted((d.since or day_of(d.at), d.at, str(d.value["grade"])) for d in acts)
    return tuple(row for row in rows if day is None or row[0] <= day)


def fold_members(words: Iterable[Word], day: date | None = None) -> tuple[Member, ...]:
    """The members as of ``day``."""
    return members_of([w for w in words if w.fact == "member" and (day is None or w.since <= day)])
