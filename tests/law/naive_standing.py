"""The law a second time: where an id is at home, and whose words count before anybody has judged them.

Written from the section *Standing* of the architecture, sentence by sentence, slow and plain. Where the sentences are
silent, these definitions hold:

* ``answers`` of a row kept before that was recorded (None) covers every place, and its first village is the lowest one
  its sender had then. A decision without ``for`` lets in as it did.
* Of the codes somebody answers for, the first village is the lowest one of twelve digits.
* A word from somewhere else about an id without a home waits: nobody answers for no place. For such an id those may
  decide with whom it stands: the 街镇 its first word names, else its sender's, else the district.
* A merge counts at a moment if it was filed by then, not undone by then, and what then stands on its pair is a merge.
* Only updates are refiled, for the whole chain, by an act that names one of them, of who may decide for the home of the
  id they are refiled to; what anybody else files as a refile does nothing. An approval is for one version, and for the
  home of the id it names.
* An approval that lets a version in does so until it is taken back: until a later act sends the version back, and not
  while it is void.
* An act that names a waiting version is about that version alone: it mends no clock and voids or corrects nothing of
  the versions that count.
* Versions that wait are links of their chain: an edit of an edit that waits is an edit of the original.
* Of the creates that count and name one id, the chain of the first received is the create. Others are updates, but
  nothing that says it is a create is refiled.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import wraps

from server.acts.values import Decision
from server.households.values import Filing


def day(moment: datetime) -> date:
    """The day in Shanghai, eight hours ahead."""
    return (moment.astimezone(UTC) + timedelta(hours=8)).date()


def last_filed(decisions):
    """Of several decisions of one meaning the latest one counts."""
    return sorted(decisions, key=lambda d: (d.at, d.id))[-1] if decisions else None


def remember(question):
    @wraps(question)
    def ask(told, *args):
        key = (question.__name__, *args)
        if key not in told.answers:
            told.answers[key] = question(told, *args)
        return told.answers[key]

    return ask


def covers(codes, village: str) -> bool:
    """Whether who answers for these areas answers for this village."""
    return codes is None or (bool(village) and any(village.startswith(code) for code in codes))


def first_village(word: Filing) -> str:
    """The first by code of the villages its sender answered for."""
    codes = word.villages if word.answers is None else word.answers
    return min((code for code in codes if len(code) == 12), default="")


class Kept:
    """Everything kept, and where it is at home."""

    def __init__(self, filings: list[Filing], decisions: list[Decision]):
        self.filings = sorted(filings, key=lambda f: f.instance)
        self.decisions = sorted(decisions, key=lambda d: (d.at, d.id))
        self.answers: dict = {}

    # --- chains, whatever counts of them ---

    @remember
    def start_of(self, instance: str) -> tuple[str, int]:
        """The first instanceID of the chain, and how many edits lie between."""
        known = [f for f in self.filings if f.instance == instance]
        if not known or not known[0].deprecated:
            return instance, 0
        if any(f.sender != known[0].sender for f in self.filings if f.instance == known[0].deprecated):
            return instance, 0
        start, steps = self.start_of(known[0].deprecated)
        return start, steps + 1

    def links(self, chain: str) -> list[Filing]:
        """Every version of a chain, those that wait too."""
        return [f for f in self.filings if self.start_of(f.instance)[0] == chain]

    # --- home ---

    @remember
    def first_word(self, name: str) -> Filing | None:
        """What was first received about an id, of whatever kind."""
        return min((f for f in self.filings if f.entity == name), key=lambda f: (f.received, f.instance), default=None)

    def initial_home(self, name: str) -> str:
        word = self.first_word(name)
        if word is None:
            return ""
        if word.village and covers(word.answers, word.village):
            return word.village
        return first_village(word)

    def town(self, name: str) -> str:
        """Where an id without a home stands: with the 街镇 that its first word names, else with its sender's; ''
        where that is none either: then with the district."""
        word = self.first_word(name)
        if word is None:
            return ""
        code = word.village or min(word.answers or word.villages or ("",))
        return code[:9] if len(code) >= 9 else ""

    @remember
    def home(self, name: str, at: datetime | None = None, on: date | None = None) -> str:
        """The home of an id by the acts filed until a moment, and for tables by those that hold on a day."""
        assigned = last_filed([
            d for d in self.decisions
            if d.kind == "assign" and d.subject == name and (at is None or d.at <= at)
            and (on is None or (d.since or day(d.at)) <= on) and self.assign_counts(d, at)
        ])
        return assigned.value["village"] if assigned else self.initial_home(name)

    def assign_counts(self, assign: Decision, at: datetime | None) -> bool:
        """An assign that a merge filed counts only while its merge does."""
        if not assign.other:
            return True
        by_then = [d for d in self.decisions if at is None or d.at <= at]
        undone = {d.other for d in by_then if d.kind in ("unmerge", "lift_link")}
        merges = [d for d in by_then if d.kind == "merge" and d.id == assign.other and d.id not in undone]
        return any(
            last_filed([
                d for d in by_then if d.kind in ("merge", "cannot_link") and d.id not in undone
                and {d.subject, d.other} == {merge.subject, merge.other}
            ]).kind == "merge"
            for merge in merges
        )

    @remember
    def last_assign(self, name: str) -> Decision | None:
        return last_filed([
            d for d in self.decisions if d.kind == "assign" and d.subject == name and self.assign_counts(d, None)
        ])

    @remember
    def homes_ever(self, name: str) -> frozenset[str]:
        """Every village that was ever home to an id."""
        assigns = {d.value["village"] for d in self.decisions if d.kind == "assign" and d.subject == name}
        return frozenset({self.initial_home(name)} | assigns)

    # --- standing ---

    def refile_of(self, version: Filing) -> Decision | None:
        """The act that refiled a version, by who may decide where it was refiled to."""
        if version.creates:
            return None
        chain = self.start_of(version.instance)[0]
        names = {chain, *(f.instance for f in self.links(chain))} - {f.instance for f in self.links(chain) if f.creates}
        return last_filed([
            d for d in self.decisions if d.kind == "refile" and d.subject in names and self.may_decide(d, d.other)
        ])

    def speaks_of(self, version: Filing) -> str:
        """The id a version counts for: the one it names, or the one it was refiled to."""
        refile = self.refile_of(version)
        return refile.other if refile else version.entity

    def may_decide(self, act: Decision, name: str) -> bool:
        """Whether who filed an act might decide for the home of an id then."""
        codes, home = act.value.get("for"), self.home(name, act.at) or self.town(name)
        return covers(codes, home) or (not home and any(len(code) <= 6 for code in codes))

    def counts(self, version: Filing) -> bool:
        """Whether a version counts before anybody has looked at it, or because somebody has."""
        return (
            self.refile_of(version) is not None
            or version == self.first_word(version.entity)
            or covers(version.answers, self.home(version.entity, version.received))
            or any(self.lets_in(act, version) for act in self.decisions)
        )

    def lets_in(self, act: Decision, version: Filing) -> bool:
        """Whether an act approves this version, by who may decide for the home of the id it speaks of."""
        names = {version.instance, version.batch} - {""}
        if act.kind != "approve" or act.subject not in names or not self.may_decide(act, version.entity):
            return False
        about = [d for d in self.decisions if d.subject in names]
        void = last_filed([d for d in about if d.kind in ("void", "unvoid")])
        is_back = any(d.kind == "return" and (d.at, d.id) > (act.at, act.id) for d in about)
        return not is_back and not (void and void.kind == "void")

    def waiting(self) -> frozenset[str]:
        """他处填报: every version that does not count."""
        return frozenset(f.instance for f in self.filings if not self.counts(f))


def with_one_create(kept: Kept, waits: frozenset[str]) -> list[Filing]:
    """All versions; of the creates of one id those beside the first received one that counts are updates."""
    found = []
    for f in kept.filings:
        made = [g for g in kept.filings if g.creates and g.entity == f.entity and g.instance not in waits]
        first = min(made, key=lambda g: (g.received, g.instance), default=None)
        is_create = f.creates and (first is None or kept.start_of(f.instance)[0] == kept.start_of(first.instance)[0])
        found.append(replace(f, creates=is_create))
    return found
