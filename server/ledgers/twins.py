"""Households of a month that may be one with another: undecided cases, and the same ID number twice."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from django.db.models import F, Q

from server.areas.within import is_within
from server.households.care import STANDINGS, STATUS
from server.households.idno import normal_id, valid_id
from server.households.models import Case, Lookup
from server.ledgers.doubts import SAME_ID, SAME_ID_ELSEWHERE, TWIN, TWIN_ELSEWHERE, Doubt
from sync.vault.lookup import keyed

CHUNK = 500


def twins_in(town: str, numbers: Mapping[str, Sequence[str]]) -> dict[str, set[Doubt]]:
    """For each household of a 街镇 (its served id: its registrant's and other 对象's ID numbers) the doubts about its
    being one with another household in care."""
    found: dict[str, set[Doubt]] = defaultdict(set)
    for household, village in _cases(list(numbers)):
        found[household].add(TWIN if is_within(village, [town]) else TWIN_ELSEWHERE)
    keys: dict[str, set[str]] = defaultdict(set)
    for household, own in numbers.items():
        for number in own:
            if valid_id(normal_id(number)):
                keys[keyed("find-id", normal_id(number))].add(household)
    for key, other, village in _holders(list(keys)):
        for household in keys[key] - {other}:
            found[household].add(SAME_ID if is_within(village, [town]) else SAME_ID_ELSEWHERE)
    return dict(found)


def _cases(households: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(household, village of the other) of every undecided case with a household of the list."""
    mine = set(households)
    for start in range(0, len(households), CHUNK):
        part = households[start : start + CHUNK]
        rows = Case.objects.filter(Q(a__in=part) | Q(b__in=part))
        for a, b, here, there in rows.values_list("a_id", "b_id", "a__village", "b__village"):
            if a in mine:
                yield a, there
            if b in mine:
                yield b, here


def _holders(keys: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """(key, household, its village) of every household in care that answers to one of the hashed numbers."""
    for start in range(0, len(keys), CHUNK):
        rows = Lookup.objects.filter(
            key__in=keys[start : start + CHUNK], household__status=STATUS, household__standing__in=STANDINGS
        )
        yield from rows.annotate(village=F("household__village")).values_list("key", "household_id", "village")
