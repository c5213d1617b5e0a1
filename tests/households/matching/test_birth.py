"""Birth dates, ages, sex and size of households in all forms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.households.matching.normal.birth import UNKNOWN, Birth, birth_of, sex_of, size_of


@pytest.mark.parametrize("typed", (
    "1950-01-02", "1950/1/2", "1950.1.2", "1950年1月2日", "1950年01月02号", "19500102", "１９５０－０１－０２", "一九五〇年一月二日", "50.1.2",
    "02/01/1950", "1950-01-02 00:00:00", "出生：1950年1月2日",
))
def test_a_day(typed: str) -> None:
    assert birth_of(typed, 2025) == Birth("19500102", 1950, 1950)


def test_swapped_day_and_month_is_a_day_where_it_can_only_be_that() -> None:
    assert birth_of("1950-13-02", 2025).day == "19500213"


@pytest.mark.parametrize(("typed", "low", "high"), (
    ("1950", 1950, 1950), ("1950年", 1950, 1950), ("1950年生", 1950, 1950), ("1950年1月", 1950, 1950), ("1950-01", 1950, 1950),
    ("50年", 1950, 1950), ("195001", 1950, 1950), ("1950-02-31", 1950, 1950),
    ("72岁", 1952, 1953), ("七十二岁", 1952, 1953), ("72周岁", 1952, 1953), ("72", 1952, 1953), ("年龄72", 1952, 1953),
    ("虚岁73", 1952, 1953), ("73虚岁", 1952, 1953), ("七十三（虚岁）", 1952, 1953),
    ("农历1950年八月十五", 1950, 1951), ("1950年正月初一", 1950, 1951), ("一九五〇年腊月廿三", 1950, 1951), ("1950-08-15(农历)", 1950, 1951),
))
def test_years(typed: str, low: int, high: int) -> None:
    assert birth_of(typed, 2025) == Birth("", low, high)


@pytest.mark.parametrize("typed", ("", None, "不详", "1900-01-01", "19000101", "1900", "0", "999岁", "0000-00-00", "abc"))
def test_nothing(typed: str | None) -> None:
    assert birth_of(typed, 2025) == UNKNOWN


@pytest.mark.parametrize(("typed", "sex"), (
    ("男", "male"), (" 男 ", "male"), ("M", "male"), ("male", "male"), ("1", "male"), ("女性", "female"), ("F", "female"), ("2", "female"),
    ("", ""), (None, ""), ("9", ""), ("未知", ""),
))
def test_sex(typed: str | None, sex: str) -> None:
    assert sex_of(typed) == sex


@pytest.mark.parametrize(("typed", "size"), (
    ("3", 3), (3, 3), ("３", 3), ("3人", 3), ("三口人", 3), ("两人", 2), ("", 0), (None, 0), ("不详", 0), ("0", 0), ("500", 0), ("3.0", 3),
))
def test_size(typed: object, size: int) -> None:
    assert size_of(typed) == size


@given(st.one_of(st.text(max_size=30), st.text("0123456789年月日岁虚.-/ 一二十农历", max_size=14)), st.integers(0, 2100))
def test_any_text_is_read(text: str, year: int) -> None:
    birth = birth_of(text, year)
    assert birth.low <= birth.high and (not birth.day or birth.low == birth.high == int(birth.day[:4]))
    assert birth.day.isascii() and size_of(text) <= 30 and sex_of(text) in ("", "male", "female")
