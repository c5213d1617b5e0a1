"""Block keys: under which equal evidence meets, now or as known at any earlier moment."""

from server.households.chains import chains_of
from server.households.matching.exact_keys import claimed_keys
from tests.households.say import correct, filing, said

NUMBER = "319999195001010011"
BY_NAME = ("name-birth-phone", "吴阿大|1961-02-03|13900000003")
SCREENING = filing("a", creates=True, said=said(rep_name="吴阿大", birth="1961-02-03", phone="13900000003"))


def claimed(*filings, acts=()):
    (chain,) = chains_of(filings, acts)
    return claimed_keys(chain, acts)


def test_a_correction_adds_keys_and_takes_none() -> None:
    """A number brings its own birth date: without it the one that was said counts, and may again."""
    assert claimed(SCREENING) == {BY_NAME}
    assert claimed(SCREENING, acts=(correct("a", "id_no", NUMBER),)) >= {BY_NAME, ("id", NUMBER)}


def test_an_edit_adds_keys_and_takes_none() -> None:
    edit = filing("b", deprecated="a", creates=True, said=said(rep_name="吴阿大", id_no=NUMBER, phone="13900000003"))
    assert claimed(SCREENING, edit) >= claimed(SCREENING) | claimed(edit)


def test_visits_claim_nothing() -> None:
    assert claimed(filing("a", said=said(id_no=NUMBER))) == set()
