"""The fold: per fact the highest place; relief as spells; village, status and grade by decision."""

from datetime import date

import pytest

from server.acts.kinds import ActKind
from server.acts.values import Decision
from server.households.fold import grades_of, hold, spells_of, status_of
from server.households.kinds import ProposalKind, Status
from server.households.values import Spell, Word, relief_key
from tests.households.say import act, word

MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)


def test_the_highest_place_wins_and_not_the_latest_since() -> None:
    words = [word("phone", "new", 5, since=MARCH), word("phone", "old", 1, since=APRIL)]
    assert hold(words)["phone"].value == "new"
    assert hold(reversed(words))["phone"].value == "new"


def test_as_of_a_day() -> None:
    words = [word("phone", "march", 1, since=MARCH), word("phone", "april", 5, since=APRIL)]
    assert [hold(words, day)["phone"].value for day in (MARCH, date(2026, 3, 31), APRIL)] == ["march", "march", "april"]
    assert hold(words, date(2026, 2, 1)) == {}


def test_what_is_proved_beats_what_is_said_later_and_has_no_day() -> None:
    words = [word("id_no", "proved", 1, since=MAY, verified=True), word("id_no", "said", 5, since=MARCH)]
    assert hold(words, MARCH)["id_no"].value == "proved"
    again = [*words, word("id_no", "proved again", 6, since=MAY, verified=True)]
    assert hold(again, MARCH)["id_no"].value == "proved again"


def relief(enters: bool, since: date, at: float, programme: str = "dibao", **more: str) -> Word:
    key = relief_key(programme, enters)
    return word("relief", {"in": enters, **more}, at, since=since, key=key)


def accept(kind: ProposalKind, since: date | None, at: float = 100) -> Decision:
    return act(ActKind.ACCEPT, "h", at, since=since, value={"proposal": str(kind), "programme": "dibao"})


@pytest.mark.parametrize(("words", "acts", "spells"), (
    ([relief(True, MARCH, 1)], [], [(MARCH, None)]),
    ([relief(True, MARCH, 1), relief(False, APRIL, 1)], [], [(MARCH, APRIL)]),
    ([relief(False, APRIL, 1), relief(True, MARCH, 9)], [], [(MARCH, APRIL)]),  # by since, not by place
    ([relief(True, MARCH, 1), relief(True, APRIL, 2)], [], [(MARCH, None)]),  # in while in
    ([relief(False, MARCH, 1)], [], [(None, MARCH)]),
    ([relief(False, MARCH, 1), relief(False, APRIL, 2)], [], [(None, MARCH)]),  # out while out
    ([relief(True, MARCH, 1), relief(False, APRIL, 2), relief(True, MAY, 3)], [], [(MARCH, APRIL), (MAY, None)]),
    ([relief(True, MARCH, 1)], [accept(ProposalKind.EXIT, APRIL)], [(MARCH, APRIL)]),
    ([], [accept(ProposalKind.ADMIT, None)], [(date(2026, 3, 13), None)]),  # from the day it was decided
    ([], [accept(ProposalKind.MOVED, MARCH)], []),
))
def test_spells(words: list[Word], acts: list[Decision], spells: list[tuple]) -> None:
    assert [(s.start, s.end) for s in spells_of(words, acts)] == spells


def test_spells_of_two_programmes_do_not_mix_and_a_day_cuts_them() -> None:
    words = [relief(True, MARCH, 1), relief(True, APRIL, 1, "tekun", precision="month"), relief(False, MAY, 2)]
    assert spells_of(words, []) == (Spell("dibao", MARCH, MAY), Spell("tekun", APRIL, None, "month"))
    assert spells_of(words, [], date(2026, 4, 30)) == (Spell("dibao", MARCH), Spell("tekun", APRIL, None, "month"))


def test_the_last_decision_about_the_status() -> None:
    moved, back = accept(ProposalKind.MOVED, MARCH, 1), accept(ProposalKind.REOPEN, APRIL, 2)
    assert status_of([]) == (Status.ACTIVE, None)
    assert status_of([back, moved]) == (Status.ACTIVE, APRIL)
    assert status_of([back, moved], MARCH) == (Status.MOVED, MARCH)


def test_grades_in_the_order_of_their_days() -> None:
    acts = [act(ActKind.GRADE, "h", at, since=since, value={"grade": grade})
            for grade, since, at in (("A", APRIL, 1), ("B", MARCH, 2), ("C", None, 3))]
    assert [(since, grade) for since, _, grade in grades_of(acts)] == [
        (MARCH, "B"), (date(2026, 3, 9), "C"), (APRIL, "A")]
    assert [grade for _, _, grade in grades_of(acts, date(2026, 3, 31))] == ["B", "C"]
