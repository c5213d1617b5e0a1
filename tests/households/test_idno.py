"""Resident ID numbers: the vectors every part of the programme agrees on (invented, or published as examples)."""

from datetime import date

import pytest

from server.households.idno import age_on, birth_of, check_digit, normal_id, sex_of, valid_id

VALID = (
    "310118195001010011", "31022919620315002X", "310118201506300039", "810000199001010019", "830000198512120024",
    "360426199101010071", "120103198806018241",
)


@pytest.mark.parametrize("number", VALID)
def test_numbers_that_hold(number: str) -> None:
    assert valid_id(number)
    assert check_digit(number[:17]) == number[17]


@pytest.mark.parametrize("number", (
    "360426199101010072",  # check digit
    "310118195002300011", "310118199913010016",  # no such day, no such month
    "31011819500101001", "3101181950010100111", "", None, "无", "31011819500101001Ⅹ1",
))
def test_numbers_that_do_not(number: str | None) -> None:
    assert not valid_id(number)


@pytest.mark.parametrize(("typed", "meant"), (
    ("310229500101001", "310229195001010016"),  # fifteen digits
    ("310229501301001", "310229501301001"),  # fifteen of eighteen: there is no thirteenth month
    ("31022919620315002x", "31022919620315002X"),
    (" 310229 19620315 002x ", "31022919620315002X"),
    ("３１０２２９１９６２０３１５００２Ｘ", "31022919620315002X"),  # full width
    ("H1234567", "H1234567"), (None, ""),
))
def test_what_was_typed_and_what_was_meant(typed: str | None, meant: str) -> None:
    assert normal_id(typed) == meant


def test_what_a_number_tells() -> None:
    assert birth_of("31022919620315002X") == date(1962, 3, 15)
    assert (sex_of("31022919620315002X"), sex_of("310118195001010011"), sex_of("无")) == ("female", "male", "")
    assert birth_of("无") is None


@pytest.mark.parametrize(("day", "age"), ((date(2025, 2, 28), 68), (date(2025, 3, 1), 69), (date(2024, 2, 29), 68)))
def test_a_birthday_on_a_leap_day(day: date, age: int) -> None:
    assert age_on(date(1956, 2, 29), day) == age
