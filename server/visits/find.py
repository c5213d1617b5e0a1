"""Reads of contacts."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from server.areas.within import within
from server.households.models import InVillage
from server.visits.models import Visit


def visits_in(
    codes: Iterable[str], *, since: date | None = None, until: date | None = None, village: str = "",
    outcome: str = "", household: str = "",
) -> QuerySet[Visit]:  # fmt: skip
    """Contacts with households on the lists of some village inside ``codes``, the latest first.

    ``since`` and ``until`` are days of the visit, both inside; ``household`` is a served id.
    """

    def seen_from(inside: Iterable[str]) -> Exists:
        return Exists(InVillage.objects.filter(within("village", inside), household=OuterRef("household")))

    rows = Visit.objects.filter(seen_from(codes))
    if village:
        rows = rows.filter(seen_from([village]))
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
