"""Load policies and resources from the files that come with the program."""

import csv
from datetime import date
from pathlib import Path

from django.db import transaction

from server.support.models import Policy, Resource

DATA = Path(__file__).parent / "data"


@transaction.atomic
def load_catalogue(today: date, folder: Path = DATA, *, only_policies: bool = False) -> int:
    """Add the policies and resources not there yet; the number added. What the desk has changed since stays.

    ``today``: the day from which a resource's months of validity are counted. The policies are real, the resources
    are the demo's: ``only_policies`` leaves them out.
    """
    known = {*Policy.objects.values_list("code", flat=True)}
    policies = [
        Policy(order=10 * place, **line)
        for place, line in enumerate(_lines(folder / "policies.csv"), start=1)
        if line["code"] not in known
    ]
    known = {*Resource.objects.values_list("code", flat=True)}
    lines = [] if only_policies else _lines(folder / "resources.csv")
    resources = [_resource(line, today) for line in lines if line["code"] not in known]
    for row in [*policies, *resources]:
        row.save()  # one by one: each leaves its trace in the history
    return len(policies) + len(resources)


def _lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _resource(line: dict[str, str], today: date) -> Resource:
    months, quota, town = line.pop("valid_months"), line.pop("quota"), line.pop("town")
    return Resource(
        **line,
        town_id=town or None,
        quota=int(quota) if quota else None,
        valid_to=_after(today, int(months)) if months else None,
    )


def _after(day: date, months: int) -> date:
    """The last day of the month so many months later."""
    first = date(day.year + (day.month + months) // 12, (day.month + months) % 12 + 1, 1)
    return date.fromordinal(first.toordinal() - 1)
