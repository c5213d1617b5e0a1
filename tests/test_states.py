"""docs/states.md says what the code does."""

import re
from datetime import date
from itertools import product

import pytest

from forms.read import Part
from server.accounts.kinds import Role
from server.accounts.matrix import Thing, Verb, reaches
from server.acts.kinds import ActKind
from server.field.relief import proposals_of
from server.households.kinds import RELIEF_OF, STATUS_OF, ProposalKind, Review, Standing, Status
from server.households.values import Spell
from server.ledgers.rules import table_of
from tests.house import ROOT
from tests.ledgers.samples import household

TEXT = (ROOT / "docs" / "states.md").read_text("utf-8")
DAY = date(2024, 8, 31)
RELIEF = {
    "never": (),
    "in": (Spell("dibao", date(2020, 1, 1)),),
    "ended": (Spell("dibao", date(2020, 1, 1), date(2024, 5, 31)),),
}
ASKED = {"applied": ("no", "applying", "refused", "in", "ended", None), "may_qualify": ("yes", "unsure", "no", None)}


def table(heading: str) -> list[list[str]]:
    """The rows of the first table under a heading."""
    part = TEXT.split(f"## {heading}")[1].split("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def fits(cell: str, value: str | None) -> bool:
    """`*` is anything, codes stand in backticks, – is nothing said, a bare word is itself."""
    if cell == "*":
        return True
    words = re.findall(r"`(\w+)`|(–)|(\w+)", cell)
    return (value or "–") in {"".join(word) for word in words}


@pytest.mark.parametrize("by_switch", [False, True])
def test_every_household_stands_where_the_table_says(by_switch: bool) -> None:
    rows = table("对象类别 × 保障 × 状态 → 表一–四")
    used = set()
    for status, relief, applied, may_qualify in product(Status.values, RELIEF, *ASKED.values()):
        known = {"applied": applied, "may_qualify": may_qualify}
        folded = household(*RELIEF[relief], status=Status(status), **known)
        values = (status, relief, applied, may_qualify)
        row = next(n for n, row in enumerate(rows) if all(map(fits, row[1:5], values)))
        used.add(row)
        expected = rows[row][5].removesuffix(" by switch").split(", ")[-1 if by_switch else 0]
        found = table_of(folded, DAY, applying_in_one=by_switch)
        assert (found.label if found else "–") == expected, values
    assert used == set(range(len(rows))), "a line that never fits says nothing"


@pytest.mark.parametrize("standing", Standing.values)
def test_only_what_counts_is_in_a_table(standing: str) -> None:
    found = table_of(household(standing=Standing(standing)), DAY)
    assert (found is not None) == (standing in (Standing.FULL, Standing.PROVISIONAL))


def test_what_moves_a_household() -> None:
    rows = {row[0].strip("`"): row for row in table("What moves it")}
    assert set(rows) == set(ProposalKind.values)
    for kind in ProposalKind:
        _, label, answers, status, relief = rows[kind]
        assert label == kind.label
        assert status.strip("`") == STATUS_OF.get(kind, "–")
        assert relief == {True: "in", False: "out", None: "–"}[RELIEF_OF.get(kind)]
        said = dict(pair.split("=") for pair in answers.strip("`").split()) if "=" in answers else {}
        assert [found.kind for found in proposals_of(Part(values=said), DAY)] == ([kind] if said else [])


def test_who_may() -> None:
    def who(verb: Verb, thing: Thing) -> set[str]:
        return {role.value for role in Role if reaches(role, verb, thing)}

    rows = [set(re.findall(r"`(\w+)`", row[1])) for row in table("Who may")]
    assert rows == [
        who(Verb.CREATE, Thing.SUBMISSION) - {Role.IN},  # inspections compare, they do not propose
        who(Verb.PROPOSE, Thing.STATE),
        who(Verb.APPROVE, Thing.STATE),
        who(Verb.UPDATE, Thing.ASSIGNMENT),
        who(Verb.APPROVE, Thing.SUBMISSION),
    ]
    assert who(Verb.UPDATE, Thing.SCHEDULE) == who(Verb.UPDATE, Thing.ASSIGNMENT)


def test_the_states_are_all_there() -> None:
    reviews = {row[0].strip("`"): row[1] for row in table("审核: states of one version of a submission")}
    assert reviews == dict(Review.choices)
    standings = {row[0].strip("`"): row[1] for row in table("登记: what the kept reports amount to")}
    assert standings == dict(Standing.choices)
    acts = set(re.findall(r"`(accept|decline|approve|return|void|unvoid)`", TEXT))
    assert acts == {str(kind) for kind in (ActKind.ACCEPT, ActKind.DECLINE, ActKind.APPROVE, ActKind.RETURN,
                                           ActKind.VOID, ActKind.UNVOID)}  # fmt: skip
