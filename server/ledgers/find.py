"""Which months of which 街镇 are closed, and how many lines they have."""

from collections.abc import Collection, Mapping

from server.ledgers.kinds import STANDING
from server.ledgers.models import Month


def months_of(towns: Collection[str], months: Collection[str]) -> dict[tuple[str, str], str]:
    """The state of the latest version of each (街镇, month) that ever was closed; the others are open (one query)."""
    rows = Month.objects.filter(town_id__in=towns, month__in=months).order_by("version")
    return {(town, month): state for town, month, state in rows.values_list("town_id", "month", "state")}


def standing_counts(months: Collection[str]) -> dict[tuple[str, str], Mapping[str, int]]:
    """Lines by table of every closed (街镇, month) that stands (one query)."""
    rows = Month.objects.filter(month__in=months, state__in=STANDING)
    return {(town, month): counts for town, month, counts in rows.values_list("town_id", "month", "counts")}
