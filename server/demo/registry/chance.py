"""Dice: quick weighted draws over one seeded generator. Pure."""

from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from random import Random
from typing import TypeVar

T = TypeVar("T")


@cache
def _falling(count: int, offset: float) -> list[float]:
    return list(accumulate(1 / (rank + offset) for rank in range(count)))


class Dice:
    """``noise`` scales every chance of a slip; what people do of their own accord is not scaled."""

    def __init__(self, seed: int, noise: float = 1.0) -> None:
        self.random = Random(f"registry/{seed}")
        self.noise = noise
        self.roll = self.random.random

    def below(self, count: int) -> int:
        """0 … count-1."""
        return int(self.roll() * count)

    def between(self, low: int, high: int) -> int:
        """Low … high, both within reach."""
        return low + int(self.roll() * (high - low + 1))

    def one(self, items: Sequence[T]) -> T:
        return items[int(self.roll() * len(items))]

    def ranked(self, items: Sequence[T], offset: float = 3.0) -> T:
        """The first items far more often than the last."""
        return self.random.choices(items, cum_weights=_falling(len(items), offset))[0]

    def weighted(self, items: Sequence[T], cumulative: Sequence[float]) -> T:
        return self.random.choices(items, cum_weights=cumulative)[0]
