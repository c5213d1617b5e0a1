"""Double-blind review: of a twentieth of the cases a second person is asked who does not see the first answer. Pure.

The first answer takes effect at once: a household may not wait for a statistic. The second is an audit; where the two
differ on whether it is one household, the district looks at the pair once more.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from server.acts.kinds import ON_ACT, ON_PAIR, ActKind
from server.acts.values import Decision, latest

#: Of so many cases one is asked twice: 5 %.
ONE_IN = 20
SECOND, FINAL = "second", "final"


class View(StrEnum):
    """What an answer says about the question 「是不是同一户」."""

    ONE = "one"
    APART = "apart"
    UNSURE = "unsure"


class Stage(StrEnum):
    """How far a pair of the sample has come. ``PAST``: somebody has ruled on it again meanwhile, nobody is asked."""

    WAITING = "waiting"
    AGREED = "agreed"
    UNSURE = "unsure"
    DISPUTED = "disputed"
    SETTLED = "settled"
    PAST = "past"


_VIEWS = {"same": View.ONE, "new_head": View.ONE, "apart": View.APART, "unsure": View.UNSURE}


@dataclass(frozen=True)
class Twice:
    """A pair of the sample: the first answer, the second person's, the district's; ``stands``: the first answer is
    still the last ruling on the pair."""

    first: Decision
    second: Decision | None
    final: Decision | None
    stands: bool

    @property
    def names(self) -> tuple[str, str]:
        return self.first.subject, self.first.other

    @property
    def stage(self) -> Stage:
        if self.second is None:
            return Stage.WAITING if self.stands else Stage.PAST
        view = view_of(self.second)
        if view in (View.UNSURE, view_of(self.first)):
            return Stage.UNSURE if view == View.UNSURE else Stage.AGREED
        if self.final is not None:
            return Stage.SETTLED
        return Stage.DISPUTED if self.stands else Stage.PAST


def is_asked_twice(a: str, b: str) -> bool:
    """Whether a pair belongs to the sample: by the hash of its ids, whoever answers and whenever."""
    return int(hashlib.sha256(" ".join(("twice", *sorted((a, b)))).encode()).hexdigest()[:8], 16) % ONE_IN == 0


def view_of(said: Decision) -> View:
    """What an answer says of the pair; a ruling without one says it by its kind."""
    answer = said.value.get("answer")
    if answer in _VIEWS:
        return _VIEWS[answer]
    return View.ONE if said.kind == ActKind.MERGE else View.APART


def twice_of(decisions: Iterable[Decision]) -> list[Twice]:
    """The pairs of the sample among rulings, what undid them, and audit answers; by their first answers.

    An answer counts as first if it was given on the review screen and its person has not taken it back. Of the
    second persons the one whose last word is the earliest counts; a word taken back is none.
    """
    known = list(decisions)
    undone = {d.other: d.by for d in known if d.kind in ON_ACT}
    rulings: dict[frozenset[str], list[Decision]] = defaultdict(list)
    words: dict[str, list[Decision]] = defaultdict(list)
    for d in known:
        if d.kind in ON_PAIR and is_asked_twice(d.subject, d.other):
            rulings[frozenset((d.subject, d.other))].append(d)
        elif d.kind == ActKind.AUDIT and d.value.get("of") in (SECOND, FINAL):
            words[d.value["first"]].append(d)
    found = []
    for pair in rulings.values():
        first = min((d for d in pair if _is_first(d, undone)), key=lambda d: d.order, default=None)
        if first is not None:
            now = latest([d for d in pair if d.id not in undone])
            said = words[first.id]
            found.append(Twice(first, _second(first, said), _last(said, FINAL), now is not None and now.id == first.id))
    return sorted(found, key=lambda one: one.first.order)


def _is_first(ruling: Decision, undone: dict[str, int | None]) -> bool:
    """Given by somebody who was shown a case, and not taken back by himself; the district's last word is no first."""
    taken_back = ruling.id in undone and undone[ruling.id] == ruling.by
    return "bits" in ruling.value and not ruling.value.get(FINAL) and ruling.by is not None and not taken_back


def _second(first: Decision, said: Sequence[Decision]) -> Decision | None:
    people = {d.by for d in said if d.value["of"] == SECOND} - {first.by, None}
    words = [_last([d for d in said if d.by == who], SECOND) for who in people]
    return min((d for d in words if d is not None), key=lambda d: d.order, default=None)


def _last(said: Sequence[Decision], of: str) -> Decision | None:
    last = latest([d for d in said if d.value["of"] == of])
    return last if last is not None and last.value.get("answer") else None
