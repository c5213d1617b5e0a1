"""Names of places, many at once."""

from collections.abc import Iterable
from dataclasses import dataclass

from server.areas.models import Area
from server.areas.within import within


@dataclass(frozen=True)
class PlaceName:
    """A 村居 and its 街镇 in words; either may be empty."""

    town: str = ""
    village: str = ""

    def __str__(self) -> str:
        return self.village or self.town or "未划定"

    @property
    def full(self) -> str:
        return " · ".join(part for part in (self.town, self.village) if part) or "未划定"


def place_names(codes: Iterable[str]) -> dict[str, PlaceName]:
    """The names of these codes (街镇 or 村居); one query. A code nobody knows stands for itself."""
    wanted = {code for code in codes if code}
    known = dict(Area.objects.filter(code__in=wanted | {code[:9] for code in wanted}).values_list("code", "name"))
    found = {"": PlaceName()}
    for code in wanted:
        town = known.get(code[:9], "")
        found[code] = PlaceName(town, known.get(code, code) if len(code) > 9 else "")
    return found


def first_village(area: str) -> str:
    """The code of the first open 村居 inside an area; '' where it has none."""
    inside = Area.objects.filter(within("code", [area]), kind="village", is_open=True).order_by("code")
    return inside.values_list("code", flat=True).first() or ""


def villages_in(codes: Iterable[str]) -> list[tuple[str, str]]:
    """(code, name) of the open 村居 inside ``codes`` for a choice field; with the 街镇 where there are several."""
    areas = Area.objects.filter(within("code", codes), kind="village", is_open=True).select_related("parent")
    found = [(area.code, area.name, area.parent.name if area.parent else "") for area in areas.order_by("code")]
    several = len({town for _, _, town in found}) > 1
    return [(code, f"{town} · {name}" if several else name) for code, name, town in found]
