"""How far a distribution has moved from the one a model was trained on. Pure.

The population stability index: Σ (now − then) · ln(now / then) over the levels, 0 where both are equal. By the rule of
thumb of credit scoring (Siddiqi, Credit Risk Scorecards, 2006) it is stable below 0.1 and has shifted from 0.25.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log

LITTLE, MUCH = 0.1, 0.25
#: With fewer observations chance alone moves the index: its expectation is about (levels − 1) / observations.
LEAST = 100
#: A share is taken for at least this: a level that never came would weigh without bound.
_FLOOR = 0.001


@dataclass(frozen=True)
class Drift:
    """``index`` is None where there is too little to tell; ``far``: it has shifted."""

    of: int
    index: float | None
    far: bool
    said: str


def index_of(then: Mapping[str, float], now: Mapping[str, float]) -> float:
    """The index of two distributions (shares by level; a level that is not named has none)."""
    found = 0.0
    for level in {*then, *now}:
        p, q = max(then.get(level, 0.0), _FLOOR), max(now.get(level, 0.0), _FLOOR)
        found += (q - p) * log(q / p)
    return found


def drift_of(then: Mapping[str, float], counts: Mapping[str, int]) -> Drift:
    """Counts by level beside the shares of the training data, with one sentence."""
    of = sum(counts.values())
    if of < LEAST:
        return Drift(of, None, False, f"只有 {of} 例，满 {LEAST} 例才能判断")
    whole = sum(then.values()) or 1.0
    index = index_of({k: v / whole for k, v in then.items()}, {k: n / of for k, n in counts.items()})
    if index < LITTLE:
        return Drift(of, index, False, "和训练时基本一致")
    if index < MUCH:
        return Drift(of, index, False, "和训练时略有不同，留意即可")
    return Drift(of, index, True, "和训练时明显不同，建议重新训练模型")
