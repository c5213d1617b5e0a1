"""Which ids are one household: decisions first, then opinions as far as the guards hold."""

from itertools import permutations

import pytest

from server.acts.kinds import ActKind
from server.acts.values import Decision
from server.households.matching.bundled import newest
from server.households.matching.cluster import cluster
from server.households.matching.features import Features, features_from
from tests.households.say import act, place

MERGE, APART, UNMERGE, LIFT = ActKind.MERGE, ActKind.CANNOT_LINK, ActKind.UNMERGE, ActKind.LIFT_LINK
ONE, OTHER = "319999195001010011", "31999919500101002X"


SIZE_CAP = newest().size_cap


def screening(entity: str, id_no: str = "", **more: object) -> Features:
    return features_from(f"of-{entity}", entity, {"id_no": id_no, **more}, 2026)


def joined(ids: str, *given: Decision | Features) -> tuple[list[str], list[tuple[str, str, str]]]:
    acts = [one for one in given if isinstance(one, Decision)]
    evidence = [one for one in given if isinstance(one, Features)]
    first = {name: place(n, id=name) for n, name in enumerate(ids)}
    found = {
        (tuple("".join(names) for names in sorted(c.members.values())), tuple((b.a, b.b, b.why) for b in c.blocked))
        for some in permutations(evidence)
        for c in [cluster(ids, acts, some, first, newest(), dict.fromkeys(ids, "310118102201"))]
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


SAME = {"rep_name": "周大", "birth": "1950-01-01", "phone": "13912345678"}


def test_opinions() -> None:
    named = {"rep_name": "周大"}
    assert joined("ab", screening("a", ONE, **named), screening("b", ONE, **named))[0] == ["ab"]
    assert joined("ab", screening("a", **SAME), screening("b", **SAME))[0] == ["ab"]
    other = {"rep_name": "吴大", "birth": "1960-01-01", "phone": "13912345678"}
    assert joined("ab", screening("a", **SAME), screening("b", **other))[0] == ["a", "b"]
    assert joined("ab", screening("a"), screening("b"))[0] == ["a", "b"]


def test_guards_block_opinions_and_make_cases() -> None:
    strong = {**SAME, "addr": "公园路100弄12号302室"}
    apart = act(APART, "a", other="b")
    assert joined("ab", apart, screening("a", ONE, **SAME), screening("b", ONE, **SAME)) == (
        ["a", "b"], [("a", "b", "cannot_link")])
    # different valid numbers: no opinion joins them, whatever else agrees
    assert joined("ab", screening("a", ONE, **strong), screening("b", OTHER, **strong)) == (["a", "b"], [])
    # somebody without a number between two who have one: the stronger link holds
    chain = screening("a", ONE, **strong), screening("b", **strong), screening("c", OTHER, **SAME)
    assert joined("abc", *chain) == (["ab", "c"], [("b", "c", "ids")])


def test_a_chain_whose_ends_contradict_each_other() -> None:
    """b may be either of two people at one door; they are not each other."""
    a = screening("a", rep_name="周大", birth="1950-01-01", addr="公园路100弄12号302室", sex="男")
    b = screening("b", rep_name="周", birth="1950-01-01", addr="公园路100弄12号302室")
    c = screening("c", rep_name="周小红", birth="1950-01-01", addr="公园路100弄12号302室", sex="女")
    households, blocked = joined("abc", a, b, c)
    assert households == ["ab", "c"] and blocked == [("b", "c", "conflict")]


def test_a_registrant_who_is_the_other_sides_member() -> None:
    family = screening("a", ONE, **SAME, addr="公园路100弄12号302室", member=[{"name": "李红", "id_no": OTHER}])
    wife = screening("b", OTHER, rep_name="李红", phone="13912345678", addr="公园路100弄12号302室")
    assert joined("ab", family, wife) == (["ab"], [])


def test_no_opinion_splits_or_is_asked_about_what_people_joined() -> None:
    merged = act(MERGE, "a", other="b")
    assert joined("ab", merged, screening("a", ONE), screening("b", OTHER)) == (["ab"], [])


def test_households_do_not_grow_without_end() -> None:
    ids = "abcdefghij"
    acts = [act(MERGE, "a", n, other=name) for n, name in enumerate(ids[1:SIZE_CAP])]
    assert joined(ids, *acts, screening("a", ONE, **SAME), screening("i", ONE, **SAME)) == (
        ["abcdefgh", "i", "j"], [("a", "i", "size")])
