"""Telephone numbers in one field."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.households.matching.normal.phone import phones_of

MOBILE, OTHER, LAND = "13912345678", "13812345678", "59721234"


@pytest.mark.parametrize(("typed", "numbers"), (
    (MOBILE, (MOBILE,)), ("139 1234 5678", (MOBILE,)), ("139-1234-5678", (MOBILE,)), ("+86 13912345678", (MOBILE,)),
    ("8613912345678", (MOBILE,)), ("0086-139-1234-5678", (MOBILE,)), ("013912345678", (MOBILE,)), ("１３９１２３４５６７８", (MOBILE,)),
    ("13912345678(儿子)", (MOBILE,)), ("本人：13912345678", (MOBILE,)), ("13912345678/59721234", (MOBILE, LAND)),
    ("59721234、13912345678", (MOBILE, LAND)), ("13912345678 13812345678", (OTHER, MOBILE)), ("13912345678，13812345678", (OTHER, MOBILE)),
    ("1391234567813812345678", (OTHER, MOBILE)), ("021-59721234", (LAND,)), ("(021)59721234", (LAND,)), ("（021）5972 1234", (LAND,)),
    ("59721234转801", (LAND,)), ("59721234-", (LAND,)), ("13912345678 13912345678", (MOBILE,)),
    ("1391234567", ("1391234567",)), ("139123456789", ("139123456789",)),
))
def test_numbers(typed: str, numbers: tuple[str, ...]) -> None:
    assert phones_of(typed) == tuple(sorted(numbers))


@pytest.mark.parametrize("typed", (
    "", None, "无", "不详", "00000000000", "11111111", "12345678", "1234567", "110", "120", "13000000000", "139****5678", "88888888",
))
def test_no_number(typed: str | None) -> None:
    assert phones_of(typed) == ()


@given(st.one_of(st.text(max_size=50), st.text("0123456789 -/+()、", max_size=60)))
def test_any_text_is_read(text: str) -> None:
    found = phones_of(text)
    assert len(found) <= 4 and all(n.isascii() and n.isdigit() and 7 <= len(n) <= 13 for n in found)
