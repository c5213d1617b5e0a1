"""How far two people agree beyond chance (Cohen's kappa). Pure.

J. Cohen, A coefficient of agreement for nominal scales, Educational and Psychological Measurement 20 (1960) 37–46.
"""

from collections import Counter
from collections.abc import Hashable, Iterable
from typing import NamedTuple


class Kappa(NamedTuple):
    """``of`` items answered twice, ``agreed`` of them alike. ``value``: 1 full agreement, 0 what chance gives, below 0
    less than that; None where nothing can be said: no items, or only one answer ever given."""

    of: int
    agreed: int
    value: float | None


def kappa_of(answers: Iterable[tuple[Hashable, Hashable]]) -> Kappa:
    """Kappa of pairs (first person's answer, second person's answer): (observed − expected) / (1 − expected), where
    the agreement expected by chance follows from how often each gives each answer."""
    pairs = list(answers)
    of = len(pairs)
    agreed = sum(one == other for one, other in pairs)
    firsts, seconds = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    # In whole numbers, of² times the shares: exact, however many there are.
    chance = sum(count * seconds[answer] for answer, count in firsts.items())
    if of * of == chance:  # also where there are none
        return Kappa(of, agreed, None)
    return Kappa(of, agreed, (of * agreed - chance) / (of * of - chance))
