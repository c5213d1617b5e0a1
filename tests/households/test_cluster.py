"""Which ids are one household: decisions first, then opinions as far as the guards hold."""

from itertools import permutations

import pytest

from server.acts.kinds import ActKind
from server.acts.values import Decision
from server.households.matching.cluster import SIZE_CAP, cluster
from server.households.matching.exact_features import Features
from tests.households.say import act, place

MERGE, APART, UNMERGE, LIFT = ActKind.MERGE, ActKind.CANNOT_LINK, ActKind.UNMERGE, ActKind.LIFT_LINK
ONE, OTHER = "319999195001010011", "31999919500101002X"


def screening(entity: str, id_no: str = "", **more: object) -> Features:
    return Features(f"of-{entity}", entity, id_no=id_no, **more)  # type: ignore[arg-type]


def joined(ids: str, *given: Decision | Features) -> tuple[list[str], list[tuple[str, str, str]]]:
    acts = [one for one in given if isinstance(one, Decision)]
    evidence = [one for one in given if isinstance(one, Features)]
    first = {name: place(n, id=name) for n, name in enumerate(ids)}
    found = {
        (tuple("".join(names) for names in sorted(c.members.values())), tuple((b.a, b.b, b.why) for b in c.blocked))
        for some in permutations(evidence)
        for c in [cluster(ids, acts, some, first)]
    }
    ((members, blocked),) = found  # whatever the order of the evidence
    return [*members], [*blocked]


def test_merges() -> None:
    assert joined("abc", act(MERGE, "a", other="b")) == (["ab", "c"], [])
    assert joined("cab", act(MERGE, "a", other="b"), act(MERGE, "b", other="c"))[0] == ["cab"], "first place first"


@pytest.mark.parametrize(("acts", "households"), (
    ([act(MERGE, "a", 1, other="b"), act(APART, "b", 2, other="a")], ["a", "b"]),
    ([act(APART, "a", 1, other="b"), act(MERGE, "b", 2, other="a")], ["ab"]),
    ([act(MERGE, "a", 1, other="b", id="m"), act(UNMERGE, "a", 2, other="m")], ["a", "b"]),
    # what stood before it stands again
    ([act(APART, "a", 1, other="b"), act(MERGE, "a", 2, other="b", id="m"), act(UNMERGE, "a", 3, other="m")],
     ["a", "b"]),
    ([act(MERGE, "a", 1, other="b"), act(MERGE, "a", 2, other="b", id="m"), act(UNMERGE, "a", 3, other="m")], ["ab"]),
    ([act(MERGE, "a", 1, other="b"), act(APART, "a", 2, other="b", id="x"), act(LIFT, "a", 3, other="x")], ["ab"]),
))
def test_the_last_decision_on_a_pair(acts: list[Decision], households: list[str]) -> None:
    assert joined("ab", *acts)[0] == households


def test_a_cannot_link_binds_through_others_and_the_later_merge_goes_first() -> None:
    acts = act(APART, "a", 0, other="c"), act(MERGE, "a", 1, other="b"), act(MERGE, "b", 2, other="c")
    assert joined("abc", *acts) == (["a", "bc"], [("a", "b", "cannot_link")])


def test_opinions() -> None:
    assert joined("ab", screening("a", ONE), screening("b", ONE))[0] == ["ab"]
    same = {"name": "周大", "birth": "1950-01-01"}
    assert joined("ab", screening("a", phones=("1", "2"), **same), screening("b", phones=("2",), **same))[0] == ["ab"]
    assert joined("ab", screening("a", phones=("1",), **same), screening("b", phones=("2",), **same))[0] == ["a", "b"]
    assert joined("ab", screening("a"), screening("b"))[0] == ["a", "b"]


def test_guards_block_opinions_and_make_cases() -> None:
    same = {"name": "周大", "birth": "1950-01-01", "phones": ("1",)}
    assert joined("ab", screening("a", ONE, **same), screening("b", OTHER, **same)) == (["a", "b"], [("a", "b", "ids")])
    apart = act(APART, "a", other="b")
    assert joined("ab", apart, screening("a", ONE), screening("b", ONE)) == (["a", "b"], [("a", "b", "cannot_link")])
    # a chain whose ends contradict each other: the stronger link holds
    chain = screening("a", ONE), screening("b", ONE, **same), screening("c", OTHER, **same)
    assert joined("abc", *chain) == (["ab", "c"], [("b", "c", "ids")])


def test_no_opinion_splits_or_is_asked_about_what_people_joined() -> None:
    merged = act(MERGE, "a", other="b")
    assert joined("ab", merged, screening("a", ONE), screening("b", OTHER)) == (["ab"], [])


def test_households_do_not_grow_without_end() -> None:
    ids = "abcdefghij"
    acts = [act(MERGE, "a", n, other=name) for n, name in enumerate(ids[1:SIZE_CAP])]
    assert joined(ids, *acts, screening("a", ONE), screening("i", ONE)) == (
        ["abcdefgh", "i", "j"], [("a", "i", "size")])
