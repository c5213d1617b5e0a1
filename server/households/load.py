"""Reading kept rows: components, whole or as known at a moment."""

import json
from collections.abc import Iterable, Sized
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from server.acts.kinds import HOUSE as HOUSE
from server.acts.kinds import ActKind
from server.acts.read import decisions_about, pairs_of
from server.acts.values import Decision
from server.households.chains import Chain, chains_of
from server.households.component import Component, read_component
from server.households.matching.live import live_model
from server.households.matching.model import Model
from server.households.models import Evidence, Link
from server.households.models import Filing as FilingRow
from server.households.pack import pack_filing, unpack_filing
from server.households.values import Filing
from sync.models import Submission
from sync.vault.envelope import open_sealed, seal, unwrap

HOUSEHOLDS = "households"
LEADS = "leads"
_AAD = b"filing"
#: Acts that join two household ids into one component, whatever came of them.
JOINING = (ActKind.MERGE, ActKind.CANNOT_LINK)


def seal_filing(filing: Filing, wrapped_key: bytes) -> bytes:
    """A filing under its submission's own data key."""
    return seal(
        unwrap(bytes(wrapped_key)), json.dumps(pack_filing(filing), ensure_ascii=False).encode(), _AAD
    )


def open_filing(row: FilingRow) -> Filing:
    """The value of a stored filing (``submission`` must be loaded with it)."""
    return _opened(bytes(row.sealed), bytes(row.submission.wrapped_key))


def _opened(sealed: bytes, wrapped_key: bytes) -> Filing:
    return unpack_filing(json.loads(open_sealed(unwrap(wrapped_key), sealed, _AAD)))


@dataclass(frozen=True)
class KeptRow:
    """A stored filing with the key it is sealed under."""

    pk: int
    list: str
    entity: str
    instance: str
    deprecated: str
    about: str
    sealed: bytes
    wrapped_key: bytes

    def opened(self) -> Filing:
        return _opened(self.sealed, self.wrapped_key)


_COLUMNS = "f.id, f.list, f.entity, f.instance, f.deprecated, f.about, f.sealed, s.wrapped_key"
_TABLES = f"{FilingRow._meta.db_table} f JOIN {Submission._meta.db_table} s ON s.id = f.submission_id"
#: Filings that edit another one; the blank ones are not in the index.
_EDITS = f"f.list IN ('{HOUSEHOLDS}', '{LEADS}') AND f.deprecated <> '' AND f.deprecated"


def marks(values: Sized) -> str:
    """Placeholders for a list of values; one that nothing equals for none."""
    return ", ".join(["%s"] * len(values)) or "NULL"


class Kept:
    """All kept rows reachable from some household ids, gathered step by step until nothing new is reached.

    Links are: evidence that an opinion may join, merge and cannot-link acts, refiles, and versions of one submission
    under different ids. Refreshing a component instead of a cluster is what makes the result
    independent of the order of work.

    The statements are written out: this is read before every answer to a phone, and building them took longer than
    running them.
    """

    def __init__(self, ids: Iterable[str], known_at: datetime | None = None) -> None:
        self.known_at = known_at
        self.ids: set[str] = set()
        self.rows: dict[int, KeptRow] = {}
        self.filings: dict[int, Filing] = {}
        self.decisions: dict[str, Decision] = {}
        self.requests: dict[int, Filing] = {}
        #: Marks of the evidence stored of those ids: the hash of the model it met its equals by, and its digest.
        self.told: dict[str, str] = {}
        self._instances: set[str] = {HOUSE}
        #: Instances whose edits have been read.
        self._edited: set[str] = set()
        self.reach(ids)

    def reach(self, ids: Iterable[str]) -> None:
        """Add ids and everything they lead to."""
        todo = {name for name in ids if name} - self.ids
        while todo:
            self.ids |= todo
            found = self._filings_of(todo)
            found |= self._decided(todo)
            todo = (found | self._neighbours(todo)) - self.ids

    def chains(self) -> list[Chain]:
        """The submissions about these ids with their edits, as judged."""
        return chains_of(self.filings.values(), self.decisions.values())

    def component(self) -> Component:
        """The component as the pure rules read it."""
        return read_component(
            self.ids,
            list(self.filings.values()),
            list(self.decisions.values()),
            list(self.requests.values()),
            self.model,
        )

    @property
    def model(self) -> Model:
        """The live model. Without another query: acts about the whole house are among what was read. A look back at
        what was known reads by the model of now too: evidence has met its equals by that one."""
        return live_model(self.decisions.values() if self.ids and self.known_at is None else None)

    def _filings_of(self, ids: set[str]) -> set[str]:
        fresh = self._about(sorted(ids))
        found: set[str] = set()
        while fresh:
            for row in fresh:
                if row.list == HOUSEHOLDS:
                    self.rows[row.pk] = row
                    filing = self.filings[row.pk] = row.opened()
                    found.add(row.entity)
                    if filing.batch:
                        self._instances.add(filing.batch)
                else:
                    self.requests[row.pk] = row.opened()
                    # What the desk decided about the lead itself is filed under its id.
                    self._instances.add(row.entity)
            fresh = self._other_versions(fresh)
        return found

    def _about(self, ids: list[str]) -> list[KeptRow]:
        """What names these ids, and the edits of that, in one statement."""
        known, moment = self._known()
        some = marks(ids)
        either = (
            f"f.list = '{HOUSEHOLDS}' AND f.entity IN ({some}) OR f.list = '{LEADS}' AND f.about IN ({some})"
        )
        named = f"({either}){known}"
        values = [*ids, *ids, *moment]
        edits = f"{_EDITS} IN (SELECT f.instance FROM {_TABLES} WHERE {named}){known}"
        rows = self._read(
            f"{named} UNION ALL SELECT {_COLUMNS} FROM {_TABLES} WHERE {edits}", [*values, *values, *moment]
        )
        wanted = set(ids)
        self._edited |= {
            row.instance for row in rows if (row.entity if row.list == HOUSEHOLDS else row.about) in wanted
        }
        return self._unread(rows)

    def _other_versions(self, rows: Iterable[KeptRow]) -> list[KeptRow]:
        """Edits of these, and what these are edits of, where not read yet: also such as name another household."""
        instances = {row.instance for row in rows}
        named = {row.deprecated for row in rows if row.deprecated}
        self._instances |= instances | named
        edited = sorted((instances | named) - self._edited)
        original = sorted(named - {row.instance for row in self.rows.values()})
        if not edited and not original:
            return []
        self._edited |= set(edited)
        known, moment = self._known()
        where = (
            f"{_EDITS} IN ({marks(edited)}){known} UNION ALL SELECT {_COLUMNS} FROM {_TABLES} WHERE "
            f"f.list IN ('{HOUSEHOLDS}', '{LEADS}') AND f.instance IN ({marks(original)}){known}"
        )
        return self._unread(self._read(where, [*edited, *moment, *original, *moment]))

    def _unread(self, rows: Iterable[KeptRow]) -> list[KeptRow]:
        """Each row once, without those read before."""
        fresh = {row.pk: row for row in rows}
        return [row for pk, row in fresh.items() if pk not in self.rows and pk not in self.requests]

    def _known(self) -> tuple[str, list[Any]]:
        """The condition on what was known at the moment asked for, and its value: what had been received by then but
        was parked, or left to the worker, was not."""
        if self.known_at is None:
            return "", []
        return " AND s.applied_at <= %s", [connection.ops.adapt_datetimefield_value(self.known_at)]

    def _read(self, where: str, values: list[Any]) -> list[KeptRow]:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {_COLUMNS} FROM {_TABLES} WHERE {where}", values)
            return [
                KeptRow(pk, kind, entity, instance, deprecated, about, bytes(sealed), bytes(key))
                for pk, kind, entity, instance, deprecated, about, sealed, key in cursor.fetchall()
            ]

    def _decided(self, ids: set[str]) -> set[str]:
        """Read the acts about these ids and their submissions; the ids they lead to."""
        acts = decisions_about(ids | self._instances, known_at=self.known_at)
        found: set[str] = set()
        given_by: set[str] = set()
        for act in acts:
            if act.id in self.decisions:
                continue
            self.decisions[act.id] = act
            if act.kind in JOINING:
                found |= {act.subject, act.other}
            elif act.kind == ActKind.ASSIGN and act.other:
                given_by.add(act.other)
            elif act.kind == ActKind.REFILE:
                found.add(act.other)
                known, moment = self._known()
                found |= {
                    row.entity for row in self._read(f"f.instance = %s{known}", [act.subject, *moment])[:1]
                }
        pairs = [a.id for a in acts if a.kind in JOINING]
        if pairs:
            for later in decisions_about(pairs, known_at=self.known_at):
                if later.kind == ActKind.ASSIGN:  # a home that a merge gave falls with it
                    found.add(later.subject)
                else:
                    self.decisions[later.id] = later
        return found | pairs_of(given_by - set(self.decisions)) if given_by else found

    def _neighbours(self, ids: set[str]) -> set[str]:
        """Ids whose evidence may be joined to that of one of these; what is stored of these is noted."""
        found: set[str] = set()
        names = sorted(ids)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT 0, entity, other FROM {Link._meta.db_table} WHERE entity IN ({marks(names)}) UNION ALL"
                f" SELECT 1, entity, model || ' ' || digest FROM {Evidence._meta.db_table}"
                f" WHERE entity IN ({marks(names)})",
                [*names, *names],
            )
            for kind, entity, value in cursor.fetchall():
                if kind:
                    self.told[entity] = value
                else:
                    found.add(value)
        return found


def load_component(ids: Iterable[str], known_at: datetime | None = None) -> Component:
    """The component around ``ids``; with ``known_at`` from the rows applied and filed by then."""
    return Kept(ids, known_at).component()
