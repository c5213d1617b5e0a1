"""Leads and referrals as folds of their own statements. Pure; the same places, judgements and words as households."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from server.acts.kinds import ActKind
from server.acts.values import Decision, latest
from server.households.chains import Chain, chains_of
from server.households.places import own_place, places_of
from server.households.values import Filing, Place, Word, day_of
from server.households.words import corrections_of, words_of
from server.support.aid import OF_EVENTS, Aid, Total, aid_of, total_of
from server.support.kinds import LEAD_WORKDAYS, URGENT_HOURS, LeadState, ReferralState
from server.support.workdays import add_workdays


@dataclass(frozen=True)
class Told:
    """One lead or referral: its facts as they stand, and where they came from. ``counts`` is False where nothing
    that was said about it counts any more (returned, void); ``whole`` is False where its create has not arrived.
    ``aids``: what was given, one event for each submission that tells of one, in their places; these add up, and are
    not among the facts."""

    id: str
    facts: Mapping[str, Any]
    as_of: Place | None
    counts: bool
    whole: bool
    about: str
    village: str
    by: int | None
    opened: datetime
    received: datetime
    linked_on: date | None = None
    aids: tuple[Aid, ...] = ()

    @property
    def total(self) -> Total:
        """What was given, added up."""
        return total_of(self.aids)


def told_of(
    entity: str,
    filings: Sequence[Filing],
    decisions: Sequence[Decision],
    *,
    day: date | None = None,
    approved_only: bool = False,
    waiting: Collection[str] = frozenset(),
) -> Told:
    """Fold everything kept about one lead or referral: per fact the statement with the highest place; facts that add
    up (``support.aid``) are events of the submissions that tell of them.

    ``filings``: whatever names it, with all versions of these submissions: one that by now names another id speaks of
    that one alone. ``day``: as of the end of that day; ``approved_only``: on approved statements alone, as a closing
    sees it; ``waiting``: instances without standing, of which nothing comes (not all of them).
    """
    chains = [chain for chain in chains_of(filings, decisions, waiting) if _naming(chain, entity)]
    places = places_of(chains, decisions)
    corrections = corrections_of(decisions)
    words: list[Word] = []
    aids: list[tuple[Place, Aid]] = []
    counting: list[tuple[Chain, Filing]] = []
    strangers = foreign_of(chains, entity)
    chains = [chain for chain in chains if chain not in strangers]
    for chain in chains:
        version = chain.approved if approved_only else chain.effective
        if version is not None and version.entity == entity:
            counting.append((chain, version))
            said = words_of(chain, version, places[chain.key], entity, corrections)[0]
            said = [word for word in said if day is None or word.since <= day]
            words += [word for word in said if word.fact not in OF_EVENTS]
            aid = aid_of(chain, said)
            if aid is not None:
                aids.append((places[chain.key], aid))
    words.sort(key=lambda word: word.place)
    facts = {word.fact: word.value for word in words}
    shown = sorted(
        counting or [(chain, _naming(chain, entity)[-1]) for chain in chains], key=lambda told: places[told[0].key]
    )
    first, last = shown[0], shown[-1]
    return Told(
        id=entity,
        facts=facts,
        as_of=places[last[0].key] if counting else None,
        counts=bool(counting),
        whole=any(version.creates for _, version in counting),
        about=str(facts.get("about") or first[1].about),
        village=str(facts.get("village") or first[1].village),
        by=last[1].sender,
        opened=own_place(first[0], {}).instant,
        received=min(version.received for chain, _ in shown for version in _naming(chain, entity)),
        linked_on=_day(facts.get("linked_on")),
        aids=tuple(aid for _, aid in sorted(aids, key=lambda one: one[0])),
    )


def _naming(chain: Chain, entity: str) -> list[Filing]:
    """The versions of a submission that name this id, oldest first."""
    return [version for version in chain.versions if version.entity == entity]


def foreign_of(chains: Sequence[Chain], entity: str) -> list[Chain]:
    """Chains that claim to have made what somebody else had made before: kept, and they state nothing.

    No two phones make the same id. Who was received first made it; whoever names it again as new would otherwise take
    another village's lead over. Updates come from anybody who has it on his list.
    """
    made = [chain for chain in chains if chain.place_giver.creates and chain.place_giver.entity == entity]
    if len(made) < 2:
        return []
    first = min(made, key=lambda chain: (chain.place_giver.received, chain.key)).place_giver
    return [chain for chain in made if chain.place_giver.sender != first.sender]


@dataclass(frozen=True)
class Answer:
    """What ended a lead: a decision at the desk, or a contact with the household."""

    state: LeadState
    on: date


@dataclass(frozen=True)
class Met:
    """A contact that counts, with the household a lead is about, or (of a lead that names none) in its village and
    naming it. ``seen_at``: the moment it was observed; ``registers``: it registered the household."""

    on: date
    seen_at: datetime
    settles: bool
    registers: bool


def answer_to(met: Iterable[Met], decisions: Iterable[Decision], told: Told) -> Answer | None:
    """The answer that counts: a decision at the desk before a registration before a visit, the earliest of its kind.

    A contact answers if it can settle anything (neither in vain nor 督查), and was seen at or after the lead's
    own moment: what was seen before cannot have been about it.
    """
    acts = [d for d in decisions if d.kind == ActKind.ACCEPT and d.subject == told.id and "lead" in d.value]
    ruled = latest(acts)
    if ruled is not None:
        return Answer(LeadState(ruled.value["lead"]), ruled.since or day_of(ruled.at))
    found = sorted((not one.registers, one.on) for one in met if one.settles and one.seen_at >= told.opened)
    if not found:
        return None
    by_visit, on = found[0]
    return Answer(LeadState.VISITED if by_visit else LeadState.REGISTERED, on)


def lead_due(told: Told) -> datetime:
    """Answer by: 24 hours after receipt where urgent, else the end of the third working day (domain 三.2e, 三.5a)."""
    if told.facts.get("urgent"):
        return told.received + timedelta(hours=URGENT_HOURS)
    return add_workdays(told.received, LEAD_WORKDAYS)


def referral_state(told: Told) -> ReferralState:
    """The state last said; a suggestion where none was."""
    try:
        return ReferralState(str(told.facts.get("state") or ReferralState.SUGGESTED))
    except ValueError:
        return ReferralState.SUGGESTED


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text)) if text else None
    except ValueError:
        return None
