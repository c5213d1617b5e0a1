"""Referrals as lines show them: what a household was put in touch with, and since when."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from server.acts.read import decisions_about
from server.acts.values import Decision
from server.households.load import open_filing
from server.households.models import Filing as FilingRow
from server.households.values import Filing, day_of
from server.ledgers.values import Link, Names
from server.support.derive import referral_state, told_of
from server.support.kinds import LINKED_STATES, ReferralState

REFERRALS = "referrals"
#: Came to nothing: not something a household can still be put in touch with.
_NOTHING = (ReferralState.FAILED, ReferralState.DROPPED)


class Links:
    """The referrals about some households, read once; ``known_at`` as in ``households.load``."""

    def __init__(self, households: Collection[str], known_at: datetime | None = None) -> None:
        self._known_at = known_at
        self._filings: dict[str, list[Filing]] = defaultdict(list)
        self._decisions: dict[str, list[Decision]] = defaultdict(list)
        self._about: dict[str, set[str]] = defaultdict(set)
        rows = self._read(households)
        # Standing is given at the receipt or by an approval: what waits now was in no closing either.
        self._waiting = frozenset(row.instance for row in rows if hasattr(row, "noted") and row.noted.waits)
        # Versions of one submission may name several referrals: what is said of these is read together.
        together = _together(rows)
        for row in rows:
            filing = open_filing(row)
            for entity in together[row.entity]:
                self._filings[entity].append(filing)
            if row.about:
                self._about[row.about].add(row.entity)
        self._decide(rows, together)

    def of(self, ids: Iterable[str], names: Names, day: date, *, approved_only: bool = False) -> tuple[Link, ...]:
        """The referrals of one household (all its ids) by ``day``, oldest first."""
        mine = set(ids)
        found: list[tuple[date, str, Link]] = []
        for entity in sorted({e for name in mine for e in self._about.get(name, ())}):
            said = self._filings[entity]
            if all(filing.instance in self._waiting for filing in said if filing.entity == entity):
                continue
            told = told_of(
                entity, said, self._decisions[entity], day=day, approved_only=approved_only, waiting=self._waiting
            )
            opened = day_of(told.opened)
            if not told.counts or told.about not in mine or opened > day:
                continue
            state = referral_state(told)
            if state in _NOTHING:
                continue
            linked = told.linked_on if state in LINKED_STATES and told.linked_on and told.linked_on <= day else None
            total = str(told.total) if names.sums else ""
            link = Link(target_words(told.facts, names), linked, entity, total)
            found.append((opened, entity, link))
        return tuple(link for _, _, link in sorted(found, key=lambda row: row[:2]))

    def _read(self, households: Collection[str]) -> list[FilingRow]:
        base = FilingRow.objects.filter(list=REFERRALS).select_related("submission", "noted")
        if self._known_at is not None:
            base = base.filter(submission__applied_at__lte=self._known_at)
        entities = set(
            FilingRow.objects.filter(list=REFERRALS, about__in=list(households)).values_list("entity", flat=True)
        )
        rows: list[FilingRow] = []
        met: set[str] = set()
        while entities:
            rows += base.filter(entity__in=list(entities))
            met |= entities
            names = {row.instance for row in rows}
            edited = {row.deprecated for row in rows if row.deprecated} - names
            linked = FilingRow.objects.filter(list=REFERRALS)
            edits = linked.filter(deprecated__in=list(names)).exclude(deprecated="").values_list("entity", flat=True)
            entities = set(edits) - met
            if edited:
                entities |= set(linked.filter(instance__in=list(edited)).values_list("entity", flat=True)) - met
        return rows

    def _decide(self, rows: Iterable[FilingRow], together: Mapping[str, Collection[str]]) -> None:
        owner: dict[str, str] = {}
        for row in rows:
            owner |= {row.entity: row.entity, row.instance: row.entity}
            if row.deprecated:
                owner.setdefault(row.deprecated, row.entity)
        for act in decisions_about(owner, known_at=self._known_at) if owner else ():
            for entity in together[owner[act.subject]] if act.subject in owner else ():
                self._decisions[entity].append(act)


def _together(rows: Collection[FilingRow]) -> dict[str, set[str]]:
    """The referrals that are linked by versions of one submission, for each of them: mostly it alone."""
    found = {row.entity: {row.entity} for row in rows}
    names = {row.instance: row.entity for row in rows}
    for row in rows:
        other = names.get(row.deprecated, row.entity)
        if found[other] is not found[row.entity]:
            whole = found[other] | found[row.entity]
            found |= dict.fromkeys(whole, whole)
    return found


def target_words(facts: Mapping[str, Any], names: Names) -> str:
    """What a referral leads to, in words: the resource, else the policy, else what was written."""
    for fact, known in (("resource", names.resources), ("policy", names.policies)):
        code = str(facts.get(fact) or "")
        if code:
            return known.get(code, code)
    return str(facts.get("target_text") or facts.get("target") or "")
