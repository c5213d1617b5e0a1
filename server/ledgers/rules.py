"""In which table a household in care is. Pure."""

from collections.abc import Iterable
from datetime import date, timedelta

from server.households.care import in_care
from server.households.kinds import Programme
from server.households.values import Folded, Spell
from server.ledgers.kinds import LedgerKind
from server.ledgers.words import APPLYING, NOT_QUALIFYING, REFUSED

#: 家庭基本保障 by code, in the order of the form's choices.
PROGRAMMES = {str(programme.value): str(programme.label) for programme in Programme}


def table_of(folded: Folded, day: date, *, applying_in_one: bool = False) -> LedgerKind | None:
    """The one table of a household in care on ``day``, None for one that is not (domain B.5, F-1, F-2, F-10, F-17).

    In one of the four programmes: 表三. Formerly in one: 表四, until re-admitted or care ends. May qualify (also:
    nobody is sure) and has not applied: 表一. Everything else: 表二, with it the refused and, unless the switch
    表一含申请中 is on, who has applied and waits. 低保边缘 is none of the four: such a household goes by whether it
    may qualify for one.
    """
    if not in_care(folded, day):
        return None
    if current_spells(folded, day):
        return LedgerKind.THREE
    if ended_spells(folded, day):
        return LedgerKind.FOUR
    applied = folded.value("applied")
    may_qualify = folded.value("may_qualify")
    if applied == APPLYING:
        return LedgerKind.ONE if applying_in_one and may_qualify != NOT_QUALIFYING else LedgerKind.TWO
    if applied == REFUSED or may_qualify in (None, "", NOT_QUALIFYING):
        return LedgerKind.TWO
    return LedgerKind.ONE


def current_spells(folded: Folded, day: date) -> tuple[Spell, ...]:
    """The spells in the four programmes that hold on ``day``, in the order of the form's choices."""
    return _ordered([s for s in folded.in_relief(day) if s.programme in PROGRAMMES])


def ended_spells(folded: Folded, day: date) -> tuple[Spell, ...]:
    """The programmes the household left last, () while it is in one or never was: those in force on the eve of
    the last exit. A programme left earlier, while another went on, was not what ended."""
    if current_spells(folded, day):
        return ()
    past = [s for s in folded.spells if s.programme in PROGRAMMES and s.end is not None and s.end <= day]
    last = max((s.end for s in past if s.end is not None), default=None)
    return _ordered([s for s in past if s.end == last])


def frozen_on(folded: Folded, day: date) -> date | None:
    """For a household in 表四 the day as of which 叠加政策 is read: the eve of the exit, or the day it was first
    registered if that was later. None for any other."""
    ended = ended_spells(folded, day)
    if not ended or ended[0].end is None:
        return None
    eve = ended[0].end - timedelta(days=1)
    return max(eve, folded.opened) if folded.opened is not None else eve


def _ordered(spells: Iterable[Spell]) -> tuple[Spell, ...]:
    order = list(PROGRAMMES)
    return tuple(sorted(spells, key=lambda s: (order.index(s.programme), s.start or date.min)))
