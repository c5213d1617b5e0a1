"""Versions of one submission: the original and its edits (``deprecatedID``), and how they were judged."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from server.acts.kinds import ActKind
from server.acts.values import Decision, latest
from server.households.kinds import Review
from server.households.values import Filing

JUDGEMENTS = {ActKind.APPROVE: Review.APPROVED, ActKind.RETURN: Review.RETURNED}


@dataclass(frozen=True)
class Chain:
    """One submission with its edits, oldest first. ``key`` is the first instanceID, known or only named; ``names`` are
    those an act about the whole chain may name: its versions, and an original that never came."""

    key: str
    versions: tuple[Filing, ...]
    reviews: Mapping[str, Review]
    voided: bool
    names: frozenset[str]

    @property
    def head(self) -> Filing:
        return self.versions[-1]

    @property
    def effective(self) -> Filing | None:
        """The version the registry uses: the newest, unless it was returned or the chain is void."""
        return None if self.voided or self.reviews[self.head.instance] == Review.RETURNED else self.head

    @property
    def approved(self) -> Filing | None:
        """The version a closing uses: the last one approved."""
        if self.voided:
            return None
        done = [v for v in self.versions if self.reviews[v.instance] == Review.APPROVED]
        return done[-1] if done else None

    @property
    def returned(self) -> bool:
        return not self.voided and self.reviews[self.head.instance] == Review.RETURNED

    @property
    def place_giver(self) -> Filing:
        """The version whose times and branch give the chain its place: the original, else the first known."""
        return self.versions[0]


class Start(NamedTuple):
    """Where a version belongs: the first instanceID of its submission, how many edits lie between, and every
    instanceID on the way."""

    key: str
    depth: int
    path: frozenset[str]


def starts_of(filings: Iterable[Filing]) -> dict[str, Start]:
    """Where every version belongs, by its instanceID."""
    by_instance = {filing.instance: filing for filing in filings}
    return {instance: _start_of(filing, by_instance) for instance, filing in by_instance.items()}


def chains_of(
    filings: Iterable[Filing], decisions: Iterable[Decision], waiting: Collection[str] = frozenset()
) -> list[Chain]:
    """Group versions into chains and judge them.

    A version's depth is the number of edits between it and the start of its chain; versions of equal depth (two
    edits of one original) are ordered by (written, instance). Void covers a whole chain, also later edits, until
    lifted; approve and return judge one version. What is decided about the batch a version came with is decided about
    it. People edit what they sent themselves: a version that names somebody else's submission replaces nothing, it
    stands for itself.

    ``waiting``: instances without standing. They link the versions before and after them and are none themselves; what
    is decided about one of them is decided about it alone.
    """
    by_instance = {filing.instance: filing for filing in filings}
    about: dict[str, list[Decision]] = defaultdict(list)
    for decision in decisions:
        about[decision.subject].append(decision)
    about.pop("", None)

    groups: dict[str, list[tuple[int, Filing]]] = defaultdict(list)
    names: dict[str, set[str]] = defaultdict(set)
    for filing in by_instance.values():
        if filing.instance in waiting:
            continue
        start = _start_of(filing, by_instance)
        groups[start.key].append((start.depth, filing))
        names[start.key] |= start.path

    chains = []
    for key in sorted(groups):
        ordered = sorted(groups[key], key=lambda item: (item[0], item[1].written, item[1].instance))
        versions = tuple(filing for _, filing in ordered)
        subjects = (names[key] - set(waiting)) | {filing.batch for filing in versions if filing.batch}
        voids = [d for name in subjects for d in about[name] if d.kind in (ActKind.VOID, ActKind.UNVOID)]
        last_void = latest(voids)
        voided = last_void is not None and last_void.kind == ActKind.VOID
        reviews = {v.instance: _review(v, [*about[v.instance], *about[v.batch]], voided) for v in versions}
        named = frozenset({key, *(v.instance for v in versions)} - set(waiting))
        chains.append(Chain(key, versions, reviews, voided, named))
    return chains


def review_alone(filing: Filing, decisions: Iterable[Decision]) -> Review:
    """How a version without standing was judged: by what was decided about it, or the batch it came with, alone."""
    about = [d for d in decisions if d.subject and d.subject in (filing.instance, filing.batch)]
    last_void = latest([d for d in about if d.kind in (ActKind.VOID, ActKind.UNVOID)])
    return _review(filing, about, last_void is not None and last_void.kind == ActKind.VOID)


def _start_of(filing: Filing, by_instance: Mapping[str, Filing]) -> Start:
    """The start of a version's chain (loops are cut)."""
    here, path = filing, {filing.instance}
    while here.deprecated and here.deprecated not in path:
        path.add(here.deprecated)
        if here.deprecated not in by_instance:
            return Start(here.deprecated, len(path) - 1, frozenset(path))
        earlier = by_instance[here.deprecated]
        if not is_own_edit(here, earlier):
            path.discard(here.deprecated)
            return Start(here.instance, len(path) - 1, frozenset(path))
        here = earlier
    if here.deprecated:  # a loop: every version on it agrees on one start
        return Start(min(path), 0, frozenset(path))
    return Start(here.instance, len(path) - 1, frozenset(path))


def is_own_edit(edit: Filing, original: Filing) -> bool:
    """Whether an edit comes from who sent the original: no phone can edit what another one sent."""
    return edit.sender == original.sender


def flags_of_chain(
    chain: Chain, by_instance: Mapping[str, Filing], village: str, decisions: Iterable[Decision]
) -> list[str]:
    """What a reviewer should know about who sent this, and by what clock. ``village``: where what it speaks of stands
    now; a clock that somebody has mended needs no second look."""
    head, flags = chain.head, []
    if not head.has_role:
        flags.append("报送人已无岗位")
    is_mended = any(d.kind == ActKind.CLOCK and d.subject in chain.names for d in decisions)
    if (wrong := wrong_clock(head)) and not is_mended:
        flags.append(wrong)
    original = by_instance.get(head.deprecated)
    if original is not None and not is_own_edit(head, original):
        flags.append("改他人提交")
    if village and head.villages and all(own[:9] != village[:9] for own in head.villages):
        flags.append("跨街镇")
    return flags


def wrong_clock(filing: Filing) -> str:
    """What is wrong with the hour a phone gives, in Chinese; '' if nothing is. Where such a one is placed is the law's
    (``places.own_place``): at the receipt, or at the form version's publication."""
    if filing.observed > filing.received:
        return "手机时间超前"
    return "手机时间过早" if filing.observed < filing.published else ""


def _review(version: Filing, decisions: list[Decision], voided: bool) -> Review:
    if voided:
        return Review.VOIDED
    judged = latest([d for d in decisions if d.kind in JUDGEMENTS])
    if judged is not None:
        return JUDGEMENTS[ActKind(judged.kind)]
    return Review.RESENT if version.deprecated else Review.PENDING
