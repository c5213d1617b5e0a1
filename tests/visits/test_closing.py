"""Under which conditions a return plan may end: every one by itself, to the day."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import permutations
from typing import Any

import pytest

from server.households.kinds import Outcome, Review
from server.households.values import Contact, Spell, Visited, Word
from server.visits.closing import conditions, unmet
from server.visits.kinds import Closing
from server.visits.schedule import plan
from tests.visits.states import state, visit

D = date.fromisoformat
OUT = Spell("dibao", D("2020-01-01"), D("2024-03-15"), closed_by="uuid:exit")


def seen(
    day: str, income: str | None = None, integration: str | None = None, *, kind: str = "return",
    outcome: Outcome = Outcome.MET_PERSON,
) -> Visited:
    """A visit with what it found."""
    extra = {"stable_income": income, "integration": integration}
    made = visit(D(day), outcome, {name: text for name, text in extra.items() if text})
    return replace(made, contact=Contact(outcome, kind, extra=made.contact.extra))


def words(visits: Sequence[Visited]) -> list[Word]:
    """What these visits said, as statements."""
    return [
        Word(fact, "", value, v.on, v.place, v.instance, "h1", False, Review.PENDING)
        for v in visits for fact, value in v.contact.extra.items()
    ]  # fmt: skip


def held(visits: Sequence[Visited], day: str, spells: Sequence[Spell] = (OUT,)) -> list[str]:
    found = conditions(state(visits, spells=spells).folded, visits, words(visits), D(day))
    return [str(one.kind) for one in found if one.holds]


# Exit on 2024-03-15; the year is up on 2025-03-15, that day included (一年以上).
@pytest.mark.parametrize(
    ("visits", "day", "holds"),
    [
        ([], "2025-03-14", []),
        ([], "2025-03-15", ["year"]),
        ([seen("2025-03-15", "stable", "good")], "2025-03-15", ["year", "income", "integration"]),
        ([seen("2025-03-15", "unstable", "good")], "2025-03-15", ["year", "integration"]),
        ([seen("2025-03-15", "none", "fair")], "2025-03-15", ["year"]),
        ([seen("2025-03-15", "stable", "poor")], "2026-01-01", ["year", "income"]),
        ([seen("2024-06-20", "stable", "good")], "2024-06-21", ["income", "integration"]),  # so far
        ([seen("2024-06-20", "stable", "good")], "2025-06-21", ["year"]),  # from before the year was up: ask again
        ([seen("2025-06-20", "stable", "good"), seen("2025-07-01", "unstable", "good")], "2025-07-02",
         ["year", "integration"]),  # the latest
        ([seen("2025-06-20", "stable", "good"), seen("2025-07-01")], "2025-07-02",
         ["year", "income", "integration"]),  # a visit that did not ask takes nothing back
        ([seen("2025-06-20", "stable", "good", outcome=Outcome.NOT_HOME)], "2025-07-02", ["year"]),
        ([seen("2025-06-20", "stable", "good", kind="check")], "2025-07-02", ["year"]),  # 督查 proves nothing
        ([seen("2025-06-20", "stable", "good"), seen("2025-07-01", "none", "poor", kind="check")], "2025-07-02",
         ["year", "income", "integration"]),  # and takes nothing back
        ([seen("2024-03-15", "stable", "good")], "2024-03-16", []),  # on the day of the exit: not after it
    ],
)  # fmt: skip
def test_what_holds(visits: list[Visited], day: str, holds: list[str]) -> None:
    assert held(visits, day) == holds


def test_each_names_its_source_and_day() -> None:
    visits = [seen("2025-06-20", "unstable", "good")]
    year, income, integration = conditions(state(visits, spells=[OUT]).folded, visits, words(visits), D("2025-07-01"))
    assert (year.kind, year.on, year.instance) == (Closing.YEAR, D("2024-03-15"), "uuid:exit")
    assert (income.value, income.on, income.instance) == ("unstable", D("2025-06-20"), visits[0].instance)
    assert (integration.value, integration.holds) == ("good", True)
    assert unmet([year, income, integration]) == ["income"]


def test_the_last_of_several_exits_counts() -> None:
    later = Spell("tekun", D("2024-01-01"), D("2025-01-31"), closed_by="act")
    visits = [seen("2025-06-20", "stable", "good")]
    (year, *_) = conditions(state(visits, spells=[OUT, later]).folded, visits, words(visits), D("2025-07-01"))
    assert (year.holds, year.on, year.instance) == (False, D("2025-01-31"), "act")


def test_in_relief_nothing_holds_and_without_relief_nothing_is_asked() -> None:
    visits = [seen("2025-06-20", "stable", "good")]
    assert held(visits, "2026-07-01", [OUT, Spell("tekun", D("2025-01-01"))]) == []
    assert len(conditions(state(visits, spells=[Spell("tekun", None)]).folded, visits, [], D("2026-07-01"))) == 3
    assert conditions(state(visits).folded, visits, words(visits), D("2026-07-01")) == ()


def test_the_order_of_reading_does_not_matter() -> None:
    visits = [seen("2025-06-20", "stable", "good"), seen("2025-07-01", "unstable"), seen("2025-08-01", None, "fair")]
    folded = state(visits, spells=[OUT]).folded
    found: list[Any] = [
        conditions(folded, some, words(some)[::-1], D("2025-09-01")) for some in permutations(visits)
    ]
    assert all(one == found[0] for one in found)


@pytest.mark.parametrize("day", ["2025-03-14", "2025-03-15", "2025-06-20", "2025-09-01"])
def test_it_is_what_the_schedule_proposes(day: str) -> None:
    """All conditions hold on a day exactly when the plan may be proposed for closing by then."""
    some = [seen("2024-09-01", "stable", "good"), seen("2025-03-15", "stable", "good"), seen("2025-06-20"),
            seen("2025-07-01", "unstable", "good"), seen("2025-08-01", "stable", "good")]  # fmt: skip
    for n in range(len(some) + 1):
        visits = [one for one in some[:n] if one.on <= D(day)]
        from_day = plan(state(visits, spells=[OUT], opened=D("2024-01-01"))).window.closable_from
        assert (len(held(visits, day)) == 3) == (from_day is not None and from_day <= D(day))
