"""Any set of kept rows, derived by the programme and by the naive implementation: the same households."""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.acts.values import Decision
from server.households.chains import review_alone
from server.households.component import read_component
from server.households.kinds import Review
from server.households.standing import standing_of
from server.households.values import Filing
from tests.law import mutants, mutants_standing
from tests.law.compare import derived, difference, disagreement
from tests.law.naive import Told
from tests.law.naive_leads import Help
from tests.law.soup import DAYS, FAR, HERE, IDS, NEAR, START, filing, soup
from tests.law.two_runs import concern, dropped

# Shrinking matters more than speed here: a difference of two rows can be read, one of twenty cannot.
LAW = settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


@LAW
@given(st.randoms(use_true_random=False))
def test_any_rows_amount_to_what_the_naive_implementation_says(rng: Random) -> None:
    filings, decisions = soup(rng)
    difference = disagreement(filings, decisions, DAYS)
    assert not difference, difference


@LAW
@given(st.randoms(use_true_random=False), st.randoms(use_true_random=False))
def test_the_order_in_which_rows_are_read_means_nothing(rng: Random, shuffled: Random) -> None:
    filings, decisions = soup(rng)
    first = derived(read_component((), filings, decisions))
    shuffled.shuffle(filings)
    shuffled.shuffle(decisions)
    assert derived(read_component((), filings, decisions)) == first


def after_all(number: int = 0) -> datetime:
    return START + timedelta(days=30, minutes=number)


@LAW
@given(st.randoms(use_true_random=False))
def test_what_is_assigned_later_takes_standing_from_nothing_and_gives_it_to_nothing(rng: Random) -> None:
    """A household handed over, joined across villages or parted again loses no word, and no claim about it wins."""
    filings, decisions = soup(rng)
    moved = []
    for number, village in enumerate((FAR, NEAR)):
        merge = f"later{number}"
        moved += [
            Decision(merge, "merge", "h1", after_all(number), "h3", value={"village": village}),
            *(Decision(f"{merge}{name}", "assign", name, after_all(number), merge, value={"village": village})
              for name in ("h1", "h3")),
            Decision(f"plain{number}", "assign", rng.choice(IDS), after_all(number), value={"village": village}),
        ]
    moved.append(Decision("undo", "unmerge", "h1", after_all(5), "later0"))
    assert standing_of(filings, decisions).waiting == standing_of(filings, decisions + moved).waiting


@LAW
@given(st.randoms(use_true_random=False))
def test_an_unmerge_restores_all(rng: Random) -> None:
    filings, decisions = soup(rng)
    before = read_component((), filings, decisions)
    taken_back = [
        Decision("later", "merge", "h1", after_all(), "h2", value={"village": FAR}),
        *(Decision(f"l{name}", "assign", name, after_all(), "later", value={"village": FAR}) for name in ("h1", "h2")),
        Decision("undo", "unmerge", "h1", after_all(1), "later"),
    ]
    after = read_component(before.clusters.members, filings, decisions + taken_back)
    assert derived(after) == derived(read_component(before.clusters.members, filings, decisions))


@LAW
@given(st.randoms(use_true_random=False))
def test_home_is_heard_and_one_approval_lets_in(rng: Random) -> None:
    """Who answers for a household's home counts at once, whatever his clock; a word from elsewhere counts once somebody
    who may decide there has approved it, and until it is sent back, and no other word moves with it. What is void stays
    so until that is lifted."""
    filings, decisions = soup(rng)
    counting = standing_of(filings, decisions)
    late = replace(filing(rng, "z-late", ["i0"]), received=after_all(), deprecated="")
    for name in {word.entity for word in filings}:
        if home := counting.homes.home(name):
            word = replace(late, entity=name, answers=(home,))
            assert standing_of([*filings, word], decisions).waiting == counting.waiting
    for word in filings:
        place = counting.homes.stands_at(word.entity)
        if word.instance in counting.waiting and place:
            approval = Decision("later", "approve", word.instance, after_all(), value={"for": [place]})
            is_void = review_alone(word, decisions) == Review.VOIDED
            let_in = frozenset() if is_void else {word.instance}
            assert standing_of(filings, [*decisions, approval]).waiting == counting.waiting - let_in
            sent_back = Decision("latest", "return", word.instance, after_all() + timedelta(days=1))
            assert standing_of(filings, [*decisions, approval, sent_back]).waiting == counting.waiting


def parted(filings: list[Filing], decisions: list[Decision], village: str) -> str:
    """Where what a village is shown of these rows differs from what it is shown of those that concern it alone."""
    told = Told(filings, decisions)
    about = concern(Help(told, [], []), village)
    gone = dropped(about, told.decisions)
    own = [word for word in filings if word.instance not in about.gone]
    with_all = derived(read_component((), filings, decisions))
    with_its_own = derived(read_component((), own, [act for act in decisions if act.id not in gone]))
    one, other = (
        {name: house for name, house in houses.items() if house["village"] == village}
        for houses in (with_all, with_its_own)
    )
    return difference(one, other)


@LAW
@given(st.randoms(use_true_random=False), st.sampled_from((HERE, NEAR, FAR)))
def test_nobody_gains_by_claiming(rng: Random, village: str) -> None:
    """Two runs: without what others said of others, and without what waits, a village is shown the same."""
    wrong = parted(*soup(rng), village)
    assert not wrong, wrong


PURE = [*mutants.PURE, *mutants_standing.PURE]


@pytest.mark.parametrize("mutant", PURE, ids=[mutant.__name__ for mutant in PURE])
def test_a_broken_rule_is_found(mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each mutant breaks one sentence of the law; among a few hundred sets of rows one must tell."""
    mutant(monkeypatch)
    assert any(disagreement(*soup(Random(seed)), DAYS) for seed in range(1000)), "nobody noticed"
