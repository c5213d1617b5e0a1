"""Reading kept rows: components, whole or as known at a moment."""

import json
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from server.acts.kinds import ActKind
from server.acts.read import decisions_about
from server.acts.values import Decision
from server.households.chains import Chain, chains_of
from server.households.component import Component, read_component
from server.households.models import Filing as FilingRow
from server.households.models import MatchKey
from server.households.pack import pack_filing, unpack_filing
from server.households.values import Filing
from sync.vault.envelope import open_sealed, seal, unwrap

HOUSEHOLDS = "households"
LEADS = "leads"
#: Subject of acts about the whole house, such as the frequency table.
HOUSE = "house"
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
    key = unwrap(bytes(row.submission.wrapped_key))
    return unpack_filing(json.loads(open_sealed(key, bytes(row.sealed), _AAD)))


class Kept:
    """All kept rows reachable from some household ids, gathered step by step until nothing new is reached.

    Links are: block keys shared with another screening, merge and cannot-link acts, refiles, and versions of one
    submission under different ids. Refreshing a component instead of a cluster is what makes the result
    independent of the order of work.
    """

    def __init__(self, ids: Iterable[str], known_at: datetime | None = None) -> None:
        self.known_at = known_at
        self.ids: set[str] = set()
        self.rows: dict[int, FilingRow] = {}
        self.filings: dict[int, Filing] = {}
        self.decisions: dict[str, Decision] = {}
        self.requests: dict[int, Filing] = {}
        self._instances: set[str] = {HOUSE}
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
        )

    def _base(self) -> QuerySet[FilingRow]:
        rows = FilingRow.objects.select_related("submission").only(
            "list",
            "entity",
            "instance",
            "deprecated",
            "about",
            "closes",
            "sealed",
            "submission__wrapped_key",
            "submission__received_at",
        )
        return rows.filter(submission__received_at__lte=self.known_at) if self.known_at else rows

    def _filings_of(self, ids: set[str]) -> set[str]:
        fresh = list(self._base().filter(Q(list=HOUSEHOLDS, entity__in=ids) | Q(list=LEADS, about__in=ids)))
        found: set[str] = set()
        while fresh:
            for row in fresh:
                if row.list == HOUSEHOLDS:
                    self.rows[row.pk] = row
                    self.filings[row.pk] = open_filing(row)
                    found.add(row.entity)
                else:
                    self.requests[row.pk] = open_filing(row)
            fresh = self._other_versions(fresh)
        return found

    def _other_versions(self, rows: Iterable[FilingRow]) -> list[FilingRow]:
        """Edits of these, and what these are edits of, where not read yet: also such as name another household."""
        instances = {row.instance for row in rows}
        named = {row.deprecated for row in rows if row.deprecated}
        known = {row.instance for row in self.rows.values()}
        self._instances |= instances | named
        others = (
            self._base()
            .filter(list__in=(HOUSEHOLDS, LEADS))
            .filter(Q(deprecated__in=instances | named) | Q(instance__in=named - known))
        )
        return [row for row in others if row.pk not in self.rows and row.pk not in self.requests]

    def _decided(self, ids: set[str]) -> set[str]:
        """Read the acts about these ids and their submissions; the ids they lead to."""
        acts = decisions_about(ids | self._instances, known_at=self.known_at)
        found: set[str] = set()
        for act in acts:
            if act.id in self.decisions:
                continue
            self.decisions[act.id] = act
            if act.kind in JOINING:
                found |= {act.subject, act.other}
            elif act.kind == ActKind.REFILE:
                found.add(act.other)
                row = self._base().filter(instance=act.subject).first()
                if row is not None:
                    found.add(row.entity)
        pairs = [a.id for a in acts if a.kind in JOINING]
        if pairs:
            for undo in decisions_about(pairs, known_at=self.known_at):
                self.decisions[undo.id] = undo
        return found

    def _neighbours(self, ids: set[str]) -> set[str]:
        keys = MatchKey.objects.filter(entity__in=ids).values("key")
        return set(MatchKey.objects.filter(key__in=keys).values_list("entity", flat=True))


def load_component(ids: Iterable[str], known_at: datetime | None = None) -> Component:
    """The component around ``ids``; with ``known_at`` from the rows received and filed by then."""
    return Kept(ids, known_at).component()
