"""Block keys and views: under which equal evidence meets, now or as known at any earlier moment."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from server.households.chains import chains_of
from server.households.matching.bundled import newest
from server.households.matching.claims import claimed_keys, may_join, views_of
from server.households.matching.decide import Outcome, decide
from server.households.matching.features import Features, features_of
from server.households.matching.keys import Key
from server.households.words import corrections_of, words_of
from tests.households.matching.pairs import records
from tests.households.say import correct, filing, place, said

NUMBER = "319999195001010011"
SCREENING = filing("a", creates=True, said=said(rep_name="吴阿大", birth="1961-02-03", phone="13912345678"))


def views(*filings, acts=()) -> tuple[Features, ...]:
    (chain,) = chains_of(filings, acts)
    return views_of(chain, acts)


def claimed(*filings, acts=()) -> set[Key]:
    return claimed_keys(views(*filings, acts=acts), newest())


def test_a_correction_adds_keys_and_takes_none() -> None:
    """A number brings its own birth date: without it the one that was said counts, and may again."""
    assert claimed(SCREENING, acts=(correct("a", "id_no", NUMBER),)) > claimed(SCREENING)
    assert ("i", NUMBER) in claimed(SCREENING, acts=(correct("a", "id_no", NUMBER),))


def test_an_edit_adds_keys_and_takes_none() -> None:
    edit = filing("b", deprecated="a", creates=True, said=said(rep_name="吴阿大", id_no=NUMBER, phone="13912345678"))
    assert claimed(SCREENING, edit) >= claimed(SCREENING) | claimed(edit)


def test_visits_claim_nothing() -> None:
    assert claimed(filing("a", said=said(id_no=NUMBER))) == set()


def test_an_ordinary_registration_has_one_view() -> None:
    assert len(views(SCREENING)) == 1


def counting(filings: Sequence, acts: Sequence) -> Features:
    (chain,) = chains_of(filings, acts)
    words, _ = words_of(chain, chain.head, place(), "h", corrections_of(acts))
    return features_of("a", "h", words, 2026)


@given(st.randoms(use_true_random=False))
def test_whatever_counts_is_met_and_no_pair_scores_higher_than_feared(rng) -> None:
    """Edits and corrections in any number: what they leave standing has no key that was not claimed, and joins nobody
    whom the views would not."""
    def some() -> dict:
        facts = {
            "rep_name": ("吴阿大", "吴阿达", ""),
            "id_no": (NUMBER, "319999195001010012", ""),
            "birth": ("1950-01-01", "1961-02-03"),
            "addr": ("公园路100弄12号302室", "东西村12号"),
            "phone": ("13912345678", ""),
            "sex": ("male", ""),
            "members_n": (2, 3),
        }
        return {fact: rng.choice(values) for fact, values in facts.items() if rng.random() < 0.8}

    filings = [filing("a", creates=True, said=said(**some()))]
    if rng.random() < 0.6:
        filings.append(filing("b", deprecated="a", creates=True, said=said(**some())))
    acts = [correct(rng.choice("ab"), fact, value) for fact, value in some().items() if rng.random() < 0.3]
    feared, now = views(*filings, acts=acts), counting(filings, acts)
    assert claimed_keys([now], newest()) <= claimed_keys(feared, newest())
    for other in records(20, rng.randrange(1000)):
        if decide(now, other, newest()).outcome == Outcome.MERGE:
            assert may_join(feared, [other], newest())
