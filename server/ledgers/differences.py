"""Two states of a month beside each other: what would be otherwise, line by line. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.ledgers.columns import TABLES
from server.ledgers.kinds import Late
from server.ledgers.values import Line, Value


@dataclass(frozen=True)
class Difference:
    """One line that would be otherwise: ``before`` and ``after`` (None: no line)."""

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

    def content(self) -> dict[str, Any]:
        """What the difference says, as plain JSON: what a checksum is taken over."""
        return {
            "what": str(self.what), "household": self.household,
            "before": self.before and self.before.content(), "after": self.after and self.after.content(),
        }

    def stored(self) -> dict[str, Any]:
        """The difference with the sources of its lines; ``parse`` is the inverse."""
        return self.content() | {
            "before": self.before and self.before.stored(), "after": self.after and self.after.stored()
        }

    @classmethod
    def parse(cls, row: Mapping[str, Any]) -> "Difference":
        """The difference that ``stored`` wrote."""
        before, after = (Line.parse(row[name]) if row[name] else None for name in ("before", "after"))
        return cls(Late(row["what"]), row["household"], before, after)


def differences(
    before: Sequence[Line], now: Iterable[Line], serving: Mapping[str, str] | None = None
) -> list[Difference]:
    """What ``now`` says otherwise, in the order of the lines before, then the added ones.

    ``serving``: the id a household of ``before`` is served under now, where it is another one.
    """
    serving = serving or {}
    after = {(line.household, line.part): line for line in now}
    found: list[Difference] = []
    met: set[tuple[str, str]] = set()
    for line in before:
        slot = (serving.get(line.household, line.household), line.part)
        then = None if slot in met else after.get(slot)
        met.add(slot)
        what = _what(line, then)
        if what is not None:
            found.append(Difference(what, line.household, line, then))
    added = [line for slot, line in after.items() if slot not in met]
    return found + [Difference(Late.ADDED, line.household, None, line) for line in added]


def applied(lines: Iterable[Line], changes: Iterable[Difference]) -> list[Line]:
    """The lines after the changes; unordered."""
    found = {(line.household, line.part): line for line in lines}
    for change in changes:
        if change.before is not None:
            found.pop((change.before.household, change.before.part), None)
        if change.after is not None:
            found[change.after.household, change.after.part] = change.after
    return list(found.values())


def _what(before: Line, after: Line | None) -> Late | None:
    if after is None:
        return Late.GONE
    if after.kind != before.kind:
        return Late.MOVED
    same = all(after.value(key) == cell.value for key, cell in before.cells.items())
    return None if same else Late.CHANGED
