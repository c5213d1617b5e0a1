"""When somebody fetches a list from other scopes than the last time, what changes for his phones gets a higher version.

A row may stand in two scopes with different columns (a household that two villages state). Whoever is moved from one of
them to the other is served other columns of the same id: under the same version his phone would ignore them (wire
contract §2, merge rules). Scopes change by decisions and by mere days, so the change is seen where it matters: here.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Count

from sync.models import FetchedScopes, PhoneRow
from sync.prepared import NUMBER, Prepared
from sync.versions import raise_versions

_fetched = Prepared(lambda: FetchedScopes.objects.filter(user_id=NUMBER).values_list("list", "scopes"))


def note_scopes(user_id: int, list: str, scopes: Sequence[str], now: datetime) -> bool:
    """Call before a list is served. Whether this person's scopes have changed since he last fetched it; twice is once.

    One query where nothing has changed.
    """
    text = " ".join(sorted(scopes))
    before = dict(_fetched(user_id)).get(list)
    if before == text:
        return False
    with transaction.atomic():
        if before is not None:
            concerned = {*before.split(), *scopes}
            rows = PhoneRow.objects.filter(list=list, scope__in=concerned).values("entity_id")
            split = rows.annotate(n=Count("pk")).filter(n__gt=1).values_list("entity_id", flat=True)
            raise_versions([(list, entity_id) for entity_id in split], "other scopes", now)
        FetchedScopes.objects.update_or_create(user_id=user_id, list=list, defaults={"scopes": text})
    return before is not None
