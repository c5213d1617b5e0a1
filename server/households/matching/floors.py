"""Floors under estimated probabilities. Pure.

Estimated from little data, a rare level's m falls to nothing or is never seen; one such pair in reality would then be
refused with certainty. A floor keeps every weight finite and every word of evidence open to contradiction.
"""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

M_FLOOR = 0.002
U_FLOOR = 1e-7


def lifted(shares: Sequence[float | None], floor: float) -> list[float]:
    """The shares, none under ``floor``, summing to one; None (never estimated) stands at the floor."""
    raised = [max(share or 0.0, floor) for share in shares]
    return [share / sum(raised) for share in raised]


def floored(settings: dict[str, Any], m_floor: float = M_FLOOR, u_floor: float = U_FLOOR) -> dict[str, Any]:
    """Splink settings with the m and u of every comparison lifted."""
    kept = deepcopy(settings)
    for comparison in kept["comparisons"]:
        levels = [level for level in comparison["comparison_levels"] if not level.get("is_null_level")]
        for key, floor in (("m_probability", m_floor), ("u_probability", u_floor)):
            shares = lifted([level.get(key) for level in levels], floor)
            for level, share in zip(levels, shares, strict=True):
                level[key] = share
    return kept
