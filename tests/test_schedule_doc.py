"""Every vector of docs/schedule.md, run."""

import re
from datetime import date

import pytest

from server.households.kinds import Grade
from server.visits.closing import WANTED
from server.visits.kinds import FREQUENCY, Closing
from server.visits.rules import Contacted, Graded, Window, regular_window, return_window
from server.visits.schedule import DEFAULT_GRADE
from tests.house import ROOT

TEXT = (ROOT / "docs" / "schedule.md").read_text("utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in TEXT.splitlines() if line.startswith("| ")]
ROWS = [row for row in ROWS if set(row) != {"---"}]
REGULAR = [row for row in ROWS if len(row) == 5 and row[0] != "grades set, from"]
RETURN = [row for row in ROWS if len(row) == 6 and row[0] != "exit on"]


def contacts(cell: str) -> list[Contacted]:
    settled = "settled" in cell
    return [Contacted(date.fromisoformat(day), True, None, settled, settled) for day in re.findall(r"[\d-]{10}", cell)]


def days(window: Window) -> list[str]:
    return [str(window.due_from), str(window.due_to)]


def test_there_are_vectors() -> None:
    assert len(REGULAR) == 20 and len(RETURN) == 8


@pytest.mark.parametrize("row", REGULAR, ids=lambda row: f"{row[0]} / {row[1]}")
def test_regular(row: list[str]) -> None:
    told = re.findall(r"([ABC]) ([\d-]{10})(?: filed ([\d-]{10}))?", row[0])
    acts = [Graded(date.fromisoformat(filed or day), date.fromisoformat(day), grade) for grade, day, filed in told]
    seen = contacts(row[1])
    assert days(regular_window(seen[0].on, seen, acts, DEFAULT_GRADE)) == row[2:4]


@pytest.mark.parametrize("row", RETURN, ids=lambda row: f"{row[0]} / {row[1]}")
def test_return(row: list[str]) -> None:
    window = return_window(date.fromisoformat(row[0]), contacts(row[1]))
    assert [*days(window), str(window.closable_from or "–")] == row[2:5]


def test_the_conditions_of_closing() -> None:
    rows = {row[0].strip("`"): row for row in ROWS if len(row) == 3 and row[0].strip("`") in Closing.values}
    assert {code: row[1] for code, row in rows.items()} == dict(Closing.choices)
    for kind, (_, wanted) in WANTED.items():
        assert f"found `{wanted}`" in rows[kind][2]


def test_the_table_of_grades() -> None:
    found = {row[0]: (row[1], int(row[2])) for row in ROWS if len(row) == 3 and row[0] in Grade.values}
    assert found == {grade.value: (grade.label, FREQUENCY[grade]) for grade in Grade}
    assert f"Until a 街镇 has set a grade, {DEFAULT_GRADE.label} holds" in TEXT
