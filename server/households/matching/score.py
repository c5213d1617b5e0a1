"""Fellegi–Sunter: how many bits a pair's agreement is worth, and where each came from. Pure."""

from typing import NamedTuple

from server.households.matching.features import COLUMNS, Features
from server.households.matching.levels import COMPARISONS, levels_of
from server.households.matching.model import Model

#: Scores are compared and sorted after rounding: adding the same bits in another order must not matter.
DIGITS = 6


class Score(NamedTuple):
    """``bits`` the whole, ``levels`` the number of the level in each comparison."""

    bits: float
    levels: tuple[int, ...]


class Step(NamedTuple):
    """One part of a score: comparison, level, bits. The first step is ``prior``."""

    comparison: str
    level: str
    bits: float


def score(a: Features, b: Features, model: Model) -> Score:
    """The score of a pair; the same whichever comes first."""
    levels = levels_of(a, b)
    bits = model.prior
    for weights, level in zip(model.weights, levels, strict=True):
        weight = weights[level]
        bits += weight.bits
        if weight.tf:
            bits += model.tf[weight.tf].bits(_value(a, b, weight.tf), weight.tf_u)
    return Score(round(bits, DIGITS), levels)


def steps_of(a: Features, b: Features, model: Model) -> list[float]:
    """The bits of each comparison, without the prior."""
    found = []
    for weights, level in zip(model.weights, levels_of(a, b), strict=True):
        weight = weights[level]
        extra = model.tf[weight.tf].bits(_value(a, b, weight.tf), weight.tf_u) if weight.tf else 0.0
        found.append(weight.bits + extra)
    return found


def _value(a: Features, b: Features, column: str) -> str:
    """The value agreed on; the lesser, should a level ever join unequal ones."""
    n = COLUMNS.index(column)
    return min(str(a[n]), str(b[n]))


def waterfall(a: Features, b: Features, model: Model) -> tuple[Step, ...]:
    """The score in steps, in the order of the comparisons; steps that weigh nothing are left out."""
    steps = [Step("prior", "", round(model.prior, DIGITS))]
    for comparison, level, bits in zip(COMPARISONS, levels_of(a, b), steps_of(a, b, model), strict=True):
        if bits:
            steps.append(Step(comparison.name, comparison.labels[level], round(bits, DIGITS)))
    return tuple(steps)
