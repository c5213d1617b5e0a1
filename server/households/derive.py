"""From kept rows to households: the whole derivation of one component. Pure."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

from server.acts.kinds import ActKind
from server.acts.values import Decision
from server.households.asked import asked_of
from server.households.chains import Chain
from server.households.component import Component, Spoken
from server.households.conflicts import seen_clashes
from server.households.fold import fold_members, grades_of, hold, spells_of, status_of
from server.households.kinds import Review, Standing
from server.households.values import (
    Clash,
    Folded,
    Pending,
    Place,
    Proposed,
    State,
    Visited,
    Word,
    day_of,
)
from server.households.words import desk_words

#: The ``as_of`` of a household of which nothing counts: whoever sees its row has seen nothing of it.
UNSAID = Place(datetime(1970, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC), 0, "")


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
                s.own.instant,
            )
        )
    return tuple(sorted(found, key=lambda v: v.place))


def _folded(
    component: Component, served: str, ids: tuple[str, ...], day: date | None, approved_only: bool
) -> Folded:
    here = component.here(ids, approved_only)
    words = [w for s in here for w in (s.approved_words if approved_only else s.words)]
    acts = component.acts(ids)
    stated = desk_words(acts)
    words += stated
    facts = hold(words, day)
    shells = sorted((s for s in here if s.chain.returned), key=lambda s: s.place)
    standing = _standing(here, approved_only)
    village = component.homes.home(served, day=day) or component.homes.place_of(served)
    shown = str(facts["rep_name"].value or "") if "rep_name" in facts else ""
    if standing == Standing.SHELL or not shown:
        for s in shells:
            answers = {a.fact: a.value for a in s.chain.head.said if not a.key}
            shown = shown or str(answers.get("rep_name") or "")
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
        status=status,
        status_since=since,
        grade=(grades[-1][2] if (grades := grades_of(acts, day)) else None),
        grades=grades,
        as_of=max(
            [*(s.place for s in here if s.chain.effective), *(w.place for w in stated)], default=UNSAID
        ),
        shown_name=shown,
        opened=day_of(min(counted).instant) if counted else None,
        village_by=component.homes.said_by(served, day),
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
    clashes += moves_in(words, component, folded.village)
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
        asked=asked_of(component.decisions, ids),
    )


def moves_in(words: Iterable[Word], component: Component, home: str) -> list[Clash]:
    """Moves that are proposed: villages stated other than the home, which no assign act filed since has decided."""
    found = []
    for word in words:
        if word.fact != "village" or not word.value or word.value == home:
            continue
        said_at = word.corrected_at or word.received or word.place.instant
        decided = component.homes.assigned(word.entity)
        if decided is None or decided.at < said_at:
            found.append(Clash("village", "village", word.key, word.instance, word.value, None, home, "", home))
    return found


def _is_decided(chain: Chain, proposed: Proposed, decisions: Iterable[Decision]) -> bool:
    """Whether somebody accepted or declined this, as any version of the chain made it."""
    return any(
        d.kind in (ActKind.ACCEPT, ActKind.DECLINE)
        and d.value.get("instance", "") in chain.names
        and d.value.get("proposal") == str(proposed.kind)
        and d.value.get("programme", "") == proposed.programme
        for d in decisions
    )
