"""A share with its uncertainty (Wilson's interval). Pure."""

from math import sqrt
from typing import NamedTuple

Z95 = 1.959963984540054


class Share(NamedTuple):
    """``hits`` of ``of``, with the interval that holds the true share in 95 of 100 cases; all None for none of none."""

    hits: int
    of: int
    share: float | None
    low: float | None
    high: float | None


def share_of(hits: int, of: int, z: float = Z95) -> Share:
    """The share and its Wilson interval, 0 ≤ low ≤ share ≤ high ≤ 1.

    :raises ValueError: more hits than tries, or fewer than none.
    """
    if not 0 <= hits <= of:
        raise ValueError(f"{hits} of {of}")
    if not of:
        return Share(0, 0, None, None, None)
    p, extra = hits / of, z * z / of
    middle = (p + extra / 2) / (1 + extra)
    half = z / (1 + extra) * sqrt(p * (1 - p) / of + extra / (4 * of))
    return Share(hits, of, p, max(0.0, min(middle - half, p)), min(1.0, max(middle + half, p)))
