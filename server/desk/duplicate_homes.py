"""In which 村居 a household is, of two that are one and stand in two: the reviewer picks, nothing is picked for him."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest

from server.areas.names import place_names
from server.field.assign import ids_with
from server.field.merge import homes_of_ids
from server.households.find import idents
from server.households.standing import VILLAGE_DIGITS

WHICH_HOME = "没有保存：两份登记在不同村居，请先选合并后归哪个村居。"
#: Keys that pick a village, the first named side's first; the answers have the digits.
_KEYS = "abcdef"


@dataclass(frozen=True)
class Home:
    """A village that may be picked, with its key."""

    key: str
    code: str
    name: str


def homes_to_pick(names: Iterable[str]) -> list[Home]:
    """The homes among which whoever joins these households picks, that of the first named first; [] where all of it
    stands in one place."""
    named = list(names)
    homes = homes_of_ids(sorted({one for name in named for one in ids_with(name)}))
    if len(homes) < 2:
        return []
    row = {ident.pk: ident.household.village for ident in idents(named)}
    shown = [row[name] for name in named if name in row]
    order = [*(code for code in shown if code in homes), *sorted(homes)]
    codes = [code for code in dict.fromkeys(order) if len(code) == VILLAGE_DIGITS]
    places = place_names(codes)
    return [Home(key.upper(), code, places[code].full) for key, code in zip(_KEYS, codes, strict=False)]


def picked_home(request: HttpRequest, names: Iterable[str]) -> str:
    """The village picked, '' where none was, or one that is nobody's home here."""
    picked = request.POST.get("village", "")
    return picked if picked and any(home.code == picked for home in homes_to_pick(names)) else ""
