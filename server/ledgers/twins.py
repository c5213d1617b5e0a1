"""Households of a month that may be one with another: undecided cases, and the same ID number twice.

Of a pair in two 街镇 a 街镇's month says nothing: only the district decides on it, and finds it among the cases.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from django.db.models import F, Q

from server.areas.within import is_within
from server.households.care import STANDINGS, STATUS
from server.households.idno import normal_id, valid_id
from server.households.models import Case, Household, Lookup
from server.ledgers.doubts import SAME_ID, SAME_ID_ACROSS, TWIN, TWIN_ACROSS, Doubt
from sync.vault.lookup import keyed

CHUNK = 500


def twins_in(town: str, numbers: Mapping[str, Sequence[str]]) -> dict[str, set[Doubt]]:
    """For each household of a 街镇 (its served id: its registrant's and other 对象's ID numbers) the doubts about its
    being one with another household in care of the same 街镇."""
    found: dict[str, set[Doubt]] = defaultdict(set)
    home = _homes(list(numbers))
    for household, village in _cases(list(numbers)):
        if is_within(village, [town]):
            found[household].add(TWIN if village == home.get(household) else TWIN_ACROSS)
    keys: dict[str, set[str]] = defaultdict(set)
    for household, own in numbers.items():
        for number in own:
            if valid_id(normal_id(number)):
                keys[keyed("find-id", normal_id(number))].add(household)
    for key, other, village in _holders(list(keys)):
        if is_within(village, [town]):
            for household in keys[key] - {other}:
                found[household].add(SAME_ID if village == home.get(household) else SAME_ID_ACROSS)
    return dict(found)


def _homes(households: Sequence[str]) -> dict[str, str]:
    """Where each of these stands now."""
    found: dict[str, str] = {}
    for start in range(0, len(households), CHUNK):
        rows = Household.objects.filter(pk__in=households[start : start + CHUNK])
        found |= dict(rows.values_list("pk", "village"))
    return found


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
