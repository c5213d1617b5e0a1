"""Where statements stand: the place of every chain (architecture: Place, as_of)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from server.acts.kinds import ActKind
from server.acts.values import Decision, latest
from server.households.chains import Chain
from server.households.values import Filing, Place


def places_of(chains: Iterable[Chain], decisions: Iterable[Decision]) -> dict[str, Place]:
    """The place of each chain, by chain key.

    The instant is the observed one (or the one a clock act mended), not before the form version came out and not
    after the receipt; then the place is set above that of everything it was based on: lower bases of the same
    branch, the create of the id where the trunk is empty, and the row it saw. An edit stands in its chain's place;
    a voided or returned submission still lends its place to its branch.
    """
    mended: dict[str, list[Decision]] = defaultdict(list)
    for decision in decisions:
        if decision.kind == ActKind.CLOCK:
            mended[decision.subject].append(decision)
    by_entity: dict[str, list[Chain]] = defaultdict(list)
    for chain in chains:
        by_entity[chain.place_giver.entity].append(chain)

    places: dict[str, Place] = {}
    for group in by_entity.values():
        _place_group(group, mended, places)
    return places


def _place_group(group: list[Chain], mended: Mapping[str, list[Decision]], places: dict[str, Place]) -> None:
    ordered = sorted(group, key=lambda chain: (_rank(chain.place_giver), chain.key))
    creates: list[Place] = []
    branches: dict[str, list[tuple[int, Place]]] = defaultdict(list)
    for chain in ordered:
        filing = chain.place_giver
        place = own_place(chain, mended)
        bases = []
        if not filing.creates:
            if filing.trunk is None:
                bases += creates
            if filing.branch and filing.base is not None:
                bases += [lower for base, lower in branches[filing.branch] if base < filing.base]
        if filing.as_of is not None:
            bases.append(_capped(filing.as_of, filing.received))
        if bases:
            place = place.after(max(bases))
        places[chain.key] = place
        if filing.creates:
            creates.append(place)
        elif filing.branch and filing.base is not None:
            branches[filing.branch].append((filing.base, place))


def _rank(filing: Filing) -> tuple[int, int]:
    """Creates first, then updates by rising base: whatever a place may rest on is placed before it."""
    return (0, 0) if filing.creates else (1, filing.base if filing.base is not None else -1)


def own_place(chain: Chain, mended: Mapping[str, list[Decision]]) -> Place:
    """The place a chain has by itself, before anything it was based on."""
    filing = chain.place_giver
    act = latest([d for name in chain.names for d in mended.get(name, [])])
    observed = datetime.fromisoformat(act.value["observed"]) if act else filing.observed
    return Place(believed(observed, filing), filing.written, 0, filing.instance)


def believed(observed: datetime, filing: Filing) -> datetime:
    """The hour a phone gives, as far as it can be true: not before its form version came out, nor after the receipt."""
    return min(max(observed, filing.published), filing.received)


def _capped(as_of: Place, received: datetime) -> Place:
    if as_of.instant <= received:
        return as_of
    return Place(received, min(as_of.written, received), as_of.step, as_of.id)
