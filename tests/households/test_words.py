"""From answers to statements: echoes, corrections, edits, blanks."""

from datetime import date, timedelta
from typing import Any

import pytest

from server.acts.values import Decision
from server.households.chains import chains_of
from server.households.values import MISSING, UNKNOWN, Clash, Filing, Said, Word
from server.households.words import corrections_of, same, words_of
from tests.households.say import DAY, correct, filing, place, said


def words(*filings: Filing, acts: tuple[Decision, ...] = ()) -> tuple[list[Word], list[Clash]]:
    (chain,) = chains_of(filings, acts)
    return words_of(chain, chain.head, place(), "h", corrections_of(acts))


def values(*filings: Filing, acts: tuple[Decision, ...] = ()) -> dict[str, Any]:
    return {word.fact: word.value for word in words(*filings, acts=acts)[0]}


@pytest.mark.parametrize(("one", "other", "are_same"), (
    (None, "", True), (None, MISSING, True), (" 甲 ", "甲", True), (["a", "b"], ["b", "a"], True),
    (1200, "1200", True), (1200.0, 1200, True), (1200.5, "1200.5", True),
    (12345.67, 12345.68, False), (1234567, 1234568, False), (0, "", False), (UNKNOWN, "", False), ("甲", "乙", False),
))
def test_what_is_the_same_answer(one: Any, other: Any, are_same: bool) -> None:
    assert same(one, other) is are_same


def test_an_echo_says_nothing() -> None:
    one = filing("a", said=said(phone=("1", "1"), addr=("南街", "东街"), plan="甲"))
    assert values(one) == {"addr": "南街", "plan": "甲"}


def test_emptied_is_a_word_and_shown_empty_is_none() -> None:
    assert values(filing("a", said=said(phone=("", "1"), addr=("", ""), plan=(UNKNOWN, "")))) == {
        "phone": "", "plan": UNKNOWN}


def test_a_correction_always_states() -> None:
    one = filing("a", said=said(phone=("1", "1")))
    acts = (correct("a", "phone", "1"), correct("a", "addr", "东街"))
    assert values(one, acts=acts) == {"phone": "1", "addr": "东街"}
    assert values(one, acts=(correct("a", "phone", "2", at=5), correct("a", "phone", "3", at=4))) == {"phone": "2"}


def test_a_correction_stands_through_edits_that_repeat_the_answer() -> None:
    one = filing("a", said=said(phone="1", addr="x"))
    edit = filing("b", deprecated="a", said=said(phone=" 1", addr="y"))
    assert values(one, edit, acts=(correct("a", "phone", "2"),)) == {"phone": "2", "addr": "y"}


def test_an_edit_of_a_corrected_answer_stands_and_is_a_conflict() -> None:
    one, edit = filing("a", said=said(phone="1")), filing("b", deprecated="a", said=said(phone="3"))
    found, clashes = words(one, edit, acts=(correct("a", "phone", "2"),))
    assert [(w.value, w.corrected) for w in found] == [("3", False)]
    assert [(c.kind, c.value, c.against) for c in clashes] == [("edit", "3", "2")]
    settled = (correct("a", "phone", "2"), correct("b", "phone", "2"))
    assert words(one, edit, acts=settled)[1] == []


def test_an_edit_that_came_to_the_same_is_none() -> None:
    one, edit = filing("a", said=said(phone="1")), filing("b", deprecated="a", said=said(phone="2"))
    assert words(one, edit, acts=(correct("a", "phone", "2"),))[1] == []


def test_an_edit_back_to_what_was_shown_takes_the_word_back() -> None:
    one, edit = filing("a", said=said(phone=("1", "0"))), filing("b", deprecated="a", said=said(phone=("0", "0")))
    assert values(one, edit) == {}


TOMORROW, YESTERDAY = DAY + timedelta(days=1), DAY - timedelta(days=1)


@pytest.mark.parametrize(("fact", "asked", "since"), (
    ("phone", None, DAY), ("phone", YESTERDAY, YESTERDAY), ("phone", TOMORROW, DAY), ("member", TOMORROW, DAY),
    ("village", TOMORROW, DAY), ("relief", TOMORROW, TOMORROW), ("relief", None, DAY),
))
def test_since_when(fact: str, asked: date | None, since: date) -> None:
    """Nothing is true ahead of its filing, except relief, which is served as dates."""
    (found,), _ = words(filing("a", said=(Said(fact, "x", since=asked),)))
    assert found.since == since
