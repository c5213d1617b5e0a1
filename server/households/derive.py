"""From kept rows to households: the whole derivation of one component, in one pure function."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property

from server.acts.kinds import ActKind
from server.acts.values import Decision, latest
from server.households.chains import Chain, chains_of
from server.households.conflicts import seen_clashes
from server.households.fold import fold_members, grades_of, hold, spells_of, status_of, villages_of
from server.households.kinds import Review, Standing
from server.households.matching.cluster import Clusters, cluster
from server.households.matching.features import Features, features_of
from server.households.places import own_place, places_of
from server.households.values import (
    Clash,
    Filing,
    Folded,
    Pending,
    Place,
    Proposed,
    State,
    Visited,
    Word,
    day_of,
)
from server.households.words import corrections_of, desk_words, words_of

#: The place of an id that only acts name: after everything that was said.
NOWHERE = Place(datetime(9999, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC), 0, "")
#: The ``as_of`` of a household of which nothing counts: whoever sees its row has seen nothing of it.
UNSAID = Place(datetime(1970, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC), 0, "")


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
class Component:
    """A whole component, read once: what every view of its households starts from."""

    spoken: tuple[Spoken, ...]
    decisions: tuple[Decision, ...]
    clusters: Clusters
    evidence: tuple[Features, ...]
    requests: tuple[Filing, ...]

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
        for chain in chains_of(self.requests, self.decisions):
            if chain.effective is not None:
                index[chain.effective.about].append(chain.effective)
        return index

    def open_requests(self, ids: Iterable[str]) -> tuple[Filing, ...]:
        """The leads about these ids that still count (newest versions, neither returned nor void)."""
        return tuple(request for name in ids for request in self._requests.get(name, ()))

    def acts(self, ids: Iterable[str]) -> list[Decision]:
        """The decisions about these ids, each once."""
        return [decision for name in ids for decision in self._by_subject.get(name, ())]


def read_component(
    ids: Iterable[str],
    filings: Sequence[Filing],
    decisions: Sequence[Decision],
    requests: Sequence[Filing] = (),
) -> Component:
    """Place, judge and cluster everything kept about ``ids``."""
    chains = chains_of(filings, decisions)
    places = places_of(chains, decisions)
    corrections = corrections_of(decisions)
    homes = _refiles(decisions)
    mended = defaultdict(list)
    for decision in decisions:
        if decision.kind == ActKind.CLOCK:
            mended[decision.subject].append(decision)

    spoken = []
    for chain in chains:
        home = _home(chain, chain.head, homes)
        approved_home = _home(chain, chain.approved or chain.head, homes)
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
        features_of(s.chain.effective.instance, s.home, s.words)
        for s in spoken
        if s.chain.effective is not None and s.chain.effective.creates
    )
    found = cluster(everyone, decisions, evidence, _firsts(everyone, spoken))
    return Component(tuple(spoken), tuple(decisions), found, evidence, tuple(requests))


def states_of(component: Component) -> list[State]:
    """The households of a component as the registry shows them now."""
    return [_state(component, served, ids) for served, ids in component.clusters.members.items()]


def folded_of(component: Component, served: str, day: date | None, approved_only: bool = False) -> Folded:
    """One household as of a day; with ``approved_only`` on approved statements alone, as a closing sees it."""
    ids = component.clusters.members[served]
    return _folded(component, served, ids, day, approved_only)


def visits_of(component: Component, ids: Iterable[str], approved_only: bool = False) -> tuple[Visited, ...]:
    """The contacts that count for a cluster, oldest first."""
    found = []
    for s in component.here(ids, approved_only):
        version = s.version(approved_only)
        if version is None or version.contact is None:
            continue
        found.append(
            Visited(
                version.instance,
                s.approved_home if approved_only else s.home,
                day_of(s.own.instant),
                version.contact,
                s.place,
                s.chain.reviews[version.instance],
                version.sender,
                version.form,
                version.village,
                version.received,
            )
        )
    return tuple(sorted(found, key=lambda v: v.place))


def _home(chain: Chain, version: Filing, refiles: Mapping[str, list[Decision]]) -> str:
    """The id a version counts for. A refile goes for the whole chain, whichever version it names; only updates
    are refiled."""
    act = latest([d for name in chain.names for d in refiles.get(name, [])])
    return version.entity if act is None or version.creates else act.other


def _refiles(decisions: Iterable[Decision]) -> dict[str, list[Decision]]:
    found: dict[str, list[Decision]] = defaultdict(list)
    for decision in decisions:
        if decision.kind == ActKind.REFILE:
            found[decision.subject].append(decision)
    return found


def _firsts(ids: Iterable[str], spoken: Iterable[Spoken]) -> Mapping[str, Place]:
    """The earliest place of each id; an id only acts name stands after all others."""
    first = dict.fromkeys(ids, NOWHERE)
    for s in spoken:
        for name in {s.home, s.approved_home, *(v.entity for v in s.chain.versions)}:
            first[name] = min(first[name], s.place)
    return first


def _folded(
    component: Component, served: str, ids: tuple[str, ...], day: date | None, approved_only: bool
) -> Folded:
    here = component.here(ids, approved_only)
    words = [w for s in here for w in (s.approved_words if approved_only else s.words)]
    acts = component.acts(ids)
    stated = desk_words(acts)
    words += stated
    fallbacks = [
        (s.place, version.village) for s in here if (version := s.version(approved_only)) is not None
    ]
    facts = hold(words, day)
    shells = sorted((s for s in here if s.chain.returned), key=lambda s: s.place)
    standing = _standing(here, approved_only)
    village, villages = villages_of(words, acts, fallbacks, day)
    shown = str(facts["rep_name"].value or "") if "rep_name" in facts else ""
    if standing == Standing.SHELL or not shown:
        for s in shells:
            answers = {a.fact: a.value for a in s.chain.head.said if not a.key}
            shown = shown or str(answers.get("rep_name") or "")
            if standing == Standing.SHELL and not village:
                village = str(answers.get("village") or s.chain.head.village)
                villages = (village,) if village else ()
    status, since = status_of(acts, day)
    counted = [s.own for s in here if s.version(approved_only) is not None]
    return Folded(
        id=served,
        ids=ids,
        standing=standing,
        facts=facts,
        members=fold_members(words, day),
        spells=spells_of(words, acts, day),
        village=village,
        villages=villages,
        status=status,
        status_since=since,
        grade=(grades[-1][2] if (grades := grades_of(acts, day)) else None),
        grades=grades,
        as_of=max(
            [*(s.place for s in here if s.chain.effective), *(w.place for w in stated)], default=UNSAID
        ),
        shown_name=shown,
        opened=day_of(min(counted).instant) if counted else None,
    )


def _standing(here: Iterable[Spoken], approved_only: bool) -> Standing:
    spoken = list(here)
    counting = [version for s in spoken if (version := s.version(approved_only)) is not None]
    if any(version.creates for version in counting):
        return Standing.FULL
    if counting:
        return Standing.PROVISIONAL
    return Standing.SHELL if any(s.chain.returned for s in spoken) else Standing.VOID


def _state(component: Component, served: str, ids: tuple[str, ...]) -> State:
    here = component.here(ids)
    folded = _folded(component, served, ids, None, False)
    words = [w for s in here for w in s.words]
    words += desk_words(component.acts(ids))
    clashes = [c for s in here for c in s.clashes] + seen_clashes(words, folded.facts)
    if len(folded.villages) > 1:
        first, second = folded.villages[0], folded.villages[1]
        clashes.append(Clash("village", "village", "", served, first, None, second, "", folded.village))
    pending = [
        Pending(version.instance, proposed)
        for s in here
        if (version := s.chain.effective) is not None
        for proposed in version.proposed
        if not _is_decided(s.chain, proposed, component.decisions)
    ]
    return State(
        folded=folded,
        visits=visits_of(component, ids),
        clashes=tuple(sorted(clashes, key=lambda c: (c.fact, c.key, c.instance, c.kind))),
        pending=tuple(sorted(pending, key=lambda p: (p.instance, p.proposed.kind))),
        returned=tuple(s.chain.head.instance for s in here if s.chain.returned),
        unreviewed=tuple(
            s.chain.head.instance
            for s in here
            if s.chain.reviews[s.chain.head.instance] in (Review.PENDING, Review.RESENT)
        ),
        requests=component.open_requests(ids),
    )


def _is_decided(chain: Chain, proposed: Proposed, decisions: Iterable[Decision]) -> bool:
    """Whether somebody accepted or declined this, as any version of the chain made it."""
    return any(
        d.kind in (ActKind.ACCEPT, ActKind.DECLINE)
        and d.value.get("instance", "") in chain.names
        and d.value.get("proposal") == str(proposed.kind)
        and d.value.get("programme", "") == proposed.programme
        for d in decisions
    )
