"""Who spoke without having seen what stood there."""

from typing import Any

import pytest

from server.households.conflicts import seen_clashes
from server.households.fold import hold
from server.households.values import Word
from tests.households.say import hour, place, word


def clashes(*words: Word) -> list[tuple[Any, Any]]:
    return [(c.value, c.against) for c in seen_clashes(words, hold(words))]


def test_a_word_on_top_of_what_its_author_had_not_seen() -> None:
    assert clashes(word("phone", "desk", 1), word("phone", "new", 5, was="old")) == [("new", "desk")]


@pytest.mark.parametrize("later", (
    word("phone", "new", 5, was="desk"),  # had seen it
    word("phone", "desk", 5, was="old"),  # says the same
    word("phone", "new", 5),  # was shown nothing
    word("phone", "new", 5, was="old", corrected=True),
    word("phone", "new", 5, was="old", as_of=place(2, id="z")),  # the row it saw stood above
))
def test_what_is_no_conflict(later: Word) -> None:
    assert clashes(word("phone", "desk", 1), later) == []


def test_a_correction_is_not_swept_away_unseen() -> None:
    seen = place(2, id="z")
    fixed = word("phone", "fixed", 1, corrected=True, corrected_at=hour(3))
    assert clashes(fixed, word("phone", "new", 5, was="as first said", as_of=seen)) == [("new", "fixed")]
    assert clashes(fixed, word("phone", "new", 5, was="fixed", as_of=seen)) == []
    later = word("phone", "fixed", 1, corrected=True, corrected_at=hour(6))
    assert clashes(later, word("phone", "new", 5, was="as first said", as_of=seen)) == [], "new already stood then"


def test_only_the_forerunner_in_place_matters() -> None:
    words = word("phone", "a", 1), word("phone", "b", 2), word("phone", "new", 5, was="b")
    assert clashes(*words) == []
    assert clashes(*words[:2], word("phone", "new", 5, was="a")) == [("new", "b")]
    assert clashes(word("phone", "first", 5, was="old"), word("phone", "later", 9)) == []


def test_another_ids_screening_is_shown_where_they_were_joined() -> None:
    mine = word("phone", "new", 5, was="old")
    assert clashes(word("phone", "theirs", 1, entity="g", creates=True), mine) == []
    assert clashes(word("phone", "theirs", 1, entity="g"), mine) == [("new", "theirs")]
    assert clashes(word("phone", "mine", 1, creates=True), mine) == [("new", "mine")]


def test_ones_own_thread_is_enough() -> None:
    own, theirs = word("phone", "old", 1), word("phone", "theirs", 2, entity="g")
    assert clashes(own, theirs, word("phone", "new", 5, was="old")) == []


def test_keyed_and_ruled_facts_have_their_own_ways() -> None:
    assert clashes(word("village", "a", 1), word("village", "b", 5, was="c")) == []
