"""ID numbers with every slip. All invented: no division has the code 319999."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.households.matching.normal.number import number_of

WHOLE = "319999195001010011"


@pytest.mark.parametrize("typed", (
    WHOLE, "319999 19500101 0011", "３１９９９９１９５００１０１００１１", "319999-19500101-0011", "319999500101001", "身份证：" + WHOLE,
    "3l9999195OO1O1OO11", "319999500101001 ",
))
def test_one_valid_number(typed: str) -> None:
    number = number_of(typed)
    assert (number.text, number.valid, number.birth, number.sex) == (WHOLE, True, "19500101", "male")


def test_lower_x() -> None:
    assert number_of("31999919500101002x") == number_of("31999919500101002X")
    assert number_of("31999919500101002ｘ").valid and number_of("31999919500101002x").sex == "female"


def test_a_check_digit_left_out_is_added_and_proves_nothing() -> None:
    number = number_of(WHOLE[:17])
    assert (number.text, number.valid) == (WHOLE, False)


@pytest.mark.parametrize(("typed", "mask", "birth"), (
    ("319999********0011", "319999________0011", ""),
    ("319999XXXXXXXX0011", "319999________0011", ""),
    ("319999****0011", "319999________0011", ""),
    ("31999919500101****", "31999919500101____", "19500101"),
    ("31999919500101XXXX", "31999919500101____", "19500101"),
    ("3199991950****002X", "3199991950____002X", ""),
    ("31999919500101", "31999919500101____", "19500101"),
    ("19500101", "______19500101____", "19500101"),
    ("0011", "______________0011", ""),
))
def test_a_part_is_known(typed: str, mask: str, birth: str) -> None:
    number = number_of(typed)
    assert (number.text, number.mask, number.birth, number.valid) == ("", mask, birth, False)


@pytest.mark.parametrize("typed", (
    "", None, "不详", "无", "没带", "111111111111111111", "000000000000000000", "123456789012345678", "123", "护照", "0000",
))
def test_no_number(typed: str | None) -> None:
    assert number_of(typed) == number_of("")


@pytest.mark.parametrize(("typed", "text"), (
    ("31999919500101001", WHOLE), ("3199991950010100111", "3199991950010100111"), ("319999195001010012", "319999195001010012"),
    ("319999195013010011", "319999195013010011"), ("3199991900101001", "3199991900101001"),
))
def test_slips_stay_as_they_are(typed: str, text: str) -> None:
    assert number_of(typed).text == text and not number_of(typed).valid


@given(st.one_of(st.text(max_size=30), st.text("0123456789X*x-＊", max_size=22)))
def test_any_text_is_read(text: str) -> None:
    number = number_of(text)
    assert not (number.text and number.mask) and (not number.mask or len(number.mask) == 18)
    assert not number.valid or len(number.text) == 18
    assert number.text.isascii() and number.mask.isascii()
