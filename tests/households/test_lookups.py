"""What a search text may mean."""

import pytest

from server.households.lookups import normal_name, phones_in, terms_in


@pytest.mark.parametrize(("text", "terms"), [
    ("张三丰", {("name", "张三丰"), ("id", "张三丰")}),
    (" 张 三丰 ", {("name", "张三丰"), ("id", "张三丰")}),
    ("319999195001010011", {("id", "319999195001010011")}),
    ("31999919620315002x", {("id", "31999919620315002X")}),
    ("０011", {("tail", "0011")}),
    ("002x", {("tail", "002X")}),
    ("138 0000-1234", {("phone", "13800001234")}),
    ("+86 13800001234", {("phone", "13800001234")}),
    ("", set()),
    ("   ", set()),
])
def test_terms_in(text: str, terms: set[tuple[str, str]]) -> None:
    assert {term for term in terms_in(text) if term[0] != "code"} == terms


def test_one_kind_of_middle_dot() -> None:
    assert normal_name("阿依古丽•买买提") == normal_name("阿依古丽 · 买买提") == "阿依古丽·买买提"


def test_phones_of_a_joined_list() -> None:
    assert phones_in("13800001234/021-59721234、无") == ["13800001234", "02159721234"]
