"""Which 村居 a table means. Pure."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from server.exchange.plain import Raw, tight

_ENDS = ("村民委员会", "居民委员会", "社区居委会", "村委会", "居委会", "村委", "居委", "委会", "社区", "村", "居")


@dataclass(frozen=True)
class Village:
    """``code`` '' where it cannot be told: ``several`` are those it may be."""

    code: str
    several: tuple[str, ...] = ()


class Villages:
    """The 村居 of one 街镇 by all the names people write: with and without 村委会, with the 街镇 before it, as code."""

    def __init__(self, names: Mapping[str, str], town: str = "") -> None:
        self._names = dict(names)
        self._town = tight(town)
        self._whole: dict[str, set[str]] = defaultdict(set)
        self._short: dict[str, set[str]] = defaultdict(set)
        self._stem: dict[str, set[str]] = defaultdict(set)
        for code, name in names.items():
            self._whole[_plain(name)].add(code)
            self._short[_ending(_plain(name))].add(code)
            self._stem[_stem(_plain(name))].add(code)

    def read(self, value: Raw) -> Village:
        """The 村居 a cell names. A name that fits two (沈巷居委会, 沈巷村村委会) is told as such."""
        said = _plain(tight(value))
        if said in self._names:
            return Village(said)
        if self._town and said.startswith(self._town) and said != self._town:
            said = said.removeprefix(self._town)
        stem = _stem(said)
        tries = [self._whole.get(said), self._short.get(_ending(said)) if said != stem else None]
        if said.endswith("村") or said.endswith("居"):
            # 沈巷村 is the village, not the 居委会 of that name.
            ours = "村" if said.endswith("村") else "居"
            tries.append({c for c in self._stem.get(stem, ()) if ours in _last(tight(self._names[c]))})
        tries.append(self._stem.get(stem))
        for found in tries:
            if found:
                return _one(found, self._names)
        return Village("")


def _one(codes: set[str], names: Mapping[str, str]) -> Village:
    if len(codes) == 1:
        return Village(next(iter(codes)))
    return Village("", tuple(names[code] for code in sorted(codes)))


def _plain(text: str) -> str:
    return re.sub(r"[()（）·.\-]", "", tight(text))


def _ending(text: str) -> str:
    """With the end as the lists write it: 村民委员会 and 村委 are 村委会."""
    text = text.replace("村民委员会", "村委会").replace("居民委员会", "居委会")
    text = re.sub(r"(村委|居委)$", r"\1会", text)
    return re.sub(r"村村委会$", "村委会", text)


def _last(name: str) -> str:
    return "村" if name.endswith("村委会") else "居"


def _stem(text: str) -> str:
    """Without what tells kinds of 村居 apart: 周荡村村委会 → 周荡."""
    while True:
        end = next((end for end in _ENDS if text.endswith(end) and len(text) > len(end)), "")
        if not end:
            return text
        text = text.removesuffix(end)
