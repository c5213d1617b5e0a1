"""What was merged into a household and how it goes back: each act, and what has come since that can be refiled."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from server.acts.kinds import ActKind
from server.acts.models import Act
from server.acts.read import reason_of
from server.households.code import household_code
from server.households.find import Source, filings_about
from server.households.fold import spells_of
from server.households.history import words_about
from server.households.kinds import Programme
from server.households.load import Kept
from server.households.models import Household

#: Forms that register; everything else is an update, and only updates are refiled.
_REGISTERS = ("screening", "ledger_line")


@dataclass(frozen=True)
class Joined:
    """A merge: who, when, why; ``undone``: the act that undid it. ``since``: updates filed to either id after it (until
    it was undone), which may belong to the other."""

    act: Act
    ids: tuple[str, str]
    codes: tuple[str, str]
    reason: str
    undone: Act | None
    since: list[Source]

    def apart(self, served: str) -> str:
        """The id that goes when this is undone: not the one the household is called by."""
        return self.ids[1] if self.ids[0] == served else self.ids[0]


def merges_about(ids: Iterable[str], acts: Sequence[Act], sources: Mapping[str, Source]) -> list[Joined]:
    """Every merge that names one of these ids, latest first, also those undone since."""
    names = set(ids)
    merges = [str(act.pk) for act in acts if act.kind == ActKind.MERGE]
    undoing = Act.objects.filter(kind=ActKind.UNMERGE, other__in=merges) if merges else ()
    undone = {act.other: act for act in undoing}
    found: list[Joined] = []
    for act in acts:
        if act.kind != ActKind.MERGE:
            continue
        end = undone.get(str(act.pk))
        known = sources if names >= {act.subject, act.other} else filings_about([act.subject, act.other])
        since = [
            one for one in known.values()
            if one.entity in (act.subject, act.other) and one.form_id not in _REGISTERS and one.is_head
            and one.received_at >= act.at and (end is None or one.received_at <= end.at)
        ]
        codes = (household_code(act.subject), household_code(act.other))
        found.append(Joined(act, (act.subject, act.other), codes, reason_of(act), end,
                            sorted(since, key=lambda one: one.received_at)))
    return list(reversed(found))


def running_by_id(row: Household, ids: Iterable[str]) -> list[tuple[str, str]]:
    """(id, programmes running by what was said and decided under that id alone), where there is more than one such id:
    two reliefs in one household, whoever joined it."""
    component = Kept({row.pk}).component()
    words = words_about(component, row.pk)
    found = []
    for name in ids:
        spells = spells_of([word for word in words if word.entity == name], component.acts([name]), None)
        running = [Programme(spell.programme).label for spell in spells if spell.end is None]
        if running:
            found.append((name, "、".join(running)))
    checked = Act.objects.filter(kind=ActKind.RELIEF_CHECKED, subject__in=list(ids)).exists()
    return found if len(found) > 1 and not checked else []
