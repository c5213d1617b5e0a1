"""A month of a 街镇 a second time: who stands in which table, and the cells a reader looks at first.

Definitions: 在册关爱 is registered or visited by the month's last day, neither void nor returned, and not moved, dead,
not found or closed by then. One table each: in a programme on the last day 表三; formerly in one 表四; who may
qualify and neither waits nor was refused 表一; all others 表二.
"""

from datetime import date

from tests.law.naive import Told
from tests.law.naive_house import registry

Line = tuple[str, str, dict[str, str | None]]
CELLS = {"name": "rep_name", "phone": "phone", "addr": "addr", "members": "members_n", "plan": "plan",
         "difficulty": "difficulty"}


def month(told: Told, town: str, last_day: date, taken: frozenset[str] = frozenset()) -> dict[str, Line]:
    """(table, village, cells) by served id, on approved statements as of the last day; ``taken``: closed elsewhere."""
    found = {}
    for name, house in registry(told, (), last_day, closing=True).items():
        in_care = (
            house["standing"] in ("full", "provisional") and house["status"][0] == "active"
            and house["opened"] is not None and house["opened"] <= last_day
        )
        if in_care and house["village"].startswith(town) and taken.isdisjoint(house["ids"]):
            found[name] = (table(house, last_day), house["village"], cells(house))
    return found


def table(house: dict, last_day: date) -> str:
    ends = [end for _, _, end, _ in house["spells"]]
    if any(end is None or end > last_day for end in ends):
        return "3"
    if ends:
        return "4"
    applied, may = (house["facts"].get(fact, (None,))[0] for fact in ("applied", "may_qualify"))
    return "1" if may in ("yes", "unsure") and applied not in ("applying", "refused") else "2"


def cells(house: dict) -> dict[str, str | None]:
    said = {cell: house["facts"].get(fact, (None,))[0] for cell, fact in CELLS.items()}
    said["name"] = said["name"] or house["shown_name"]
    return {cell: "".join(str(value).split()) or None if value is not None else None for cell, value in said.items()}
