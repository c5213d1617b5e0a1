"""Same person, perhaps, or not: the score, and the rules that no score outvotes. Pure.

Two questions, not one. *Same household?* may follow from door and telephone alone; *same person?* not. What agrees on
the door and contradicts on the person is never joined unasked, however high it scores.
"""

from enum import StrEnum
from typing import NamedTuple

from server.households.matching.features import Features
from server.households.matching.model import Model
from server.households.matching.score import Score, score


class Outcome(StrEnum):
    """What becomes of a pair: joined unasked, looked at by somebody, or left alone."""

    MERGE = "merge"
    REVIEW = "review"
    NEW = "new"


class Decided(NamedTuple):
    """``why`` of a review: score (between the thresholds) | conflict (scores high, another person) | hint (of one
    household) | person (nothing tells the person)."""

    outcome: Outcome
    bits: float
    levels: tuple[int, ...]
    why: str = ""


def decide(a: Features, b: Features, model: Model) -> Decided:
    """The decision on a pair; symmetric."""
    return judged(score(a, b, model), model)


def judged(scored: Score, model: Model) -> Decided:
    """The decision on a score."""
    bits, levels = scored
    limits, rules = model.thresholds, model.rules
    if bits >= limits.merge:
        if rules.in_conflict(levels):
            return Decided(Outcome.REVIEW, bits, levels, "conflict")
        if any(rule.holds(levels) for rule in rules.person):
            return Decided(Outcome.MERGE, bits, levels)
        return Decided(Outcome.REVIEW, bits, levels, "person")
    if bits >= limits.review and not any(rule.holds(levels) for rule in rules.apart):
        return Decided(Outcome.REVIEW, bits, levels, "score")
    if any(rule.holds(levels) for rule in rules.hint):
        return Decided(Outcome.REVIEW, bits, levels, "hint")
    return Decided(Outcome.NEW, bits, levels)
