"""The registry's evidence, household by household, for matching a list against it."""

from collections.abc import Iterator

from server.households.evidence import opened
from server.households.matching.lists.match_list import Registered
from server.households.models import Evidence, Ident


def registered() -> Iterator[Registered]:
    """Every household that has evidence, with all of it. Read only."""
    rows = Ident.objects.order_by("household_id", "pk").values_list("household_id", "pk").iterator(chunk_size=2_000)
    served, ids = "", list[str]()
    for household, entity in rows:
        if household != served:
            yield from _one(served, ids)
            served, ids = household, []
        ids.append(entity)
    yield from _one(served, ids)


def _one(served: str, ids: list[str]) -> Iterator[Registered]:
    told = [opened(row.entity, bytes(row.sealed)) for row in Evidence.objects.filter(pk__in=ids).order_by("pk")]
    now = tuple(features for one in told for features in one.now)
    if now:
        yield Registered(served, now)
