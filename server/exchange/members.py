"""Lines about people whom the registry knows as members of somebody else's household."""

from collections.abc import Iterable, Mapping

from server.areas.within import is_within
from server.households.idno import normal_id, valid_id
from server.households.models import Lookup
from sync.vault.lookup import keyed

CHUNK = 500


def members_among(lines: Iterable[tuple[str, Mapping[str, str]]], town: str) -> set[str]:
    """Of lines (entity, answers) that would be new households, those whose number a household of this 街镇 has."""
    numbers = {
        keyed("find-id", normal_id(answers["id_no"])): entity
        for entity, answers in lines if valid_id(answers.get("id_no"))
    }
    keys, found = sorted(numbers), set[str]()
    for start in range(0, len(keys), CHUNK):
        rows = Lookup.objects.filter(key__in=keys[start : start + CHUNK])
        found |= {numbers[key] for key, village in rows.values_list("key", "household__village")
                  if is_within(village, [town])}
    return found
