"""补报: what a closed month would say otherwise, had everything approved since been known. Never slipped in."""

from dataclasses import dataclass, replace

from server.households.models import Ident
from server.ledgers.columns import TABLES
from server.ledgers.kinds import Late
from server.ledgers.models import Month
from server.ledgers.names import names_in
from server.ledgers.read import approved_lines, closed_lines, closed_names
from server.ledgers.values import Line, Names, Value, last_day


@dataclass(frozen=True)
class Difference:
    """One line that would be otherwise: ``before`` as closed, ``after`` as approved by now (None: none)."""

    what: Late
    household: str
    before: Line | None
    after: Line | None

    @property
    def cells(self) -> tuple[tuple[str, Value, Value], ...]:
        """(heading, before, after) of every cell that differs; () unless the table is the same."""
        if self.before is None or self.after is None or self.before.kind != self.after.kind:
            return ()
        return tuple(
            (column.heading, self.before.value(column.key), self.after.value(column.key))
            for column in TABLES[self.after.kind].columns
            if self.before.value(column.key) != self.after.value(column.key)
        )


def late_in(closed: Month) -> list[Difference]:
    """The differences between a closed month and the same month on what is approved now, in the order of its lines.

    What another 街镇 has closed is not left out here: both sides see the difference.
    """
    frozen = closed_lines(closed)
    serving = dict(
        Ident.objects.filter(pk__in={line.household for line in frozen}).values_list("pk", "household_id")
    )
    names = _names(closed)
    now = {(line.household, line.part): line for line in approved_lines(closed.town_id, closed.month, names)}
    found: list[Difference] = []
    met: set[tuple[str, str]] = set()
    for before in frozen:
        slot = (serving.get(before.household, before.household), before.part)
        after = None if slot in met else now.get(slot)
        met.add(slot)
        what = _what(before, after)
        if what is not None:
            found.append(Difference(what, before.household, before, after))
    added = [line for slot, line in now.items() if slot not in met]
    return found + [Difference(Late.ADDED, line.household, None, line) for line in added]


def _names(closed: Month) -> Names:
    """The month's own names, so that renaming a policy is no difference; whoever answered for a 村居 then, as known
    now; and what only came to be named since."""
    own, now = closed_names(closed), names_in(closed.town_id, last_day(closed.month))
    return replace(
        own, consultants=now.consultants, posts=now.posts, policies={**now.policies, **own.policies},
        resources={**now.resources, **own.resources},
    )


def _what(before: Line, after: Line | None) -> Late | None:
    if after is None:
        return Late.GONE
    if after.kind != before.kind:
        return Late.MOVED
    same = all(after.value(key) == cell.value for key, cell in before.cells.items())
    return None if same else Late.CHANGED
