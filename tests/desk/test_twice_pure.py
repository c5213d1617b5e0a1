"""Who is asked twice, and what becomes of two answers: pure rules."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.acts.kinds import ActKind
from server.acts.values import Decision
from server.households import twice
from server.households.twice import Stage, View, is_asked_twice, twice_of, view_of

START = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _all(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    if "sample" not in request.node.name:
        monkeypatch.setattr(twice, "ONE_IN", 1)


def said(number: int, kind: ActKind, by: int, other: str = "b", subject: str = "a", **value: Any) -> Decision:
    return Decision(str(number), kind, subject, START + timedelta(minutes=number), other, by=by, value=value)


def ruled(number: int, answer: str, by: int = 1, **value: Any) -> Decision:
    kind = ActKind.CANNOT_LINK if answer == "apart" else ActKind.MERGE
    return said(number, kind, by, bits=3.0, answer=answer, **value)


def word(number: int, answer: str, by: int = 2, of: str = "second", first: str = "1") -> Decision:
    return said(number, ActKind.AUDIT, by, of=of, first=first, answer=answer)


def stage(*decisions: Decision) -> Stage | None:
    found = twice_of(decisions)
    return found[0].stage if found else None


def test_the_sample_is_a_twentieth_and_the_same_for_ever() -> None:
    pairs = [(f"{n:04d}", f"{n * 7919:08d}") for n in range(20_000)]
    asked = [pair for pair in pairs if is_asked_twice(*pair)]
    assert 900 <= len(asked) <= 1100
    assert all(is_asked_twice(b, a) for a, b in asked)
    assert asked[:3] == [pair for pair in pairs if is_asked_twice(*pair)][:3]


def test_two_answers() -> None:
    assert stage(ruled(1, "same")) == Stage.WAITING
    assert stage(ruled(1, "same"), word(2, "new_head")) == Stage.AGREED
    assert stage(ruled(1, "apart"), word(2, "apart")) == Stage.AGREED
    assert stage(ruled(1, "same"), word(2, "unsure")) == Stage.UNSURE
    assert stage(ruled(1, "same"), word(2, "apart")) == Stage.DISPUTED
    assert stage(ruled(1, "same"), word(2, "apart"), word(3, "same", 9, "final")) == Stage.SETTLED
    assert stage(ruled(1, "same"), word(2, "apart"), ruled(3, "apart", 9, final=True),
                 word(4, "apart", 9, "final")) == Stage.SETTLED


def test_a_word_taken_back_is_none() -> None:
    assert stage(ruled(1, "same"), word(2, "apart"), word(3, "")) == Stage.WAITING
    assert stage(ruled(1, "same"), word(2, "apart"), word(3, "same", 9, "final"), word(4, "", 9, "final")) == (
        Stage.DISPUTED)
    undone = said(2, ActKind.UNMERGE, 1, "1")
    assert stage(ruled(1, "same"), undone) is None
    assert stage(ruled(1, "same"), undone, ruled(3, "apart", 5)) == Stage.WAITING


def test_what_others_have_ruled_since_is_past() -> None:
    parted = said(2, ActKind.UNMERGE, 7, "1")
    assert stage(ruled(1, "same"), parted) == Stage.PAST
    assert stage(ruled(1, "same"), word(2, "apart"), said(3, ActKind.CANNOT_LINK, 7)) == Stage.PAST
    assert stage(ruled(1, "same"), word(2, "same"), parted) == Stage.AGREED  # both have answered


def test_who_answered_first_is_no_second_and_the_earliest_second_counts() -> None:
    assert stage(ruled(1, "same"), word(2, "apart", by=1)) == Stage.WAITING
    (one,) = twice_of([ruled(1, "same"), word(2, "apart", 2), word(3, "same", 3)])
    assert one.second is not None and one.second.by == 2
    (one,) = twice_of([ruled(1, "same"), word(2, "apart", 2), word(3, "same", 3), word(4, "same", 2)])
    assert one.second is not None and (one.second.by, one.stage) == (3, Stage.AGREED)


def test_what_nobody_was_shown_is_no_first_answer() -> None:
    assert stage(said(1, ActKind.MERGE, 1, answer="same")) is None
    assert stage(ruled(1, "same", final=True)) is None
    assert stage(said(1, ActKind.CANNOT_LINK, 1)) is None


WORDS = st.one_of(
    st.builds(ruled, st.integers(1, 9), st.sampled_from(["same", "new_head", "apart"]), st.integers(1, 3)),
    st.builds(word, st.integers(10, 30), st.sampled_from(["same", "apart", "unsure", ""]), st.integers(1, 3),
              st.sampled_from(["second", "final"]), st.integers(1, 9).map(str)),
    st.builds(said, st.integers(31, 40), st.just(ActKind.UNMERGE), st.integers(1, 3), st.integers(1, 9).map(str)),
)


@given(st.lists(WORDS, max_size=10, unique_by=lambda d: d.id), st.randoms())
def test_the_order_of_reading_does_not_matter(decisions: list[Decision], chance: Any) -> None:
    mixed = list(decisions)
    chance.shuffle(mixed)
    found = twice_of(decisions)
    assert twice_of(mixed) == found
    for one in found:
        assert one.second is None or one.second.by != one.first.by
        if one.stage == Stage.DISPUTED:
            assert one.second is not None and {view_of(one.first), view_of(one.second)} == {View.ONE, View.APART}
