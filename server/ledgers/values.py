"""What travels through this room: cells, lines, and the names a line is written with. Pure."""

import json
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from server.ledgers.columns import TABLES, CellType
from server.ledgers.kinds import LedgerKind

#: Beginning of a source that is an assignment of somebody to a 村居.
POST = "post:"
#: Text, whole number, yuan; None: nothing is known, the cell stays blank.
Value = str | int | Decimal | None


def last_day(month: str) -> date:
    """The last day of a month written ``2024-08``.

    :raises ValueError: not a month.
    """
    first = first_day(month)
    return first.replace(day=monthrange(first.year, first.month)[1])


def first_day(month: str) -> date:
    """The first day of a month written ``2024-08``.

    :raises ValueError: not a month.
    """
    year, dash, number = month.partition("-")
    if not (dash and len(year) == 4 and len(number) == 2 and (year + number).isdigit()):
        raise ValueError(f"月份请写成 2024-08 的样子，不是“{month}”")
    return date(int(year), int(number), 1)


def month_of(day: date) -> str:
    """The month of a day, as ``2024-08``: sorts by time."""
    return f"{day.year:04d}-{day.month:02d}"


@dataclass(frozen=True)
class Cell:
    """One value of a line; what it rests on (instanceIDs, ids of acts and referrals, assignments); and whether a
    closing would print something else today because somebody has not yet approved (``pending``)."""

    value: Value = None
    sources: tuple[str, ...] = ()
    pending: bool = False


@dataclass(frozen=True)
class Link:
    """A referral as two cells show it: what to, and since when (None: so far only suggested). ``given``: what was given
    along it, added up, in words."""

    name: str
    linked_on: date | None = None
    source: str = ""
    given: str = ""


@dataclass(frozen=True)
class Person:
    """A further 对象 of a household with a programme of their own (domain F-9); ``key`` tells their line apart.
    ``until``: the day it ended; ``counts`` is False where they were listed by mistake."""

    key: str
    name: str
    id_no: str
    programme: str
    since: date
    precision: str = "day"
    until: date | None = None
    counts: bool = True
    told_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Names:
    """The names lines are written with, as of the month's last day, all by code: 村居 and their consultants,
    policies, resources. ``posts``: the assignments that ``consultants`` rests on, each as ``POST`` and its number.
    ``applying_in_one`` is the switch 表一含申请中; ``sums``: what was given is written beside what it was given along
    (months closed before that was written go on without). Frozen with the month."""

    villages: Mapping[str, str] = field(default_factory=dict)
    consultants: Mapping[str, str] = field(default_factory=dict)
    posts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    policies: Mapping[str, str] = field(default_factory=dict)
    resources: Mapping[str, str] = field(default_factory=dict)
    applying_in_one: bool = False
    sums: bool = False


@dataclass(frozen=True)
class Line:
    """A line of one table. ``part`` is '' for the registrant's line, else tells further 对象 of the household apart.

    ``cells`` holds every column of the table but 序号, by key. ``tags`` (codes of ``words.TAGS``) are counted, never
    printed.
    """

    kind: LedgerKind
    household: str
    village: str
    cells: Mapping[str, Cell]
    part: str = ""
    tags: tuple[str, ...] = ()

    def value(self, key: str) -> Value:
        """The value of a column, None where blank."""
        cell = self.cells.get(key)
        return cell.value if cell else None

    @property
    def is_pending(self) -> bool:
        return any(cell.pending for cell in self.cells.values())

    def content(self) -> dict[str, Any]:
        """What the line says, as plain JSON: what a checksum is taken over."""
        return {
            "kind": str(self.kind), "household": self.household, "part": self.part, "village": self.village,
            "cells": {key: plain(cell.value) for key, cell in self.cells.items()},
        }

    def stored(self) -> dict[str, Any]:
        """The line with its sources, as plain JSON; ``parse`` is the inverse."""
        sources = {key: list(c.sources) for key, c in self.cells.items() if c.sources}
        return self.content() | {"sources": sources, "tags": list(self.tags)}

    @classmethod
    def parse(cls, row: Mapping[str, Any]) -> "Line":
        """The line that ``stored`` (or ``content``) wrote."""
        kind = LedgerKind(row["kind"])
        values, sources = row["cells"], row.get("sources", {})
        for key in _AMOUNTS[kind]:
            if values.get(key) is not None:
                values = {**values, key: Decimal(values[key])}
        return cls(
            kind=kind, household=row["household"], part=row["part"], village=row["village"],
            tags=tuple(row.get("tags", ())),
            cells={key: Cell(value, tuple(sources.get(key, ()))) for key, value in values.items()},
        )


#: Columns in yuan: written as text in JSON, so that nothing is rounded.
_AMOUNTS = {
    kind: {column.key for column in table.columns if column.type == CellType.MONEY} for kind, table in TABLES.items()
}


def marked(line: Line, approved: Line | None) -> Line:
    """``line`` with the cells marked that differ from the same line on approved statements alone."""
    moved = approved is None or approved.kind != line.kind
    return replace(
        line,
        cells={
            key: replace(cell, pending=moved or (approved is not None and approved.value(key) != cell.value))
            for key, cell in line.cells.items()
        },
    )


def plain(value: Value) -> str | int | None:
    """A cell's value as JSON; yuan as text without needless zeros."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value


def canonical(content: Any) -> bytes:
    """The one way a content is written before it is hashed: JSON, keys sorted, no spaces, UTF-8."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
