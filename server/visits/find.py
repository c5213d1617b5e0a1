"""Reads of contacts."""

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from server.areas.within import within
from server.visits.models import Visit


def visits_in(
    codes: Iterable[str], *, since: date | None = None, until: date | None = None, village: str = "",
    outcome: str = "", household: str = "",
) -> QuerySet[Visit]:  # fmt: skip
    """Contacts with households whose home lies inside ``codes``, the latest first.

    ``since`` and ``until`` are days of the visit, both inside; ``household`` is a served id.
    """
    rows = Visit.objects.filter(within("household__village", codes))
    if village:
        rows = rows.filter(within("household__village", [village]))
    if since is not None:
        rows = rows.filter(on__gte=since)
    if until is not None:
        rows = rows.filter(on__lte=until)
    if outcome:
        rows = rows.filter(outcome=outcome)
    if household:
        rows = rows.filter(household=household)
    rows = rows.select_related("household", "filing", "by").defer("filing__sealed")
    return rows.order_by("-on", "-pk")
