"""What the screen of suspected duplicates stands on: marks, masks, order, shares, what is asked."""

from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.acts.kinds import ActKind
from server.acts.values import Decision
from server.desk.differences import MOST_SHOWN, Marked, marked, marked_masked
from server.desk.wilson import share_of
from server.households.asked import asked_of
from server.households.mask import mask_id
from server.households.stake import Weighed, order, sure_of

HAN = st.text("张章三丰王李公园路弄号室0123456789X", max_size=24)
NUMBER = st.text("0123456789", min_size=17, max_size=18)


def whole(pieces: Marked) -> str:
    return "".join(piece.text for piece in pieces)


@given(HAN, HAN)
def test_pieces_put_together_are_the_texts(one: str, other: str) -> None:
    left, right = marked(one, other)
    assert (whole(left), whole(right)) == (one, other)
    same = ["".join(p.text for p in side if not p.differs) for side in (left, right)]
    assert same[0] == same[1]


@given(NUMBER, NUMBER)
def test_of_a_number_no_digit_is_shown_that_is_the_same_on_both_sides(one: str, other: str) -> None:
    for side, text in zip(marked_masked("id_no", one, other), (one, other), strict=True):
        shown, hidden = whole(side), mask_id(text)
        assert len(shown) == len(text)
        flags = [piece.differs for piece in side for _ in piece.text]
        assert all(s == h or differs for s, h, differs in zip(shown, hidden, flags, strict=True))
        if sum(flags) > MOST_SHOWN:
            assert shown == hidden
    for side, text in zip(marked_masked("id_no", one, other, shows=False), (one, other), strict=True):
        assert whole(side) == mask_id(text)


def test_one_wrong_digit_in_the_middle_is_shown() -> None:
    left, right = marked_masked("id_no", "319999194812120017", "319999194912120017")
    assert whole(left) == "319999***8****0017" and whole(right) == "319999***9****0017"
    assert [piece.text for piece in left if piece.differs] == ["8"]
    assert marked_masked("id_no", "", "319999194812120017")[0] == ()


WEIGHED = st.builds(
    Weighed, st.tuples(st.booleans(), st.booleans()), st.tuples(st.sampled_from([None, 1, 4]), st.none()),
    st.floats(-10, 40), st.dates(date(2024, 1, 1), date(2026, 12, 31)),
    st.tuples(st.text("ab", min_size=1), st.just("z")),
)


@given(st.lists(WEIGHED, max_size=8))
def test_benefit_then_closeness_then_age(cases: list[Weighed]) -> None:
    ordered = sorted(cases, key=lambda case: order(case, 8, -2))
    for before, after in pairwise(ordered):
        assert sum(before.in_relief) >= sum(after.in_relief)
        if before.in_relief == after.in_relief and before.tables == after.tables:
            near = [min(abs(c.bits - 8), abs(c.bits + 2)) for c in (before, after)]
            assert near[0] <= near[1] + 1e-5
            if before.bits == after.bits:
                assert before.since <= after.since


def test_a_score_in_words() -> None:
    assert [sure_of(bits) for bits in (18.5, 5, 0, -9)] == [
        "几乎肯定是同一户", "很可能是同一户", "拿不准", "不太像同一户"]  # fmt: skip


@given(st.integers(0, 400), st.integers(0, 400))
def test_an_interval_holds_its_share(hits: int, more: int) -> None:
    found = share_of(hits, hits + more)
    if not hits + more:
        assert found.share is None
    else:
        assert found.low is not None and found.share is not None and found.high is not None
        assert 0 <= found.low <= found.share <= found.high <= 1


def test_wilson_by_the_book() -> None:
    found = share_of(8, 10)  # Wilson 1927; Newcombe 1998: 0.4902 to 0.9433
    assert (found.low, found.high) == (pytest.approx(0.4902, abs=1e-4), pytest.approx(0.9433, abs=1e-4))
    with pytest.raises(ValueError):
        share_of(3, 2)


def at(minute: int) -> datetime:
    return datetime(2026, 11, 23, 4, minute, tzinfo=UTC)


ASK = Decision("1", ActKind.ASK, "a", at(1), "b", value={"of": ["a"], "to": "2026-11-30"})


def test_what_is_asked_ends_by_a_word_or_a_ruling() -> None:
    assert [(one.on, one.to) for one in asked_of([ASK], ["a"])] == [(date(2026, 11, 23), date(2026, 11, 30))]
    assert asked_of([ASK], ["b"]) == ()  # the other side was not asked
    assert asked_of([ASK, Decision("2", ActKind.UNASK, "a", at(2), "b", value={"act": "1"})], ["a"]) == ()
    merge = Decision("3", ActKind.MERGE, "b", at(3), "a")
    assert asked_of([ASK, merge], ["a"]) == ()
    assert len(asked_of([ASK, merge, Decision("4", ActKind.UNMERGE, "b", at(4), "3")], ["a"])) == 1
