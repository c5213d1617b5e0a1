"""What the forms work out for themselves: check digits, age and sex, doubles, tables, due lists, windows, relevance."""

from datetime import date, timedelta

import pytest

from tests.engine.answers import bad_number, id_number, shanghai_today, stories
from tests.engine.engine import EngineError, Look, Seen, run
from tests.engine.lists import (
    LEAD,
    OTHER_VILLAGE,
    REFERRAL,
    URGENT_LEAD,
    VILLAGE,
    as_csv,
    household,
    households,
    media,
)

TODAY = shanghai_today()
DAY = timedelta(days=1)
START = [("told", "OK"), ("village", VILLAGE), ("rep_name", "王小妹")]


def look(
    xforms: dict[str, str], engine: str, form: str, steps: list[object], *names: str, **lists: str
) -> dict[str, Seen]:
    filled = run(xforms[form], media(TODAY, **lists), [*steps, Look(names)], engine=engine)  # type: ignore[list-item]
    return filled.looks[-1]


def plain(seen: dict[str, Seen]) -> dict[str, str]:
    return {name: one.value for name, one in seen.items()}


@pytest.mark.parametrize(
    ("number", "ok", "sex", "year", "tail"),
    [
        # Domain B.4: invented but valid, public, and one with a wrong check digit; then ours.
        ("310118195001010011", "1", "male", "1950", "0011"),
        ("31022919620315002x", "1", "female", "1962", "002X"),
        ("310118201506300039", "1", "male", "2015", "0039"),
        ("360426199101010071", "1", "male", "1991", "0071"),
        ("120103198806018241", "1", "female", "1988", "8241"),
        ("360426199101010072", "0", "male", "1991", "0072"),
        # 15 digits: the last four are those of the 18-digit form, as the server serves them.
        ("310229500101001", "", "male", "1950", "0016"),
        (id_number("19520304", 2), "1", "female", "1952", id_number("19520304", 2)[-4:]),
        (bad_number("19520304", 2), "0", "female", "1952", bad_number("19520304", 2)[-4:]),
    ],
)
def test_id_numbers(
    xforms: dict[str, str], engine: str, number: str, ok: str, sex: str, year: str, tail: str
) -> None:  # fmt: skip
    """A wrong check digit asks why, and never stops the form."""
    steps = [*START, ("id_type", "resident"), ("id_no", number)]
    names = ("id_ok", "sex", "birth_year", "id_tail4", "id_warn", "id_keep", "sex_q", "birth_q")
    seen = look(xforms, engine, "screening", steps, *names)
    assert plain(seen) | {"id_warn": "", "id_keep": "", "sex_q": "", "birth_q": ""} == {
        "id_ok": ok, "sex": sex, "birth_year": year, "id_tail4": tail,
        "id_warn": "", "id_keep": "", "sex_q": "", "birth_q": "",
    }  # fmt: skip
    assert seen["id_warn"].relevant == seen["id_keep"].relevant == (ok == "0")
    assert not seen["sex_q"].relevant and not seen["birth_q"].relevant


@pytest.mark.parametrize("kind", ["hmt_residence", "foreign_pr"])
def test_other_cards_with_the_same_rule(xforms: dict[str, str], engine: str, kind: str) -> None:
    steps = [*START, ("id_type", kind), ("id_no", "810000199001010019")]
    seen = look(xforms, engine, "screening", steps, "id_ok", "sex_q", "sex")
    assert (seen["id_ok"].value, seen["sex"].value, seen["sex_q"].relevant) == ("1", "male", False)


def test_without_a_number_sex_and_birth_are_asked(xforms: dict[str, str], engine: str) -> None:
    steps = [*START, ("id_type", "none"), ("sex_q", "female"), ("birth_q", "1960-05-06")]
    assert plain(look(xforms, engine, "screening", steps, "sex", "birth_year", "id_tail4")) == {
        "sex": "female", "birth_year": "1960", "id_tail4": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("birth", "on", "age"),
    [
        ("19560229", "2025-02-28", "68"),
        ("19560229", "2025-03-01", "69"),
        ("19520304", "2024-03-03", "71"),
        ("19520304", "2024-03-04", "72"),
    ],
)
def test_age_on_the_day_of_the_visit(xforms: dict[str, str], engine: str, birth: str, on: str, age: str) -> None:
    """Domain B.4: born on 29 February, a birthday is reached on 1 March of a common year."""
    steps = [("visit_on", on), *START, ("id_type", "resident"), ("id_no", id_number(birth, 2))]
    assert look(xforms, engine, "screening", steps, "age")["age"].value == age


def test_a_child_brings_up_the_guardian(xforms: dict[str, str], engine: str) -> None:
    for years, asked in ((13, True), (15, False)):
        born = f"{TODAY.year - years}0101"
        steps = [*START, ("id_type", "resident"), ("id_no", id_number(born, 1))]
        assert look(xforms, engine, "screening", steps, "guardian_told")["guardian_told"].relevant is asked


def test_doubles_are_hinted_offline(xforms: dict[str, str], engine: str) -> None:
    """Name, birth year and last four digits; the form never stops, and keeps which household it meant."""
    steps = [*START, ("id_type", "resident"), ("id_no", id_number("19520304", 2)), ("dup_action", "same")]
    seen = look(xforms, engine, "screening", steps, "dup_n", "dup_of", "dup_same")
    assert (seen["dup_n"].value, seen["dup_of"].value, seen["dup_same"].relevant) == ("1", household(1), True)
    steps = [*START, ("id_type", "resident"), ("id_no", id_number("19530304", 2))]
    other = look(xforms, engine, "screening", steps, "dup_n", "dup_action")
    assert (other["dup_n"].value, other["dup_action"].relevant) == ("0", False)


@pytest.mark.parametrize(
    ("relief", "more", "table"),
    [
        ("no", [("may_qualify", "yes")], "1"),
        ("no", [("may_qualify", "unsure")], "1"),
        ("no", [("may_qualify", "no")], "2"),
        ("applying", [("may_qualify", "yes")], "2"),
        ("refused", [], "2"),
        ("in", [("programme", "dibao")], "3"),
        ("in", [("may_qualify", "no")], "2"),
        ("ended", [("programme", "tekun")], "4"),
    ],
)
def test_the_table_shown(
    xforms: dict[str, str], engine: str, relief: str, more: list[tuple[str, str]], table: str
) -> None:
    """Domain B.5, F-10 and F-17 (applying: 表二 while the switch is off)."""
    seen = look(xforms, engine, "screening", [("in_relief", relief), *more], "table_calc")
    assert seen["table_calc"].value == table


def test_due_first_and_all(xforms: dict[str, str], engine: str) -> None:
    """今天该走: due_from reached; 全部: every household; never the explaining row, not even alone."""
    one, two, three, four = (household(i) for i in range(1, 5))
    assert look(xforms, engine, "visit", [], "hh")["hh"].options == (one, three, four)
    assert look(xforms, engine, "visit", [("scope", "all")], "hh")["hh"].options == (one, two, three, four)
    assert look(xforms, engine, "visit", [("village", OTHER_VILLAGE)], "hh")["hh"].options == (four,)
    alone = as_csv("households", households(TODAY)[-1:])
    for form, steps in (("visit", [("scope", "all")]), ("referral", []), ("lead", [])):
        assert look(xforms, engine, form, steps, "hh", households=alone)["hh"].options == ()


@pytest.mark.parametrize(
    ("who", "on", "steps", "kind"),
    [
        (1, TODAY, [], "regular"),
        (1, TODAY - 11 * DAY, [], "daily"),
        (2, TODAY, [], "daily"),
        (3, TODAY, [], "return"),
        (3, TODAY, [("kind_pick", "daily")], "daily"),
        (3, TODAY, [("kind_pick", "check")], "check"),
        (4, TODAY, [], "urgent"),
        (1, TODAY, [("lead_id", URGENT_LEAD)], "urgent"),
        (1, TODAY, [("lead_id", LEAD)], "regular"),
    ],
)
def test_the_kind_of_visit(
    xforms: dict[str, str], engine: str, who: int, on: date, steps: list[tuple[str, str]], kind: str
) -> None:
    answers: list[object] = [("visit_on", str(on)), ("scope", "all"), ("hh", household(who)), *steps]
    assert look(xforms, engine, "visit", answers, "kind")["kind"].value == kind


def test_return_is_only_for_those_who_left(xforms: dict[str, str], engine: str) -> None:
    for who, offered in ((1, False), (3, True)):
        seen = look(xforms, engine, "visit", [("hh", household(who))], "kind_pick")
        assert ("return" in seen["kind_pick"].options) is offered


def test_only_ticked_parts_open(xforms: dict[str, str], engine: str) -> None:
    parts = {"income": "income_pc", "members": "members_n", "addr": "addr", "phone": "phone", "health": "health",
             "job": "job", "relief": "in_relief"}
    for ticked in (*parts, "none"):
        steps = [("hh", household(1)), ("result", "met_person"), ("changed", ticked)]
        seen = look(xforms, engine, "visit", steps, *parts.values(), "trend", "plan")
        open_now = {part for part, name in parts.items() if seen[name].relevant}
        assert open_now == ({ticked} - {"none"})
        assert seen["trend"].relevant and seen["plan"].relevant


@pytest.mark.parametrize("result", ["not_home", "refused", "hospital", "moved", "dead", "not_found"])
def test_nobody_met_is_quickly_said(xforms: dict[str, str], engine: str, result: str) -> None:
    seen = look(xforms, engine, "visit", [("hh", household(3)), ("result", result)],
                "changed", "trend", "told", "stable_income", "away_note", "died_on", "moved_to", "plan", "next_on")
    assert not any(seen[name].relevant for name in ("changed", "trend", "told", "stable_income"))
    assert seen["away_note"].relevant
    assert seen["died_on"].relevant == (result == "dead") and seen["moved_to"].relevant == (result == "moved")
    assert seen["plan"].relevant == seen["next_on"].relevant == (result not in ("moved", "dead", "not_found"))


def test_told_once(xforms: dict[str, str], engine: str) -> None:
    for who, asked in ((1, False), (2, True)):
        steps = [("scope", "all"), ("hh", household(who)), ("result", "met_person")]
        assert look(xforms, engine, "visit", steps, "told")["told"].relevant is asked


@pytest.mark.parametrize(
    ("left", "on", "income", "settled", "months", "may_close"),
    [
        # Domain F-R: exit 2024-03-15 may close from 2025-03-15, not on 2025-03-14; month ends are clamped.
        ("2024-03-15", "2025-03-14", "stable", "good", "11", False),
        ("2024-03-15", "2025-03-15", "stable", "good", "12", True),
        ("2024-02-29", "2025-02-28", "stable", "good", "12", True),
        ("2024-01-31", "2024-02-29", "stable", "good", "1", False),
        ("2024-03-15", "2025-06-01", "unstable", "good", "14", False),
        ("2024-03-15", "2025-06-01", "stable", "fair", "14", False),
    ],
)
def test_the_three_conditions_for_closing(
    xforms: dict[str, str], engine: str, left: str, on: str, income: str, settled: str, months: str, may_close: bool
) -> None:
    row = {**households(TODAY)[2], "exit_date": left, "due_from": "2024-01-01"}
    steps = [("visit_on", on), ("hh", household(3)), ("result", "met_person"), ("stable_income", income),
             ("integration", settled)]
    names = ("exit_months", "can_close", "close_ready", "close_missing", "close_wants")
    seen = look(xforms, engine, "visit", steps, *names, households=as_csv("households", [row]))
    assert seen["exit_months"].value == months
    assert (seen["can_close"].value == "1") is seen["close_ready"].relevant is may_close
    assert seen["close_missing"].relevant is not may_close
    assert (seen["close_wants"].value == "") is may_close


@pytest.mark.parametrize(
    ("who", "on", "grade", "first", "last"),
    [
        (1, "2024-01-31", "A", "2024-02-01", "2024-02-29"),
        (1, "2024-08-31", "C", "2024-09-01", "2025-02-28"),
        (1, "2024-05-10", "B", "2024-05-11", "2024-08-10"),
        (3, "2024-02-29", "B", "2024-05-29", "2024-08-29"),
        (3, "2024-04-10", "A", "2024-07-10", "2024-10-10"),
    ],
)
def test_the_next_visit_lies_inside_the_window(
    xforms: dict[str, str], engine: str, who: int, on: str, grade: str, first: str, last: str
) -> None:
    row = {**households(TODAY)[who - 1], "due_from": "2024-01-01", "grade": grade}
    lists = media(TODAY, households=as_csv("households", [row]))
    steps = [("visit_on", on), ("hh", household(who)), ("result", "met_person")]
    for day, allowed in ((first, True), (last, True), (str(date.fromisoformat(first) - DAY), False),
                         (str(date.fromisoformat(last) + DAY), False)):
        wrong = run(xforms["visit"], lists, [*steps, ("next_on", day)], engine=engine).violations
        assert any("/next_on" in path for path, *_ in wrong) is not allowed, day


def test_resources_with_a_place_left_that_fit(xforms: dict[str, str], engine: str) -> None:
    def offered(kind: str, need: str) -> tuple[str, ...]:
        steps = [("hh", household(1)), ("need", need), ("kind", kind)]
        return look(xforms, engine, "referral", steps, "resource")["resource"].options

    assert offered("social", "goods") == ("fund", "bridge")
    assert offered("charity", "goods") == ("fund",)
    assert offered("charity", "education") == ()
    assert offered("bridge", "mental") == ("bridge",)


def test_policies_by_kind(xforms: dict[str, str], engine: str) -> None:
    for kind, offered in (("assist", ("dibao", "medical_aid")), ("medical", ("medical_aid",)), ("job", ())):
        seen = look(xforms, engine, "referral", [("hh", household(1)), ("need", "medical"), ("kind", kind)], "policy")
        assert seen["policy"].options == offered


def test_linked_wants_its_day(xforms: dict[str, str], engine: str) -> None:
    for state, wanted in (("suggested", False), ("accepted", False), ("linked", True), ("done", True)):
        filled = run(xforms["referral"], media(TODAY), [("hh", household(1)), ("state", state)], engine=engine)
        assert any(path.endswith("/linked_on") for path, *_ in filled.violations) is wanted


def test_a_lead_needs_no_name_and_no_number(xforms: dict[str, str], engine: str) -> None:
    filled = run(xforms["lead"], media(TODAY), stories("lead", TODAY)["hotline"], engine=engine)
    assert filled.violations == []
    assert "姓名不详" in filled.xml.decode()


def test_a_late_form_says_why_and_an_edit_is_not_late(xforms: dict[str, str], engine: str) -> None:
    early = look(xforms, engine, "visit", [("visit_on", str(TODAY - DAY))], "late_why")
    assert early["late_why"].relevant
    assert not look(xforms, engine, "visit", [], "late_why")["late_why"].relevant


def test_the_harness_is_no_better_than_a_person(xforms: dict[str, str], engine: str) -> None:
    for steps in ([("died_on", "2024-01-01")], [("hh", REFERRAL)], [("nonsense", "1")]):
        with pytest.raises(EngineError):
            run(xforms["visit"], media(TODAY), steps, engine=engine)
