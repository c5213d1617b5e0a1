"""What registrations leave out, and how often: counted when a model is trained, and again of the registry now. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from server.households.matching.features import Features

#: Label → (in words, whether a registration lacks it).
GAPS: Mapping[str, tuple[str, Callable[[Features], bool]]] = {
    "id": ("没有证件号码", lambda one: not (one.id_no or one.id_mask)),
    "door": ("住址到不了门牌", lambda one: not one.whole),
    "neither": ("两样都没有", lambda one: not (one.id_no or one.id_mask or one.whole)),
    "phone": ("没有电话", lambda one: not one.phones),
    "birth": ("没有出生年份", lambda one: not one.high),
    "name": ("没有姓名", lambda one: not one.pinyin),
}


class Gaps(NamedTuple):
    """How many of ``of`` registrations lack what, by label of ``GAPS``."""

    of: int
    lack: Mapping[str, int]

    @property
    def shares(self) -> dict[str, float]:
        """Shares to four digits; of nothing, none."""
        return {label: round(self.lack[label] / self.of, 4) for label in GAPS} if self.of else {}


def gaps_of(records: Iterable[Features]) -> Gaps:
    """Count them."""
    of, lack = 0, Counter(dict.fromkeys(GAPS, 0))
    for record in records:
        of += 1
        lack.update(label for label, (_, lacks) in GAPS.items() if lacks(record))
    return Gaps(of, lack)
