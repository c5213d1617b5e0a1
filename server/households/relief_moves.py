"""Relief as something that is entered and left: what may follow on what, and who said each step. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from server.households.kinds import RELIEF_OF, Programme, ProposalKind
from server.households.values import Spell


@dataclass(frozen=True)
class Step:
    """One end of a spell: into (``enters``) or out of a programme on a day (None: nobody knows), as ``told_by`` (a
    submission or an act) says. ``other_end``: the day of the spell's other end."""

    programme: str
    enters: bool
    on: date | None
    precision: str
    told_by: str
    other_end: date | None

    @property
    def key(self) -> str:
        """What tells it from the others of one household."""
        return f"{self.programme} {'in' if self.enters else 'out'} {self.on.isoformat() if self.on else ''}"

    @property
    def label(self) -> str:
        known = Programme(self.programme).label if self.programme in Programme.values else self.programme
        return f"{known} {'纳入' if self.enters else '终止'}"


def steps_of(spells: Iterable[Spell]) -> list[Step]:
    """Both ends of every spell, as they happened. An entry nobody told of is there with no day, told by who told the
    exit."""
    found = []
    for spell in spells:
        told_by = spell.opened_by or spell.closed_by
        found.append(Step(spell.programme, True, spell.start, spell.precision, told_by, spell.end))
        if spell.end is not None:
            found.append(Step(spell.programme, False, spell.end, "day", spell.closed_by, spell.start))
    return found


def moves_of(spells: Iterable[Spell]) -> list[tuple[ProposalKind, str]]:
    """What may happen next: out of a programme that runs, into any other; again into one that ended."""
    spells = list(spells)
    found = []
    for programme in Programme:
        own = [spell for spell in spells if spell.programme == programme]
        running = any(spell.end is None for spell in own)
        entry = ProposalKind.READMIT if own else ProposalKind.ADMIT
        found.append((ProposalKind.EXIT if running else entry, str(programme.value)))
    return sorted(found, key=lambda move: move[0] != ProposalKind.EXIT)


def wrong_move(spells: Iterable[Spell], kind: ProposalKind, programme: str, since: date) -> str:
    """Why a programme cannot be entered or left on a day, in Chinese; '' where it can."""
    if programme not in Programme.values:
        return "没有选择保障项目"
    own = [spell for spell in spells if spell.programme == programme]
    running = next((spell for spell in own if spell.end is None), None)
    if RELIEF_OF[kind]:
        if running is not None:
            return "已经在这项保障中"
        ended = max((spell.end for spell in own if spell.end is not None), default=None)
        return "纳入日期早于上一次终止的日期" if ended is not None and since < ended else ""
    if running is None:
        return "没有在这项保障中"
    return "终止日期早于纳入日期" if running.start is not None and since < running.start else ""
