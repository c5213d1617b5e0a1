"""The real 村居 of the district, where the invented households live."""

import csv
from pathlib import Path

PLACES = Path(__file__).parents[2] / "areas" / "data" / "qingpu.csv"


def qingpu() -> list[tuple[str, str]]:
    """(村居, 街镇) in the order of their codes."""
    with PLACES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    towns = {row["code"]: row["name"] for row in rows if row["kind"] == "town"}
    return [(row["name"], towns[row["parent"]]) for row in rows if row["kind"] == "village"]
