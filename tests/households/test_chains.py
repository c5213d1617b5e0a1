"""Versions of one submission, and how they were judged."""

import pytest

from server.acts.kinds import ActKind
from server.acts.values import Decision
from server.households.chains import Chain, chains_of
from server.households.kinds import Review
from server.households.values import Filing
from tests.households.say import act, filing

FIRST, SECOND, THIRD = (
    filing("a"), filing("b", at=1, deprecated="a"), filing("c", at=2, deprecated="b"),
)
APPROVE, RETURN, VOID, UNVOID = ActKind.APPROVE, ActKind.RETURN, ActKind.VOID, ActKind.UNVOID


def only(filings: list[Filing], *acts: Decision) -> Chain:
    (chain,) = chains_of(filings, acts)
    return chain


@pytest.mark.wire("W-57")
def test_edits_follow_what_they_edit_in_any_order_of_arrival() -> None:
    assert [v.instance for v in only([THIRD, FIRST, SECOND]).versions] == ["a", "b", "c"]
    assert [c.key for c in chains_of([SECOND, filing("z")], [])] == ["a", "z"], "the unknown original names its chain"


def test_two_edits_of_one_original_stand_by_writing_then_by_name() -> None:
    late, early = filing("b1", at=5, deprecated="a"), filing("b9", at=4, deprecated="a")
    twin = filing("b0", at=5, deprecated="a")
    assert [v.instance for v in only([late, FIRST, twin, early]).versions] == ["a", "b9", "b0", "b1"]


def test_edits_in_a_ring_end() -> None:
    ring = [filing("a", deprecated="b"), filing("b", deprecated="a")]
    assert only(ring).key == "a"


@pytest.mark.parametrize(("acts", "registry", "closing"), (
    ([], "b", None),
    ([act(APPROVE, "a")], "b", "a"),
    ([act(APPROVE, "a"), act(APPROVE, "b")], "b", "b"),
    ([act(RETURN, "b")], None, None),
    ([act(APPROVE, "a"), act(RETURN, "b")], None, "a"),
    ([act(RETURN, "b", 1), act(APPROVE, "b", 2)], "b", "b"),
    ([act(RETURN, "a")], "b", None),
    ([act(APPROVE, "b"), act(VOID, "a")], None, None),
    ([act(APPROVE, "b"), act(VOID, "a", 1), act(UNVOID, "b", 2)], "b", "b"),
))
def test_which_version_counts(acts: list[Decision], registry: str | None, closing: str | None) -> None:
    chain = only([FIRST, SECOND], *acts)
    assert (chain.effective and chain.effective.instance) == registry
    assert (chain.approved and chain.approved.instance) == closing


def test_a_void_covers_edits_that_come_later_and_originals_that_never_came() -> None:
    void = act(VOID, "a")
    assert only([FIRST, SECOND, THIRD], void).voided
    assert only([SECOND], void).voided
    assert set(only([FIRST, SECOND], void).reviews.values()) == {Review.VOIDED}


def test_an_edit_is_judged_again() -> None:
    chain = only([FIRST, SECOND], act(APPROVE, "a"))
    assert chain.reviews == {"a": Review.APPROVED, "b": Review.RESENT}
