"""Who wins: places."""

import pytest

from server.acts.kinds import ActKind
from server.households.chains import chains_of
from server.households.places import places_of
from server.households.values import Filing, Place
from tests.households.say import act, filing, hour, place


def places(*filings: Filing, acts: tuple = ()) -> dict[str, Place]:
    return places_of(chains_of(filings, acts), acts)


@pytest.mark.parametrize(("seen", "published", "received", "stands"), (
    (2, 0, 9, 2),  # as observed
    (2, 3, 9, 3),  # not before the form was there
    (7, 0, 5, 5),  # a clock running ahead ends at the receipt
    (2, 8, 5, 5),  # the receipt is the stronger limit
))
def test_the_instant(seen: float, published: float, received: float, stands: float) -> None:
    found = places(filing("a", at=seen, got=received, published=hour(published)))
    assert found["a"] == Place(hour(stands), hour(seen), 0, "a")


@pytest.mark.wire("W-74")
def test_a_branch_stands_in_its_own_order_whatever_the_clock_said() -> None:
    first = filing("z", at=8, got=20, branch="x", base=3, trunk=3)
    second = filing("a", at=2, got=20, branch="x", base=4, trunk=3)
    found = places(second, first)
    assert found["a"] == Place(hour(8), hour(8), 1, "a") > found["z"]
    assert places(first, filing("a", at=2, got=20, branch="y", base=4, trunk=3))["a"].instant == hour(2)


@pytest.mark.wire("W-74")
def test_above_the_base_also_where_that_came_later_than_oneself() -> None:
    base = filing("z", at=8, got=20, branch="x", base=3, trunk=3)
    early = filing("a", at=2, got=5, branch="x", base=4, trunk=3)
    assert places(base, early)["a"].instant == hour(8), "stronger than the cap at the receipt"


def test_an_update_without_a_trunk_stands_above_the_create() -> None:
    create = filing("z", at=8, creates=True)
    assert places(create, filing("a", at=2, got=9, base=1, branch="x"))["a"] == Place(hour(8), hour(8), 1, "a")
    assert places(create, filing("a", at=2, got=9, base=1, branch="x", trunk=1))["a"].instant == hour(2)


def test_nobody_stands_below_what_he_saw_nor_is_lifted_above_his_receipt() -> None:
    assert places(filing("a", at=2, got=9, as_of=place(7, id="q")))["a"] == Place(hour(7), hour(7), 1, "a")
    lifted = places(filing("a", at=2, got=9, as_of=place(12, id="q")))["a"]
    assert lifted == Place(hour(9), hour(9), 1, "a")


def test_an_edit_stands_where_its_original_stands() -> None:
    original, edit = filing("a", at=2), filing("b", at=50, deprecated="a")
    assert places(original, edit) == {"a": Place(hour(2), hour(2), 0, "a")}
    assert places(edit) == {"a": Place(hour(50), hour(50), 0, "b")}, "until the original comes, the first known one"


@pytest.mark.parametrize("named", ("a", "b"))
def test_a_clock_is_mended_for_the_whole_chain(named: str) -> None:
    mended = act(ActKind.CLOCK, named, value={"observed": hour(1).isoformat()})
    found = places(filing("a", at=5), filing("b", at=6, deprecated="a"), acts=(mended,))
    assert found["a"].instant == hour(1)
    assert places(filing("b", at=6, deprecated="a"), acts=(mended,))["a"].instant == hour(1)


def test_a_void_submission_lends_its_place_to_its_branch() -> None:
    void = act(ActKind.VOID, "z")
    found = places(
        filing("z", at=8, got=20, branch="x", base=1), filing("a", at=2, got=20, branch="x", base=2), acts=(void,)
    )
    assert found["a"].instant == hour(8)


def test_a_place_as_text() -> None:
    one = Place(hour(1), hour(2), 3, "uuid:a.b")
    assert Place.parse(one.text()) == one
    assert [Place.parse(text) for text in ("", "x", "1.2.3", "1.2.x.a", "9" * 40 + ".1.0.a")] == [None] * 5
