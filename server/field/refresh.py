"""Everybody files, one verb derives: ``refresh`` makes all derived rows of what was touched equal to the kept rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.conf import settings
from django.db import transaction

from server.areas.models import Area
from server.field.help import refresh_leads, refresh_referrals
from server.field.locks import lock
from server.field.rows import household_rows
from server.households.component import Component
from server.households.derive import states_of
from server.households.load import Kept
from server.households.matching.keys import claimed_keys
from server.households.models import MatchKey
from server.households.register import register
from server.households.values import Folded
from server.ledgers.rules import table_of
from server.visits.record import record
from server.visits.schedule import frequency_of, plan
from sync.rows import Put, put_many
from sync.vault.lookup import keyed

Named = tuple[str, str]


@dataclass(frozen=True)
class Touched:
    """Ids whose kept rows changed, by list; ``submissions``: how many submissions newly name an id."""

    households: frozenset[str] = frozenset()
    leads: frozenset[str] = frozenset()
    referrals: frozenset[str] = frozenset()
    submissions: Mapping[Named, int] = field(default_factory=dict)

    def __or__(self, other: "Touched") -> "Touched":
        counts = dict(self.submissions)
        for named, count in other.submissions.items():
            counts[named] = counts.get(named, 0) + count
        return Touched(
            self.households | other.households,
            self.leads | other.leads,
            self.referrals | other.referrals,
            counts,
        )


class _Grew(Exception):
    """The component holds ids or keys that were not locked: start again with all of them."""


def refresh(touched: Touched, now: datetime, cause: str = "") -> None:
    """Derive everything that follows from the kept rows of ``touched``: registry, visits, dues, phone rows.

    Call inside the transaction that filed them. Whole components are derived, so the result does not depend on the
    order of work; they are locked first, lowest id first, and read again if one grew meanwhile.
    """
    places = place_names()
    puts: dict[Named, Put] = {}
    todo = set(touched.households)
    related: set[str] = set()
    while todo:
        kept = _held(frozenset(todo))
        component = kept.component()
        puts |= _derive(component, kept, places)
        related |= kept.ids
        todo -= kept.ids
    leads = touched.leads
    puts |= refresh_leads(leads, places)
    puts |= refresh_referrals(touched.referrals, related, places)
    for (name, entity), count in touched.submissions.items():
        put = puts.get((name, entity)) or Put(name, entity)
        puts[name, entity] = Put(name, entity, put.rows, count)
    put_many([puts[named] for named in sorted(puts)], cause, now)


def _held(ids: frozenset[str]) -> Kept:
    """The component around one of ``ids`` and the others, locked."""
    wanted = {min(ids)}
    keys: set[str] = set()
    while True:
        try:
            with transaction.atomic():
                lock("key", keys)
                lock("id", wanted)
                kept = Kept({min(ids)})
                fresh = _claim_keys(kept)
                if not fresh <= keys or not kept.ids <= wanted:
                    keys |= fresh
                    wanted |= kept.ids
                    if transaction.get_connection().vendor == "postgresql":
                        raise _Grew
                return kept
        except _Grew:
            continue


def _claim_keys(kept: Kept) -> set[str]:
    """Store block keys not stored yet and reach what they lead to; the new keys (hashed)."""
    fresh: set[str] = set()
    known: set[tuple[str, str]] = set()
    asked: set[str] = set()
    while True:
        todo = kept.ids - asked
        if not todo:
            return fresh
        asked |= todo
        known |= set(MatchKey.objects.filter(entity__in=todo).values_list("entity", "key"))
        missing = sorted(_claims(kept) - known)
        if missing:
            rows = [MatchKey(entity=entity, key=key) for entity, key in missing]
            MatchKey.objects.bulk_create(rows, ignore_conflicts=True)
            known |= set(missing)
            fresh |= {key for _, key in missing}
            others = MatchKey.objects.filter(key__in={key for _, key in missing}).values_list(
                "entity", flat=True
            )
            kept.reach(set(others))


def _claims(kept: Kept) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for chain in kept.chains():
        for version in chain.versions:
            if version.creates:
                keys = claimed_keys(chain, kept.decisions.values())
                found |= {(version.entity, keyed(f"block-{kind}", value)) for kind, value in keys}
    return found


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


def place_names() -> dict[str, str]:
    """Area names by code; areas are few, and are loaded before anything else."""
    return dict(Area.objects.values_list("code", "name"))


def touch(ids: Iterable[str]) -> Touched:
    """Some households, for verbs that file acts."""
    return Touched(households=frozenset(ids))
