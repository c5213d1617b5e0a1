"""What falls due for a household, from everything known of it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from server.acts.values import Asked, Decision
from server.households.kinds import Outcome, Standing, Status
from server.households.values import Spell
from server.visits.kinds import FREQUENCY, DueKind
from server.visits.schedule import exit_of, frequency_of, plan, readmitted_on
from tests.visits.states import noon, state, urgent, visit

D = date.fromisoformat
IN = Spell("dibao", D("2023-06-01"))
OUT = Spell("dibao", D("2023-06-01"), D("2024-03-15"))


def test_a_screening_counts_as_the_first_visit() -> None:
    """Screened on 20 February and no grade set: due in the second quarter, 关注."""
    found = plan(state([visit(D("2024-02-20"))]))
    assert (found.window.kind, found.window.due_from, found.window.due_to) == (
        DueKind.REGULAR, D("2024-04-01"), D("2024-06-30"),
    )  # fmt: skip
    assert found.last_on == D("2024-02-20")


def test_in_relief_goes_by_grade() -> None:
    found = plan(state([visit(D("2024-02-20"))], spells=[IN], grades=[(D("2024-02-21"), "A")]))
    assert (found.window.kind, found.window.due_to) == (DueKind.REGULAR, D("2024-03-31"))


def test_after_an_exit_return_visits() -> None:
    """Exit on 15 March, seen on 10 April: 10 July to 10 October. The grade does not matter meanwhile."""
    found = plan(state([visit(D("2024-02-20")), visit(D("2024-04-10"))], spells=[OUT], grades=[(D("2024-02-21"), "A")]))
    assert (found.window.kind, found.window.due_from, found.window.due_to, found.exit_on) == (
        DueKind.RETURN, D("2024-07-10"), D("2024-10-10"), D("2024-03-15"),
    )  # fmt: skip


def test_the_order_of_arrival_does_not_matter() -> None:
    visits = [visit(D("2024-08-31")), visit(D("2024-04-10")), visit(D("2024-02-20"))]
    assert plan(state(visits, spells=[OUT])) == plan(state(visits[::-1], spells=[OUT]))


def test_leaving_one_of_two_programmes_is_no_exit() -> None:
    two = state([visit(D("2024-02-20"))], spells=[OUT, Spell("zhongcan", D("2023-06-01"))])
    assert exit_of(two) is None
    assert plan(two).window.kind == DueKind.REGULAR


def test_the_last_exit_counts() -> None:
    two = state(spells=[OUT, Spell("zhichu", None, D("2024-05-31"))])
    assert exit_of(two) == D("2024-05-31")


def test_readmission_ends_the_return_plan_and_a_later_exit_opens_a_new_one() -> None:
    again = Spell("dibao", D("2024-09-01"))
    visits = [visit(D("2024-02-20")), visit(D("2024-04-10"))]
    back = plan(state(visits, spells=[OUT, again]))
    # April's visit would make July to September the next quarter; it is due from the re-admission on.
    assert (back.window.kind, back.window.due_to, back.exit_on) == (DueKind.REGULAR, D("2024-09-30"), None)
    left = plan(state(visits, spells=[OUT, Spell("dibao", D("2024-09-01"), D("2025-01-31"))]))
    assert (left.window.due_from, left.window.due_to) == (D("2025-02-01"), D("2025-02-28"))


@pytest.mark.parametrize(
    ("spells", "expected"),
    [
        ([IN], None),
        ([OUT], None),
        ([OUT, Spell("tekun", D("2024-03-15"))], None),  # from one programme into another on the same day: no gap
        ([OUT, Spell("tekun", D("2024-03-01"))], None),
        ([OUT, Spell("tekun", D("2024-03-16"))], D("2024-03-16")),
        ([OUT, Spell("tekun", None)], None),
        ([OUT, Spell("tekun", D("2024-06-01")), Spell("zhongcan", D("2024-07-01"))], D("2024-06-01")),
    ],
)
def test_when_relief_began_again(spells: list[Spell], expected: date | None) -> None:
    assert readmitted_on(state(spells=spells)) == expected


@pytest.mark.parametrize("status", [Status.MOVED, Status.DEAD, Status.NOT_FOUND, Status.CLOSED])
def test_nothing_is_due_once_care_has_ended(status: Status) -> None:
    found = plan(state([visit(D("2024-02-20"))], spells=[OUT], status=status, status_since=D("2024-05-01")))
    assert (found.window.kind, found.window.due_to) == (DueKind.NONE, None)
    assert found.exit_on == D("2024-03-15")


@pytest.mark.parametrize("standing", [Standing.SHELL, Standing.VOID])
def test_nothing_is_due_where_nothing_counts(standing: Standing) -> None:
    assert plan(state(standing=standing)).window.kind == DueKind.NONE


def test_a_household_whose_registration_is_still_on_its_way_is_due() -> None:
    assert plan(state([visit(D("2024-02-20"))], standing=Standing.PROVISIONAL)).window.kind == DueKind.REGULAR


def test_taken_back_into_care_nobody_is_late() -> None:
    found = plan(state([visit(D("2022-02-20"))], status_since=D("2024-05-10")))
    assert (found.window.due_from, found.window.due_to) == (D("2024-05-10"), D("2024-06-30"))


def test_closing_is_proposed_by_a_visit_after_a_year() -> None:
    good = {"stable_income": "stable", "integration": "good"}
    visits = [visit(D("2024-04-10")), visit(D("2025-03-15"), extra=good)]
    assert plan(state(visits, spells=[OUT])).window.closable_from == D("2025-03-15")
    so_so = {"stable_income": "stable", "integration": "fair"}
    assert plan(state([visits[0], visit(D("2025-03-15"), extra=so_so)], spells=[OUT])).window.closable_from is None


# An urgent lead on 4 March; somebody must be there by the 5th.
@pytest.mark.parametrize(
    ("visits", "is_urgent"),
    [
        ([], True),
        ([visit(D("2024-03-03"))], True),  # before it
        ([visit(D("2024-03-04"))], False),
        ([visit(D("2024-03-09"))], False),  # late is late, but answered
        ([visit(D("2024-03-04"), Outcome.NOT_HOME)], True),
        ([visit(D("2024-03-04"), Outcome.REFUSED)], True),
        ([visit(D("2024-03-04"), Outcome.HOSPITAL)], False),  # nobody met, but known where he is
    ],
)
def test_an_emergency_comes_first(visits: list, is_urgent: bool) -> None:
    found = plan(state(visits, opened=D("2024-02-20"), spells=[OUT], requests=[urgent(D("2024-03-04"))]))
    assert (found.window.kind == DueKind.URGENT) is is_urgent
    if is_urgent:
        assert (found.window.due_from, found.window.due_to) == (D("2024-03-04"), D("2024-03-05"))


def test_a_visit_of_the_same_morning_is_no_answer() -> None:
    """The lead of noon cannot have been answered at nine, whatever day the calendar shows."""
    morning = visit(D("2024-03-04"))
    early = replace(morning, seen_at=noon(D("2024-03-04")) - timedelta(hours=3))
    asked = {"opened": D("2024-02-20"), "requests": [urgent(D("2024-03-04"))]}
    assert plan(state([early], **asked)).window.kind == DueKind.URGENT
    assert plan(state([morning], **asked)).window.kind != DueKind.URGENT


def test_who_is_asked_to_look_has_been_there_after_he_was_asked() -> None:
    """派单核实: what a registration of the same morning said was known when the reviewer asked."""
    day = D("2024-03-04")
    ask = Asked(day, D("2024-03-11"), noon(day) + timedelta(hours=1), "act")
    before, after = visit(day), replace(visit(day), received=noon(day) + timedelta(hours=2))
    assert plan(replace(state([before]), asked=(ask,))).asked_to == ask.to
    assert plan(replace(state([before, after]), asked=(ask,))).asked_to is None
    assert plan(replace(state([before, visit(day, Outcome.NOT_HOME)]), asked=(ask,))).asked_to == ask.to
    checked = replace(after, contact=replace(after.contact, kind="check"))
    assert plan(replace(state([before, checked]), asked=(ask,))).asked_to == ask.to, "督查 is no answer"


def test_a_plain_lead_is_no_emergency() -> None:
    asked = state([visit(D("2024-02-20"))], requests=[urgent(D("2024-03-04"), said_urgent=False)])
    assert plan(asked).window.kind == DueKind.REGULAR


@pytest.mark.parametrize("text", ["", "2024-13-01", "明天", "2024-05-10T00:00:00.000+08:00"])
def test_a_day_that_is_none_is_no_promise(text: str) -> None:
    """A phone may send anything; it must not stop the schedule."""
    found = plan(state([visit(D("2024-02-20"), extra={"next_on": text})]))
    assert found.window.due_to == D("2024-06-30")


def test_tries_and_visits_are_told_apart() -> None:
    found = plan(state([visit(D("2024-02-20")), visit(D("2024-04-02"), Outcome.NOT_HOME), visit(D("2024-04-01"))]))
    assert (found.last_on, found.tried_on) == (D("2024-04-01"), D("2024-04-02"))


def frequency(at: str, **months: object) -> Decision:
    return Decision(id=f"act-{at}", kind="frequency", subject="house", at=noon(D(at)), value={"months": months})


def test_the_district_edits_the_table() -> None:
    assert frequency_of([]) == FREQUENCY
    acts = [frequency("2024-05-01", B=2), frequency("2024-01-01", A=2, B=6)]
    assert frequency_of(acts) == {"A": 1, "B": 2, "C": 6}, "the last act alone, over the default"
    assert frequency_of([frequency("2024-05-01", A=5, C=12)]) == {"A": 1, "B": 3, "C": 12}, "five months fill no year"
