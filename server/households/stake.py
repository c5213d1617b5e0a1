"""In what order suspected duplicates are looked at. Pure."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Weighed:
    """What the order depends on: what each side receives, the score in bits, since when both are known, and whether
    both registrants have one ID number."""

    in_relief: tuple[bool, bool]
    tables: tuple[int | None, int | None]
    bits: float
    since: date
    pair: tuple[str, str]
    same_id: bool = False


def stake(case: Weighed) -> int:
    """3: both sides receive relief, perhaps one household twice · 2: one does · 1: one stands in a table · 0."""
    if any(case.in_relief):
        return 1 + sum(case.in_relief)
    return int(any(case.tables))


def closeness(bits: float, merge: float, review: float) -> float:
    """Bits to the nearer threshold: the smaller, the more an answer teaches."""
    return min(abs(bits - merge), abs(bits - review))


def order(case: Weighed, merge: float, review: float) -> tuple[bool, int, float, date, tuple[str, str]]:
    """Sort key: the same ID number (同号), benefit at stake, then closeness to a threshold, then age, then ids."""
    return (not case.same_id, -stake(case), round(closeness(case.bits, merge, review), 6), case.since, case.pair)


def sure_of(bits: float) -> str:
    """A score in words; ten to one is some 3.3 bits."""
    if bits >= 10:
        return "几乎肯定是同一户"
    if bits >= 3.3:
        return "很可能是同一户"
    return "拿不准" if bits > -3.3 else "不太像同一户"
