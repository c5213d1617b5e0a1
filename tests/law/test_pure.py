"""Any set of kept rows, derived by the programme and by the naive implementation: the same households."""

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.households.component import read_component
from tests.law import mutants, mutants_standing
from tests.law.compare import derived, disagreement
from tests.law.soup import DAYS, soup

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


PURE = [*mutants.PURE, *mutants_standing.PURE]


@pytest.mark.parametrize("mutant", PURE, ids=[mutant.__name__ for mutant in PURE])
def test_a_broken_rule_is_found(mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each mutant breaks one sentence of the law; among a few hundred sets of rows one must tell."""
    mutant(monkeypatch)
    assert any(disagreement(*soup(Random(seed)), DAYS) for seed in range(1000)), "nobody noticed"
