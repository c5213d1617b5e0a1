"""The entity lists of a phone, as ODK Collect keeps them. Pure: no HTTP, no clock, no chance.

Written from Collect's `LocalEntityUseCases.kt` (import, finalization) and `EntityFormFinalizationProcessor.kt`; the
table is wire contract §2 "Merge rules on import" and §5 "On the phone, at finalization". The simulated phones of the
demo and the law tests both stand on it, so it follows the client, not what a server would wish.
"""

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

NewBranch = Callable[[], str]


class Seen(StrEnum):
    """OFFLINE: made on this phone and never seen in a list from the server."""

    ONLINE = "online"
    OFFLINE = "offline"


@dataclass(frozen=True)
class ServedRow:
    """A line of an entity list's CSV."""

    id: str
    label: str
    version: int
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """An entity on the phone. `trunk`: the server's version it last took over, None if it never did."""

    id: str
    label: str
    version: int
    properties: Mapping[str, str]
    seen: Seen
    trunk: int | None
    branch: str

    @property
    def is_changed_here(self) -> bool:
        return self.version != self.trunk


@dataclass(frozen=True)
class Told:
    """What an entity block of a finalized form does. `label` and `properties` are the relevant ones only."""

    id: str
    is_create: bool
    is_update: bool
    label: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Based:
    """The attributes of an entity block as the form calculates them from the list; texts, empty where unknown."""

    base: str = ""
    trunk: str = ""
    branch: str = ""


@dataclass
class PhoneList:
    """One list of one project on one phone, shared by its forms. `rows` keeps the phone's own order."""

    name: str
    hash: str = ""  # as last imported
    is_approval: bool = False
    rows: dict[str, Row] = field(default_factory=dict)

    def take_over(self, served: Iterable[ServedRow], new_branch: NewBranch) -> None:
        """Import a CSV from the server."""
        missing = dict(self.rows)
        for line in served:
            missing.pop(line.id, None)
            self.rows[line.id] = _merged(self.rows.get(line.id), line, new_branch)
        for row in missing.values():
            if row.seen == Seen.ONLINE:
                del self.rows[row.id]

    def made_here(self) -> list[str]:
        """The ids the phone asks `integrityUrl` about."""
        return [row.id for row in self.rows.values() if row.seen == Seen.OFFLINE]

    def drop(self, states: Iterable[tuple[str, bool]]) -> None:
        """An answer of `integrityUrl`: (id, deleted). Ids not mentioned are kept."""
        for entity_id, deleted in states:
            row = self.rows.get(entity_id)
            if deleted and row is not None and row.seen == Seen.OFFLINE:
                del self.rows[entity_id]

    def finalize(self, told: Told, new_branch: NewBranch) -> None:
        """A form with an entity block was finalized on this phone."""
        if not _is_uuid4(told.id):
            return
        row = self.rows.get(told.id)
        if told.is_update and row is not None:
            self.rows[told.id] = replace(
                row,
                version=row.version + 1,
                label=told.label or row.label,
                properties={**row.properties, **told.properties},
            )
        elif told.is_create and told.label.strip() and not self.is_approval:
            self.rows[told.id] = Row(
                told.id, told.label, 1, dict(told.properties), Seen.OFFLINE, None, new_branch()
            )

    def based(self, entity_id: str) -> Based:
        """What a form that updates this id says it builds on."""
        row = self.rows.get(entity_id)
        if row is None:
            return Based()
        return Based(str(row.version), "" if row.trunk is None else str(row.trunk), row.branch)


def _merged(row: Row | None, line: ServedRow, new_branch: NewBranch) -> Row:
    if row is not None and row.version > line.version:
        return replace(row, seen=Seen.ONLINE)  # the phone knows better, or thinks so
    if row is not None and row.version == line.version and not row.is_changed_here:
        return row  # even if the columns differ
    return Row(
        line.id, line.label, line.version, dict(line.properties), Seen.ONLINE, line.version, new_branch()
    )


def _is_uuid4(text: str) -> bool:
    try:
        return uuid.UUID(text.removeprefix("uuid:")).version == 4
    except ValueError:
        return False
