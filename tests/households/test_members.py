"""Members: who is the same person."""

from typing import Any

from server.households.members import members_of
from server.households.values import Member
from tests.households.say import word

ONE, OTHER = "319999195001010011", "31999919500101002X"


def after(*said: dict[str, Any]) -> list[Member]:
    return [*members_of(word("member", value, at, key=str(at)) for at, value in enumerate(said))]


def names(*said: dict[str, Any]) -> list[tuple[str | None, str | None]]:
    return [(member.name, member.id_no) for member in after(*said)]


def test_by_number_however_it_is_written() -> None:
    lower = OTHER.lower()
    assert names({"name": "周大", "id_no": OTHER}, {"name": "周达", "id_no": lower}) == [("周达", lower)]


def test_by_name_and_birth() -> None:
    assert len(after({"name": "周大", "birth": "1950-01-01"}, {"name": "周大", "birth": "1950-01-01"})) == 1
    assert len(after({"name": "周大", "birth": "1950-01-01"}, {"name": "周大", "birth": "1951-01-01"})) == 2
    assert len(after({"name": "周大", "birth": "1950"}, {"name": "周大", "birth": "1950-01-01"})) == 1, "a year agrees"
    assert len(after({"name": "周大"}, {"name": "周大", "birth": "1950-01-01"})) == 1


def test_two_valid_numbers_are_two_people() -> None:
    assert len(after({"name": "周大", "id_no": ONE}, {"name": "周大", "id_no": OTHER})) == 2


def test_a_number_speaks_before_a_name() -> None:
    same_name, numbered = {"name": "周大"}, {"name": "周大", "id_no": ONE, "relation": "child"}
    namesake = {"name": "周大", "birth": "1990", "id_no": OTHER}
    two = after(numbered, namesake, {"name": "周大", "id_no": OTHER, "tags": ["x"]})
    assert [(m.id_no, m.tags) for m in two] == [(ONE, ()), (OTHER, ("x",))]
    assert len(after(same_name, numbered)) == 1


def test_left_and_come_back() -> None:
    came = {"name": "周大", "birth": "1950"}
    assert after(came, {"name": "周大", "change": "left"}) == []
    assert len(after(came, {"name": "周大", "change": "left"}, came)) == 1
    assert after({"name": "周大", "change": "left"}) == []


def test_corrected_under_the_old_name_and_blanks_say_nothing() -> None:
    (member,) = after({"name": "周大", "relation": "child", "tags": ["a"]},
                      {"old_name": "周大", "name": "周达", "relation": "", "change": "corrected"})
    assert (member.name, member.relation, member.tags) == ("周达", "child", ("a",))
    assert after({"tags": []}, {}) == []
