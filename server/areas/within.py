"""What lies inside an area: codes begin with the code of what contains them."""

from collections.abc import Iterable

from django.db.models import Q


def within(field: str, codes: Iterable[str]) -> Q:
    """Rows whose `field` (a code column, e.g. "area_code" or "village_id") lies in one of the areas.

    No codes: no rows. The code "" is everywhere. Written as ranges, which both databases answer from a plain index.
    """
    found = Q(pk__in=[])
    for code in codes:
        if not code:
            return Q()
        if not (code.isascii() and code.isdigit()):
            continue  # no place; it may come from an address somebody typed
        # The next code of the same length bounds all that begin with this one.
        found |= Q(**{f"{field}__gte": code, f"{field}__lt": str(int(code) + 1)})
    return found


def is_within(code: str, codes: Iterable[str]) -> bool:
    """Does the place lie in one of the areas? A place nobody knows ("") lies in none but everywhere."""
    return any(code.startswith(outer) for outer in codes)


def town_of(code: str) -> str:
    """The 街镇 of a 村居 or 街镇 code; "" for the district's or an empty one."""
    return code[:9] if len(code) >= 9 else ""
