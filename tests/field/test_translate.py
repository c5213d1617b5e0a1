"""What each answer becomes: a statement, an echo's evidence, a contact, a proposal, or nothing."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from server.field.names import NO_HOUSEHOLD_ID
from server.field.translate import CannotTranslate, translate
from server.field.words import HEARD_FROM_WORDS, MOVED_TO_WORDS, OTHERS_LEFT_WORDS, TOWN_WORDS
from server.households.idno import check_digit
from server.households.kinds import Outcome, ProposalKind
from server.households.values import MISSING, Filing, Place, Said
from tests.field.say import HOUSE_A, ORIGIN, SENT, says
from xlsforms.src.choices import CHOICES

SHANGHAI = ZoneInfo("Asia/Shanghai")
NUMBER = "31999919500101001" + check_digit("31999919500101001")


def said(filing: Filing, fact: str) -> Said | None:
    return next((s for s in filing.said if s.fact == fact), None)


def test_a_screening_creates_a_household_and_counts_as_a_contact() -> None:
    answers = says("screening", {"rep_name": " 张 阿福 ", "village": "310118102201", "told": "OK"}, create=True)
    name, filing = translate(answers, ORIGIN)
    assert (name, filing.entity, filing.creates) == ("households", HOUSE_A, True)
    assert said(filing, "rep_name") == Said("rep_name", "张阿福")
    assert said(filing, "village") == Said("village", "310118102201")
    assert filing.contact is not None and filing.contact.reached


def test_a_number_that_holds_tells_sex_and_birth() -> None:
    answers = says("screening", {"id_type": "resident", "id_no": NUMBER.lower(), "sex_q": "female"}, create=True)
    _, filing = translate(answers, ORIGIN)
    assert said(filing, "id_no") == Said("id_no", NUMBER, verified=True)
    assert said(filing, "birth") == Said("birth", "1950-01-01", verified=True)
    assert said(filing, "sex") == Said("sex", "male", verified=True)


def test_a_number_that_does_not_hold_is_kept_and_proves_nothing() -> None:
    wrong = NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "1")
    answers = says("screening", {"id_type": "resident", "id_no": wrong, "birth_q": "1950-01-02"}, create=True)
    _, filing = translate(answers, ORIGIN)
    assert said(filing, "id_no") == Said("id_no", wrong)
    assert said(filing, "birth") == Said("birth", "1950-01-02")


@pytest.mark.parametrize("dot", "•・･‧∙⋅．·")
def test_every_dot_in_a_minority_name_is_one_dot(dot: str) -> None:
    _, filing = translate(says("screening", {"rep_name": f"阿依{dot}古丽"}, create=True), ORIGIN)
    assert said(filing, "rep_name") == Said("rep_name", "阿依\u00b7古丽")


def test_what_was_shown_travels_beside_the_answer() -> None:
    shown = {"phone": "13900000001", "was_phone": "=13900000000", "plan": "", "was_plan": "=每月探望"}
    _, filing = translate(says("visit", {**shown, "result": "met_person"}), ORIGIN)
    assert said(filing, "phone") == Said("phone", "13900000001", was="13900000000")
    assert said(filing, "plan") == Said("plan", None, was="每月探望"), "shown and cleared: empty now"


def test_a_blank_beside_which_nothing_was_shown_says_nothing() -> None:
    _, filing = translate(says("visit", {"phone": "", "was_phone": "", "needs": ""}), ORIGIN)
    assert said(filing, "phone") is None
    assert said(filing, "needs") is None


def test_nothing_shown_is_not_the_same_as_shown_empty() -> None:
    _, filing = translate(says("visit", {"phone": "1", "was_phone": ""}), ORIGIN)
    found = said(filing, "phone")
    assert found is not None and found.was is MISSING
    _, filing = translate(says("visit", {"phone": "1", "was_phone": "="}), ORIGIN)
    found = said(filing, "phone")
    assert found is not None and found.was == ""


def test_as_of_is_read_and_nonsense_is_none() -> None:
    place = Place(SENT, SENT, 2, "uuid:zero")
    _, filing = translate(says("visit", {"as_of": f"={place.text()}"}), ORIGIN)
    assert filing.as_of == place
    _, filing = translate(says("visit", {"as_of": "=1.2.three.x"}), ORIGIN)
    assert filing.as_of is None


def test_the_observed_day_is_the_forms_and_its_moment_the_phones() -> None:
    same = translate(says("visit", {"visit_on": "2024-08-03"}), ORIGIN)[1]
    earlier = translate(says("visit", {"visit_on": "2024-07-30"}), ORIGIN)[1]
    assert same.observed == SENT
    assert earlier.observed.astimezone(SHANGHAI).isoformat() == "2024-07-30T12:00:00+08:00"
    assert earlier.written > earlier.observed


@pytest.mark.parametrize("clock", ["", "noon", "0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-12:00"])
def test_a_clock_that_makes_no_sense_falls_back_to_the_receipt(clock: str) -> None:
    _, filing = translate(says("visit", {"start": clock, "end": clock}), ORIGIN)
    assert filing.observed == ORIGIN.received


def test_a_registration_states_relief_a_visit_proposes_it() -> None:
    ended = {"in_relief": "ended", "programme": "dibao", "admit_on": "2023-01-01", "end_on": "2024-07-31"}
    _, filing = translate(says("screening", ended, create=True), ORIGIN)
    relief = [s for s in filing.said if s.fact == "relief"]
    assert [(s.key, s.value["in"], s.since) for s in relief] == [
        ("dibao", True, date(2023, 1, 1)),
        ("dibao:out", False, date(2024, 7, 31)),
    ]
    _, filing = translate(says("visit", {**ended, "result": "met_person"}), ORIGIN)
    assert not [s for s in filing.said if s.fact in ("relief", "applied")]
    assert [(p.kind, p.on, p.programme) for p in filing.proposed] == [
        (ProposalKind.ADMIT, date(2023, 1, 1), "dibao"),
        (ProposalKind.EXIT, date(2024, 7, 31), "dibao"),
    ]


@pytest.mark.parametrize(
    ("seen", "proposed"),
    [
        ({"seen_table": "3"}, [ProposalKind.EXIT]),  # the admission is known
        ({"seen_table": "4", "seen_exit": "2024-07-31"}, [ProposalKind.EXIT]),  # all of it is
        ({"seen_table": "4", "seen_exit": "2022-05-01"}, [ProposalKind.READMIT, ProposalKind.EXIT]),
    ],
)
def test_an_admission_is_proposed_with_an_exit_where_it_was_not_shown(
    seen: dict[str, str], proposed: list[ProposalKind]
) -> None:
    ended = {"in_relief": "ended", "programme": "dibao", "admit_on": "2023-01-01", "end_on": "2024-07-31"}
    _, filing = translate(says("visit", {**ended, **seen, "result": "met_person"}), ORIGIN)
    assert [p.kind for p in filing.proposed] == proposed


@pytest.mark.parametrize(
    ("answers", "kind", "on"),
    [
        ({"result": "moved", "moved_on": "2024-08-01"}, ProposalKind.MOVED, date(2024, 8, 1)),
        ({"result": "dead", "died_on": "2024-07-20"}, ProposalKind.DEAD, date(2024, 7, 20)),
        ({"result": "not_found"}, ProposalKind.NOT_FOUND, date(2024, 8, 3)),
        ({"result": "met_person", "suggest_close": "yes"}, ProposalKind.CLOSE, date(2024, 8, 3)),
    ],
)
def test_what_a_visit_may_only_propose(answers: dict[str, str], kind: ProposalKind, on: date) -> None:
    _, filing = translate(says("visit", answers), ORIGIN)
    assert [(p.kind, p.on) for p in filing.proposed] == [(kind, on)]


def test_overlaid_policies_of_an_ended_relief_held_before_its_end() -> None:
    told = {"in_relief": "ended", "programme": "dibao", "end_on": "2024-07-31", "overlay": "rent", "plan": "回访"}
    _, filing = translate(says("visit", told), ORIGIN)
    overlay, plan = said(filing, "overlay"), said(filing, "plan")
    assert overlay is not None and overlay.since == date(2024, 7, 30)
    assert plan is not None and plan.since is None
    _, filing = translate(says("visit", {**told, "in_relief": "in", "end_on": ""}), ORIGIN)
    overlay = said(filing, "overlay")
    assert overlay is not None and overlay.since is None


def test_what_was_heard_about_people_who_left_is_said_in_words() -> None:
    gone = {"result": "moved", "moved_to": "other_town", "moved_town": "310118103", "moved_text": "东街",
            "others_left": "no", "heard_from": "neighbour"}  # fmt: skip
    _, filing = translate(says("visit", gone), ORIGIN)
    assert filing.proposed[0].detail == "本区其他街镇，练塘镇，东街，家里没有其他人了，听邻居说"


@pytest.mark.parametrize(
    ("words", "choices"),
    [
        (TOWN_WORDS, "towns"), (MOVED_TO_WORDS, "moved_to"), (OTHERS_LEFT_WORDS, "yes_no_unsure"),
        (HEARD_FROM_WORDS, "heard_from"),
    ],
)  # fmt: skip
def test_every_choice_has_its_word(words: dict[str, str], choices: str) -> None:
    assert list(words) == list(CHOICES[choices])


def test_members_join_leave_and_are_corrected() -> None:
    rows = [
        {"m_what": "left", "m_old_name": "李四", "m_left_why": "moved", "m_since": "2024-07-01"},
        {"m_what": "corrected", "m_old_name": "王无", "m_name": "王五"},
        {},
    ]
    _, filing = translate(says("visit", {}, repeats={"member_change": rows}), ORIGIN)
    members = [s for s in filing.said if s.fact == "member"]
    assert [(m.key, m.value["change"], m.since) for m in members] == [
        ("1", "left", date(2024, 7, 1)),
        ("2", "corrected", None),
    ]


def test_a_visit_names_the_lead_it_answers_and_a_lead_its_household() -> None:
    assert translate(says("visit", {"lead_id": "L1"}), ORIGIN)[1].closes == "L1"
    name, lead = translate(says("lead", {"hh": HOUSE_A, "urgent": "yes"}, entity="L1", create=True), ORIGIN)
    assert (name, lead.entity, lead.about) == ("leads", "L1", HOUSE_A)


def test_refusals_say_why() -> None:
    with pytest.raises(CannotTranslate, match="说明行"):
        translate(says("visit", {}, entity=NO_HOUSEHOLD_ID), ORIGIN)
    with pytest.raises(CannotTranslate, match="哪一户"):
        translate(says("visit", {}, entity=""), ORIGIN)
    with pytest.raises(CannotTranslate, match="走访结果"):
        translate(says("visit", {"result": "teleported"}), ORIGIN)


def test_outcomes_of_form_and_server_are_the_same_words() -> None:
    for outcome in Outcome:
        _, filing = translate(says("visit", {"result": str(outcome)}), ORIGIN)
        assert filing.contact is not None and filing.contact.outcome == outcome
