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


def test_the_same_said_twice_joins_nobody_else() -> None:
    """Two versions that have not found each other yet stand as two screenings: no more than one may join with."""
    told = {"birth": "1950-01-01", "addr": "东街1号", "phone": "13912345678", "rep_name": "周小妹"}
    one = views(filing("a", creates=True, said=said(**told, id_no=NUMBER, sex="male")))
    again = tuple(view._replace(instance="z") for view in one)
    twin = views(filing("c", creates=True, said=said(**told, id_no="31999919500101002X", sex="female")))
    assert not may_join(one, twin, newest())
    assert not may_join(one + again, twin, newest())


SAID = st.fixed_dictionaries(
    {"rep_name": st.sampled_from(["周小妹", "周大妹"]), "phone": st.sampled_from(["13912345678", ""])},
    optional={
        "id_no": st.sampled_from([NUMBER, "31999919500101002X", ""]), "birth": st.sampled_from(["1950-01-01", "1950"]),
        "age_told": st.sampled_from(["76", "77"]), "addr": st.sampled_from(["公园路100弄12号302室", "东街1号"]),
        "sex": st.sampled_from(["male", "female"]), "members_n": st.sampled_from([1, 2]),
        "village": st.sampled_from(["310118102201", "310118102202"]),
    },
)


@given(st.lists(SAID, min_size=1, max_size=4), st.sets(st.integers(0, 3)), SAID, st.booleans())
def test_what_some_versions_may_join_all_of_them_may(versions, there, stranger, new_year) -> None:
    """Whichever versions have arrived: whom they may join, the whole chain may join, and it has all their keys."""
    whole = [
        filing(f"{n}", deprecated=f"{n - 1}" if n else None, creates=True, said=said(**one),
               at=n * 24 * (200 if new_year else 1))
        for n, one in enumerate(versions)
    ]
    parts = [one for n, one in enumerate(whole) if n in there]
    some = tuple(view for chain in chains_of(parts, ()) for view in views_of(chain, ()))
    (chain,) = chains_of(whole, ())
    final = views_of(chain, ())
    assert claimed_keys(some, newest()) <= claimed_keys(final, newest())
    other = views(filing("x", creates=True, said=said(**stranger)))
    assert some == () or may_join(final, other, newest()) or not may_join(some, other, newest())
