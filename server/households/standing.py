"""Whose words count before anybody has judged them: homes of ids, versions with standing, versions that wait. Pure.

A household id has one home, a village: that of the latest assign act naming it; before any, the one that the first
received word about it gives. A version counts if it is the first word of its id, or its sender answered for the home
when it was received, or somebody who may decide for that home has approved or refiled it. Every other version waits
(他处填报): it is kept and shown to the reviewers of the home, and nothing is derived from it. So nobody gains by
claiming, and what has standing does not depend on the order in which anything arrived (docs/law.md, Standing).

What stands by an approval alone falls with it: sent back or voided later it waits again, and hides nothing.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from server.acts.kinds import ON_PAIR, ActKind
from server.acts.values import Decision, latest
from server.households.chains import starts_of
from server.households.values import Filing, day_of

VILLAGE_DIGITS = 12
TOWN_DIGITS = 9
DISTRICT_DIGITS = 6
_JUDGING = (ActKind.APPROVE, ActKind.RETURN, ActKind.VOID, ActKind.UNVOID)


def covers(areas: Iterable[str] | None, village: str) -> bool:
    """Whether somebody who answers for these areas answers for a village. None (not recorded then): for every one. For
    a place that is none ('') nobody does."""
    return areas is None or (bool(village) and any(village.startswith(code) for code in areas))


def named_home(filing: Filing) -> str:
    """The village a word gives its id where it is the first one: the one it names, if its sender answered for it;
    otherwise the first by code of those the sender answered for; '' for none."""
    if filing.village and covers(filing.answers, filing.village):
        return filing.village
    areas = filing.villages if filing.answers is None else filing.answers
    return min((code for code in areas if len(code) == VILLAGE_DIGITS), default="")


def first_words(filings: Iterable[Filing]) -> dict[str, Filing]:
    """The first received word about each id, of whatever kind and however judged."""
    first: dict[str, Filing] = {}
    for filing in filings:
        known = first.get(filing.entity)
        if known is None or (filing.received, filing.instance) < (known.received, known.instance):
            first[filing.entity] = filing
    return first


@dataclass(frozen=True)
class Homes:
    """The home of every id, now, as decided by a moment, or as of a day. ``first``: the first word about each id."""

    first: Mapping[str, Filing]
    assigns: Mapping[str, Sequence[Decision]]
    pairs: Mapping[frozenset[str], Sequence[Decision]]
    undoing: Mapping[str, Sequence[Decision]]

    def home(self, entity: str, at: datetime | None = None, day: date | None = None) -> str:
        """The village of an id, '' for none. ``at``: by the acts filed until then; ``day``: by those in force on that
        day (the tables' view)."""
        act = self.assigned(entity, at, day)
        if act is not None:
            return str(act.value["village"])
        word = self.first.get(entity)
        return named_home(word) if word is not None else ""

    def assigned(self, entity: str, at: datetime | None = None, day: date | None = None) -> Decision | None:
        """The assign act an id's home rests on; None where it rests on the first word."""
        acts = self.assigns.get(entity)
        if not acts:
            return None
        return latest([
            act for act in acts
            if (at is None or act.at <= at)
            and (day is None or (act.since or day_of(act.at)) <= day)
            and (not act.other or self._holds(act.other, at))
        ])

    def said_by(self, entity: str, day: date | None = None) -> str:
        """The act or the submission (instanceID) that gives an id its home."""
        act = self.assigned(entity, day=day)
        if act is not None:
            return act.id
        word = self.first.get(entity)
        return word.instance if word is not None else ""

    def place_of(self, entity: str) -> str:
        """Where an id without a home stands: the 街镇 that its first word names, else of its sender's first area; ''
        where that names none either (then it stands with the district)."""
        word = self.first.get(entity)
        if word is None:
            return ""
        code = word.village or min(word.answers or word.villages, default="")
        return code[:TOWN_DIGITS] if len(code) >= TOWN_DIGITS else ""

    def stands_at(self, entity: str, at: datetime | None = None) -> str:
        """Whose reviewers an id is for: its home, or where it stands without one."""
        return self.home(entity, at) or self.place_of(entity)

    def ever(self, entity: str, words: Iterable[Filing]) -> frozenset[str]:
        """Every home an id ever had, or would have had with another of its words known first."""
        found = {str(act.value["village"]) for act in self.assigns.get(entity, ())}
        found |= {named_home(word) for word in words}
        return frozenset(found - {""})

    def _holds(self, merge: str, at: datetime | None) -> bool:
        """Whether a merge counted at a moment: not undone, and what stands on its pair is a merge."""
        pair = next((pair for pair, acts in self.pairs.items() if any(act.id == merge for act in acts)), None)
        if pair is None:
            return False
        standing = latest([
            act for act in self.pairs[pair]
            if (at is None or act.at <= at)
            and not any(at is None or undo.at <= at for undo in self.undoing.get(act.id, ()))
        ])
        undone = any(at is None or undo.at <= at for undo in self.undoing.get(merge, ()))
        return not undone and standing is not None and standing.kind == ActKind.MERGE


def homes_of(filings: Iterable[Filing], decisions: Iterable[Decision]) -> Homes:
    """The homes of everything that these words and acts name."""
    assigns: dict[str, list[Decision]] = defaultdict(list)
    pairs: dict[frozenset[str], list[Decision]] = defaultdict(list)
    undoing: dict[str, list[Decision]] = defaultdict(list)
    for act in decisions:
        if act.kind == ActKind.ASSIGN:
            assigns[act.subject].append(act)
        elif act.kind in ON_PAIR:
            pairs[frozenset((act.subject, act.other))].append(act)
        elif act.kind in (ActKind.UNMERGE, ActKind.LIFT_LINK):
            undoing[act.other].append(act)
    return Homes(first_words(filings), assigns, pairs, undoing)


@dataclass(frozen=True)
class Counting:
    """``homes`` of all ids, the instances that wait (versions without standing), and the ids to which versions were
    refiled, by instance."""

    homes: Homes
    waiting: frozenset[str]
    moved: Mapping[str, str]

    def entity_of(self, version: Filing) -> str:
        """The id a version counts for: the one it names, or the one it was refiled to."""
        return self.moved.get(version.instance, version.entity)


def standing_of(filings: Collection[Filing], decisions: Collection[Decision]) -> Counting:
    """Which of these versions count. ``filings``: everything kept that names the ids in hand, with the versions each
    edits; ``decisions``: every act about any of it.

    A refile goes for the whole submission, whichever version it names, and only updates are refiled.
    """
    homes = homes_of(filings, decisions)
    judged = _by_subject(decisions, *_JUDGING)
    refiled = _by_subject(decisions, ActKind.REFILE)
    names = _names(filings) if refiled else {}
    moved: dict[str, str] = {}
    waiting = set()
    for filing in filings:
        # Whoever may not decide for an id moves nothing to it: an act about a word that waits is no act about others.
        moves = [
            act for name in names.get(filing.instance, ()) for act in refiled.get(name, ())
            if lets_in(act, homes.stands_at(act.other, act.at))
        ]
        if not filing.creates and (move := latest(moves)) is not None:
            moved[filing.instance] = move.other
            continue
        if homes.first[filing.entity] is filing or covered_at(filing, filing.entity, homes):
            continue
        about = [act for name in {filing.instance, filing.batch} - {""} for act in judged.get(name, ())]
        acts = approvals_of(filing, about)
        if not any(lets_in(act, homes.stands_at(filing.entity, act.at)) for act in acts):
            waiting.add(filing.instance)
    return Counting(homes, frozenset(waiting), moved)


def covered_at(filing: Filing, entity: str, homes: Homes) -> bool:
    """Whether the sender answered for the home that ``entity`` had when the version was received."""
    return filing.answers is None or covers(filing.answers, homes.home(entity, filing.received))


def lets_in(act: Decision, place: str) -> bool:
    """Whether an act gives a version standing: who filed it might decide for the id's home, or where an id without one
    stood, at that moment (recorded with the act). An act filed before that was recorded does."""
    areas = act.value.get("for")
    if areas is None or covers(areas, place):
        return True
    return not place and any(len(code) <= DISTRICT_DIGITS for code in areas)


def second_creates(filings: Collection[Filing], waiting: Collection[str]) -> frozenset[str]:
    """Instances that say they make an id which another counting submission made before them: they are updates. The
    submission whose create was received first is the one that made it."""
    creates = [filing for filing in filings if filing.creates and filing.instance not in waiting]
    if len(creates) < 2:
        return frozenset()
    made = first_words(creates)
    if len(made) == len(creates):
        return frozenset()
    starts = starts_of(filings)
    return frozenset(
        one.instance for one in creates if starts[one.instance].key != starts[made[one.entity].instance].key
    )


def lead_home(filings: Collection[Filing], decisions: Iterable[Decision], lead: str, at: datetime | None = None) -> str:
    """The village a lead is in, now or as decided by a moment: assigned, else the one that its first received word
    names, whoever said it, else the first of its sender's."""
    homes = homes_of(filings, decisions)
    act = homes.assigned(lead, at)
    if act is not None:
        return str(act.value["village"])
    word = homes.first.get(lead)
    return "" if word is None else word.village or named_home(word)


def waiting_on_lead(filings: Collection[Filing], decisions: Collection[Decision], lead: str) -> frozenset[str]:
    """Instances about a lead that wait: their sender did not answer for its home when they were received, and nobody
    who might decide there has approved them. Its clock runs meanwhile."""
    return frozenset(
        filing.instance
        for filing in filings
        if filing.answers is not None
        and not covers(filing.answers, lead_home(filings, decisions, lead, filing.received))
        and not any(
            lets_in(act, lead_home(filings, decisions, lead, act.at)) for act in approvals_of(filing, decisions)
        )
    )


def approvals_of(filing: Filing, decisions: Iterable[Decision]) -> list[Decision]:
    """The acts that approve this version, or the batch it came with, and have not been taken back: none before it was
    last sent back, none while it is void."""
    about = [act for act in decisions if act.subject and act.subject in (filing.instance, filing.batch)]
    void = latest([act for act in about if act.kind in (ActKind.VOID, ActKind.UNVOID)])
    if void is not None and void.kind == ActKind.VOID:
        return []
    back = latest([act for act in about if act.kind == ActKind.RETURN])
    return [act for act in about if act.kind == ActKind.APPROVE and (back is None or act.order > back.order)]


def _by_subject(decisions: Iterable[Decision], *kinds: ActKind) -> dict[str, list[Decision]]:
    found: dict[str, list[Decision]] = defaultdict(list)
    for act in decisions:
        if act.kind in kinds:
            found[act.subject].append(act)
    return found


def _names(filings: Collection[Filing]) -> dict[str, set[str]]:
    """For every instance all the names by which a refile may mean its submission: its own, and those of its versions.
    Versions that make an id are not refiled, and do not lend their names to it."""
    starts, creating = starts_of(filings), {filing.instance for filing in filings if filing.creates}
    whole: dict[str, set[str]] = defaultdict(set)
    for start in starts.values():
        whole[start.key] |= {start.key, *start.path}
    return {instance: whole[start.key] - creating for instance, start in starts.items()}
