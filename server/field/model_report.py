"""What a model would change, as a value: read by people before it goes live."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

#: The batch's score and the online one may differ by so many bits, and no more.
PARITY = 0.01
#: Differences listed of each kind; more are only counted.
LISTED = 200
Groups = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class ModelReport:
    """Compared with the model live at that time, over the whole registry.

    ``worst``: largest difference between batch and online score of a pair, in bits. ``changes``: pairs by decision now
    and then, where a model has an opinion. ``parted``: households that would fall apart, each as (its id now, an id of
    each part); ``joined``: households that would become one; ``more`` and ``fewer``: pairs to be looked at, that are
    not now, or no longer. Of the four at most ``LISTED`` each; ``counts`` has them all.
    """

    registrations: int
    pairs: int
    worst: float
    changes: tuple[tuple[str, str, int], ...]
    parted: Groups
    joined: Groups
    more: Groups
    fewer: Groups
    counts: Mapping[str, int]

    @property
    def has_parity(self) -> bool:
        return self.worst < PARITY

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "ModelReport":
        """From what ``to_json`` gave, read back from JSON."""
        groups = {name: tuple(map(tuple, given[name])) for name in ("parted", "joined", "more", "fewer")}
        return cls(given["registrations"], given["pairs"], given["worst"], tuple(map(tuple, given["changes"])),
                   counts=given["counts"], **groups)
