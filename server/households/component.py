"""Everything kept about some ids, placed, judged and clustered: what every view of a household starts from. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property

from server.acts.kinds import ActKind
from server.acts.values import Decision
from server.households.chains import Chain, chains_of, review_alone
from server.households.kinds import Review
from server.households.matching.bundled import newest
from server.households.matching.claims import year_of
from server.households.matching.cluster import Clusters, cluster
from server.households.matching.features import Features, features_of
from server.households.matching.model import Model
from server.households.places import own_place, places_of
from server.households.standing import (
    Homes,
    approvals_of,
    covered_at,
    lets_in,
    second_creates,
    standing_of,
    waiting_on_lead,
)
from server.households.values import (
    Clash,
    Filing,
    Place,
    Word,
)
from server.households.words import corrections_of, words_of

#: The place of an id that only acts name: after everything that was said.
NOWHERE = Place(datetime(9999, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC), 0, "")


@dataclass(frozen=True)
class Spoken:
    """One chain in its place, under the id it counts for, with its statements as the registry and a closing see
    them (``version`` and ``approved`` may be missing: returned, void, not yet approved). ``approved_home`` differs
    from ``home`` where an edit not yet approved names another id."""

    chain: Chain
    home: str
    approved_home: str
    place: Place
    own: Place
    words: tuple[Word, ...]
    clashes: tuple[Clash, ...]
    approved_words: tuple[Word, ...]

    def version(self, approved_only: bool) -> Filing | None:
        """The version that counts: for the registry, or for a closing."""
        return self.chain.approved if approved_only else self.chain.effective


@dataclass(frozen=True)
class Waiting:
    """A version without standing (他处填报): kept, shown to the reviewers of its id's home, and nothing comes of it.
    ``place``: that home, or where the id stands without one."""

    filing: Filing
    review: Review
    place: str


@dataclass(frozen=True)
class Component:
    """A whole component, read once: what every view of its households starts from. ``spoken``: what has standing;
    ``filings``: everything that was said, as it was said."""

    spoken: tuple[Spoken, ...]
    decisions: tuple[Decision, ...]
    clusters: Clusters
    evidence: tuple[Features, ...]
    requests: tuple[Filing, ...]
    homes: Homes
    filings: tuple[Filing, ...]
    waiting: tuple[Waiting, ...] = ()

    @cached_property
    def submissions(self) -> Sequence[Chain]:
        """Every submission with all its versions, whatever has standing now: what might, were other words known."""
        whole = [spoken.chain for spoken in self.spoken]
        if sum(len(chain.versions) for chain in whole) == len(self.filings) and not self._updates:
            return whole
        return chains_of(self.filings, self.decisions)

    @cached_property
    def _updates(self) -> bool:
        """Whether any second create is among them."""
        counted = {version.instance: version for spoken in self.spoken for version in spoken.chain.versions}
        return any(filing.creates and not counted[filing.instance].creates for filing in self.filings
                   if filing.instance in counted)

    @cached_property
    def _by_home(self) -> Mapping[tuple[bool, str], list[Spoken]]:
        index: dict[tuple[bool, str], list[Spoken]] = defaultdict(list)
        for s in self.spoken:
            index[False, s.home].append(s)
            index[True, s.approved_home].append(s)
        return index

    @cached_property
    def _by_subject(self) -> Mapping[str, list[Decision]]:
        index: dict[str, list[Decision]] = defaultdict(list)
        for decision in self.decisions:
            index[decision.subject].append(decision)
        return index

    def here(self, ids: Iterable[str], approved_only: bool = False) -> list[Spoken]:
        """What counts for these ids."""
        return [s for name in ids for s in self._by_home.get((approved_only, name), ())]

    @cached_property
    def _requests(self) -> Mapping[str, list[Filing]]:
        index: dict[str, list[Filing]] = defaultdict(list)
        answered = {d.subject for d in self.decisions if d.kind == ActKind.ACCEPT and "lead" in d.value}
        strange = {lead.instance for lead in self.requests} - self.heard_leads
        for chain in chains_of(self.requests, self.decisions, strange):
            if chain.effective is not None and chain.effective.entity not in answered:
                index[chain.effective.about].append(chain.effective)
        return index

    @cached_property
    def heard_leads(self) -> frozenset[str]:
        """Instances of leads that concern the household they name: they count, and their sender answered for the home
        of that household too, or somebody who may decide there has approved them."""
        by_lead: dict[str, list[Filing]] = defaultdict(list)
        for lead in self.requests:
            by_lead[lead.entity].append(lead)
        waiting = [waiting_on_lead(some, self.decisions, name) for name, some in by_lead.items()]
        return frozenset(
            lead.instance
            for lead in self.requests
            if not any(lead.instance in some for some in waiting)
            and (
                covered_at(lead, lead.about, self.homes)
                or any(
                    lets_in(act, self.homes.stands_at(lead.about, act.at))
                    for act in approvals_of(lead, self._by_subject.get(lead.instance, ()))
                )
            )
        )

    def open_requests(self, ids: Iterable[str]) -> tuple[Filing, ...]:
        """The leads about these ids that still count: newest versions, neither returned nor void, nor answered by a
        decision at the desk (不属实, 已转交)."""
        return tuple(request for name in ids for request in self._requests.get(name, ()))

    def acts(self, ids: Iterable[str]) -> list[Decision]:
        """The decisions about these ids, each once."""
        return [decision for name in ids for decision in self._by_subject.get(name, ())]


def read_component(
    ids: Iterable[str],
    filings: Sequence[Filing],
    decisions: Sequence[Decision],
    requests: Sequence[Filing] = (),
    model: Model | None = None,
) -> Component:
    """Hear, place, judge and cluster everything kept about ``ids``, by a matching model (none: the newest bundled)."""
    told, counting = tuple(filings), standing_of(filings, decisions)
    if second := second_creates(filings, counting.waiting):
        filings = [replace(one, creates=False) if one.instance in second else one for one in filings]
    chains = chains_of(filings, decisions, counting.waiting)
    places = places_of(chains, decisions)
    corrections = corrections_of(decisions)
    mended = defaultdict(list)
    for decision in decisions:
        if decision.kind == ActKind.CLOCK:
            mended[decision.subject].append(decision)

    spoken = []
    for chain in chains:
        home = counting.entity_of(chain.head)
        approved_home = counting.entity_of(chain.approved or chain.head)
        place = places[chain.key]
        words: list[Word] = []
        clashes: list[Clash] = []
        if chain.effective is not None:
            words, clashes = words_of(chain, chain.effective, place, home, corrections)
        approved: list[Word] = []
        if chain.approved is not None:
            approved, _ = words_of(chain, chain.approved, place, approved_home, corrections)
        spoken.append(
            Spoken(
                chain,
                home,
                approved_home,
                place,
                own_place(chain, mended),
                tuple(words),
                tuple(clashes),
                tuple(approved),
            )
        )
    everyone = (
        set(ids) | {f.entity for f in filings} | {s.home for s in spoken} | {s.approved_home for s in spoken}
    )
    evidence = tuple(
        features_of(s.chain.effective.instance, s.home, s.words, year_of(s.chain))
        for s in spoken
        if s.chain.effective is not None and s.chain.effective.creates
    )
    homes = {name: counting.homes.home(name) for name in everyone}
    found = cluster(everyone, decisions, evidence, _firsts(everyone, spoken), model or newest(), homes)
    waiting = tuple(
        Waiting(one, review_alone(one, decisions), counting.homes.stands_at(one.entity))
        for one in filings
        if one.instance in counting.waiting
    )
    return Component(
        tuple(spoken), tuple(decisions), found, evidence, tuple(requests), counting.homes, told, waiting
    )


def _firsts(ids: Iterable[str], spoken: Iterable[Spoken]) -> Mapping[str, Place]:
    """The earliest place of each id; an id only acts name stands after all others."""
    first = dict.fromkeys(ids, NOWHERE)
    for s in spoken:
        for name in {s.home, s.approved_home, *(v.entity for v in s.chain.versions)}:
            first[name] = min(first[name], s.place)
    return first
