"""The order of lines in a table. Pure."""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from pypinyin import Style, lazy_pinyin

from server.ledgers.kinds import LedgerKind
from server.ledgers.values import Line


class Key(NamedTuple):
    """What lines are ordered by."""

    kind: str
    village: str
    spoken: tuple[str, ...]
    name: str
    household: str
    part: str


def in_order(lines: Iterable[Line]) -> list[Line]:
    """By table, 村居 code and name as spoken (pinyin with tones); equal names by household, always the same way."""
    return sorted(lines, key=key_of)


def by_kind(lines: Iterable[Line]) -> dict[LedgerKind, list[Line]]:
    """Lines in order, table by table; every table named."""
    found: dict[LedgerKind, list[Line]] = {kind: [] for kind in LedgerKind}
    for line in in_order(lines):
        found[line.kind].append(line)
    return found


def key_of(line: Line) -> Key:
    """The place of a line among others; no two lines of a month have the same."""
    name = str(line.value("name") or "")
    return Key(str(line.kind), line.village, _spoken(name), name, line.household, line.part)


@lru_cache(maxsize=8192)
def _spoken(name: str) -> tuple[str, ...]:
    return tuple(lazy_pinyin(name, style=Style.TONE3))
