"""Everybody files, one verb derives: ``refresh`` makes all derived rows of what was touched equal to the kept rows."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.conf import settings
from django.db import connection, transaction

from server.acts.values import Decision
from server.areas.models import Area
from server.field.help import refresh_leads, refresh_referrals
from server.field.locks import lock, locks
from server.field.names import ENTITY_LISTS
from server.field.rows import household_rows
from server.households.chains import Chain
from server.households.component import Component
from server.households.derive import states_of
from server.households.evidence import hashed, meet, settle, told_of
from server.households.load import Kept
from server.households.matching.claims import claimed_keys, views_of
from server.households.matching.live import live_model
from server.households.models import Filing as FilingRow
from server.households.register import register
from server.households.values import Folded
from server.ledgers.rules import table_of
from server.visits.record import record
from server.visits.schedule import frequency_of, plan
from sync.rows import Put, put_many

Named = tuple[str, str]


@dataclass(frozen=True)
class Touched:
    """Ids whose kept rows changed, by list; ``submissions``: how many submissions newly name an id; ``keys``: block
    keys (hashed) that what was filed may claim, so that they are locked first."""

    households: frozenset[str] = frozenset()
    leads: frozenset[str] = frozenset()
    referrals: frozenset[str] = frozenset()
    submissions: Mapping[Named, int] = field(default_factory=dict)
    keys: frozenset[str] = frozenset()

    def __or__(self, other: "Touched") -> "Touched":
        counts = dict(self.submissions)
        for named, count in other.submissions.items():
            counts[named] = counts.get(named, 0) + count
        return Touched(
            self.households | other.households,
            self.leads | other.leads,
            self.referrals | other.referrals,
            counts,
            self.keys | other.keys,
        )


class _Grew(Exception):
    """The component holds ids or keys that were not locked: start again with all of them."""


def refresh(touched: Touched, now: datetime, cause: str = "") -> None:
    """Derive everything that follows from the kept rows of ``touched``: registry, visits, dues, phone rows.

    Call inside the transaction that filed them. Whole components are derived, so the result does not depend on the
    order of work; they are locked first, lowest id first, and read again if one grew meanwhile.
    """
    places = PlaceNames()
    puts: dict[Named, Put] = {}
    todo = set(touched.households) | _named_by(touched.leads)
    related: set[str] = set()
    leads, heard = set(touched.leads), set[str]()
    while todo:
        kept, component = _held(frozenset(todo), touched.keys)
        puts |= _derive(component, kept, places)
        related |= kept.ids
        todo -= kept.ids
        leads |= {filing.closes for filing in kept.filings.values() if filing.closes}
        leads |= {request.entity for request in kept.requests.values()}
        heard |= component.heard_leads
    puts |= refresh_leads(leads, heard, related, places)
    puts |= refresh_referrals(touched.referrals, related, places)
    for (name, entity), count in touched.submissions.items():
        put = puts.get((name, entity)) or Put(name, entity)
        puts[name, entity] = Put(name, entity, put.rows, count)
    put_many([_in_order(puts[named]) for named in sorted(puts)], cause, now)


def _named_by(leads: Iterable[str]) -> set[str]:
    """The households some leads are about: whether a lead concerns one follows from what is known of that one."""
    if not leads:
        return set()
    rows = FilingRow.objects.filter(list="leads", entity__in=leads).exclude(about="")
    return set(rows.values_list("about", flat=True))


def _in_order(put: Put) -> Put:
    """With its columns in the order of the list, in which they are served."""
    names = ("label", *ENTITY_LISTS[put.list])
    rows = {scope: {name: columns.get(name, "") for name in names} for scope, columns in put.rows.items()}
    return replace(put, rows=rows)


def _held(ids: frozenset[str], keys: frozenset[str]) -> tuple[Kept, Component]:
    """The component around one of ``ids`` and the others, locked. ``keys``: those it is expected to claim."""
    wanted = {min(ids)}
    held = set(keys)
    while True:
        try:
            # Without locks there is nothing to give back by a savepoint.
            with transaction.atomic() if locks() else nullcontext():
                lock("key", held, ids=wanted)
                kept = Kept({min(ids)})
                component, fresh = _matched(kept, held if locks() else None)
                if locks() and not (fresh <= held and kept.ids <= wanted):
                    held |= fresh
                    wanted |= kept.ids
                    raise _Grew
                return kept, component
        except _Grew:
            continue


def _matched(kept: Kept, held: set[str] | None) -> tuple[Component, set[str]]:
    """The component, after what changed of its evidence has met its equals and all they lead to has been read; and the
    keys (hashed) of what changed. With some of them not ``held``, nothing is stored: lock them and ask again."""
    model = kept.model
    fresh: set[str] = set()
    while True:
        component = kept.component()
        told = told_of(component, kept.ids)
        changed = {entity: one for entity, one in told.items() if kept.told.get(entity) != one.mark(model)}
        if held is not None:
            fresh |= hashed(key for one in changed.values() for key in one.keys(model))
            if not fresh <= held:
                return component, fresh
        if not changed:
            settle(kept.ids, component)
            return component, fresh
        reached = meet(changed, kept.told, model)
        kept.told |= {entity: one.mark(model) for entity, one in changed.items()}
        if reached <= kept.ids:
            settle(kept.ids, component)
            return component, fresh
        kept.reach(reached)


def claims_of(chain: Chain, decisions: Iterable[Decision]) -> set[tuple[str, str]]:
    """(id, block key as stored) of everything a registration claims."""
    creating = {version.entity for version in chain.versions if version.creates}
    if not creating:
        return set()
    model = live_model()
    keys = hashed(claimed_keys(map(model.without_hot, views_of(chain, decisions)), model))
    return {(entity, key) for entity in creating for key in keys}


def _derive(component: Component, kept: Kept, places: Mapping[str, str]) -> dict[Named, Put]:
    """Write one component's derived rows; what phones are to have of its ids."""
    states = states_of(component)
    frequency = frequency_of(component.decisions)
    plans = {state.folded.id: plan(state, frequency) for state in states}
    tables = {state.folded.id: _table(state.folded) for state in states}
    rows = {row.instance: pk for pk, row in kept.rows.items()}
    register(component, states, tables, rows)
    record(states, plans, rows)
    puts = {("households", name): Put("households", name) for name in kept.ids}
    for state in states:
        served = state.folded.id
        columns = household_rows(state, plans[served], tables[served], places)
        puts["households", served] = Put("households", served, columns)
    return puts


def _table(folded: Folded) -> int | None:
    """The table a household stands in by all that is known, whatever the day."""
    kind = table_of(folded, date.max, applying_in_one=settings.APPLYING_IN_TABLE_ONE)
    return int(kind) if kind else None


class PlaceNames(Mapping[str, str]):
    """Area names by code, each asked for once."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def __getitem__(self, code: str) -> str:
        if code not in self._known:
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT code, name FROM {Area._meta.db_table} WHERE code = %s", [code])
                self._known |= dict(cursor.fetchall())
        return self._known[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


def touch(ids: Iterable[str]) -> Touched:
    """Some households, for verbs that file acts."""
    return Touched(households=frozenset(ids))
