"""Agreement of two people and movement of a distribution: pure rules against their definitions."""

from collections import Counter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from server.desk.drift import LEAST, LITTLE, MUCH, drift_of, index_of
from server.desk.kappa import Kappa, kappa_of

ANSWERS = st.sampled_from(["one", "apart", "unsure"])
PAIRS = st.lists(st.tuples(ANSWERS, ANSWERS), max_size=40)


def slow(pairs: list[tuple[str, str]]) -> float:
    """Cohen's definition, in shares."""
    n = len(pairs)
    observed = sum(a == b for a, b in pairs) / n
    expected = sum(
        sum(a == c for a, _ in pairs) / n * sum(b == c for _, b in pairs) / n for c in {x for p in pairs for x in p}
    )
    return (observed - expected) / (1 - expected)


@given(PAIRS)
def test_kappa_is_cohens(pairs: list[tuple[str, str]]) -> None:
    found = kappa_of(pairs)
    assert (found.of, found.agreed) == (len(pairs), sum(a == b for a, b in pairs))
    if len({x for pair in pairs for x in pair}) < 2:
        assert found.value is None  # nothing was ever told apart
    else:
        assert found.value == pytest.approx(slow(pairs))
        assert -1 <= found.value <= 1


@given(PAIRS)
def test_kappa_does_not_care_who_is_first_what_it_is_called_in_what_order_or_how_often(
    pairs: list[tuple[str, str]],
) -> None:
    found = kappa_of(pairs)
    assert kappa_of((b, a) for a, b in pairs) == found
    assert kappa_of(reversed(pairs)) == found
    called = {"one": 1, "apart": 2, "unsure": 3}
    assert kappa_of((called[a], called[b]) for a, b in pairs) == found
    assert kappa_of(pairs * 3).value == found.value


@given(PAIRS)
def test_kappa_is_one_exactly_where_all_agree(pairs: list[tuple[str, str]]) -> None:
    found = kappa_of(pairs)
    if found.value is not None:
        assert (found.value == 1) == (found.agreed == found.of)
        assert (found.value < 1) == (found.agreed < found.of)


@given(st.dictionaries(ANSWERS, st.integers(1, 4), min_size=2), st.dictionaries(ANSWERS, st.integers(1, 4), min_size=1))
def test_kappa_is_nothing_where_the_two_answer_independently(one: dict[str, int], other: dict[str, int]) -> None:
    pairs = [(a, b) for a, n in one.items() for b, m in other.items() for _ in range(n * m)]
    assert kappa_of(pairs).value == pytest.approx(0)


@given(PAIRS, st.data())
def test_one_more_agreement_never_lowers_how_many_agree(pairs: list[tuple[str, str]], data: st.DataObject) -> None:
    assume(any(a != b for a, b in pairs))
    at = data.draw(st.sampled_from([n for n, (a, b) in enumerate(pairs) if a != b]))
    mended = [*pairs[:at], (pairs[at][0], pairs[at][0]), *pairs[at + 1 :]]
    assert kappa_of(mended).agreed == kappa_of(pairs).agreed + 1


def test_kappa_by_the_book() -> None:
    # The usual textbook table: 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no; 0.7 observed, 0.5 expected.
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    assert kappa_of(pairs) == Kappa(50, 35, pytest.approx(0.4))
    assert kappa_of([]) == Kappa(0, 0, None)


SHARES = st.lists(st.integers(1, 50), min_size=2, max_size=6).map(
    lambda counts: {f"l{n}": count / sum(counts) for n, count in enumerate(counts)}
)


@given(SHARES, SHARES)
def test_the_index_is_nothing_for_equals_and_more_for_others_in_either_direction(
    one: dict[str, float], other: dict[str, float]
) -> None:
    assert index_of(one, one) == 0
    assert index_of(one, other) >= 0
    assert index_of(one, other) == pytest.approx(index_of(other, one))


def test_the_index_by_hand() -> None:
    # (0.3 − 0.5) ln(0.3/0.5) + (0.7 − 0.5) ln(0.7/0.5) = 0.1022 + 0.0673
    assert index_of({"a": 0.5, "b": 0.5}, {"a": 0.3, "b": 0.7}) == pytest.approx(0.1695, abs=1e-4)


@given(st.dictionaries(st.sampled_from("abc"), st.integers(0, 400), min_size=1))
def test_a_sentence_for_every_difference_and_none_from_too_little(counts: dict[str, int]) -> None:
    found = drift_of({"a": 60.0, "b": 30.0, "c": 10.0}, counts)  # percent will do
    assert found.of == sum(counts.values()) and found.said
    if found.of < LEAST:
        assert found.index is None and not found.far and str(found.of) in found.said
    else:
        assert found.index is not None
        words = ["一致" in found.said, "略有不同" in found.said, "明显不同" in found.said]
        assert words == [found.index < LITTLE, LITTLE <= found.index < MUCH, found.index >= MUCH]
        assert found.far == (found.index >= MUCH)


def test_equal_shares_have_not_drifted() -> None:
    assert drift_of({"a": 0.6, "b": 0.4}, Counter("a" * 60 + "b" * 40)).index == pytest.approx(0)
