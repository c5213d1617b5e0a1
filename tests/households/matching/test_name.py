"""Names as people write them down, and what is compared of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.households.matching.normal.name import name_of

SAME = (
    ("张伟", "張偉"), ("张伟", " 张 伟 "), ("张伟", "张伟（户主）"), ("张伟", "户主：张伟"), ("张伟", "张伟先生"), ("张伟", "张伟、李四"),
    ("赵六", "赵六等3人"), ("陈根妹", "陈根妹阿婆"), ("陈根妹", "已故陈根妹"), ("国强", "囯强"),
    ("买买提·艾力", "买买提•艾力"), ("买买提·艾力", "买买提．艾力"), ("买买提·艾力", "买买提･艾力"),
)


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_name(one: str, other: str) -> None:
    assert name_of(one) == name_of(other) != name_of("")


@pytest.mark.parametrize(("typed", "surname", "given"), (
    ("欧阳锋", "欧阳", "锋"), ("欧阳", "欧", "阳"), ("诸葛小明", "诸葛", "小明"), ("王阿婆", "王", ""), ("张某某", "张", ""),
    ("小王", "王", ""), ("老李", "李", ""), ("李先生", "李", ""), ("司马光", "司马", "光"), ("𠮷田", "𠮷", "田"),
    ("买买提·艾力", "买买提", "艾力"),
))
def test_surname_and_given_name(typed: str, surname: str, given: str) -> None:
    assert (name_of(typed).surname, name_of(typed).given) == (surname, given)


@pytest.mark.parametrize(("typed", "pinyin", "surname"), (
    ("单雄信", "shanxiongxin", "shan"), ("解缙", "xiejin", "xie"), ("仇英", "qiuying", "qiu"), ("查良镛", "zhaliangyong", "zha"),
    ("区少坤", "oushaokun", "ou"), ("朴树", "piaoshu", "piao"), ("曾国藩", "zengguofan", "zeng"), ("吕秀英", "lvxiuying", "lv"),
    ("万俟卨", "moqixie", "moqi"), ("zhang wei", "zhangwei", "zhang"), ("ZhangWei", "zhangwei", "zhang"),
    ("zhangwei", "zhangwei", "zhang"), ("Zhāng Wěi", "zhangwei", "zhang"), ("Lǚ Xiùyīng", "lvxiuying", "lv"),
    ("Wei ZHANG", "weizhang", "wei"), ("Ｚｈａｎｇ　Ｗｅｉ", "zhangwei", "zhang"),
))
def test_pinyin(typed: str, pinyin: str, surname: str) -> None:
    assert (name_of(typed).pinyin, name_of(typed).surname_py) == (pinyin, surname)


@pytest.mark.parametrize(("one", "other"), (
    ("张伟", "臧伟"), ("陈建", "程建"), ("林娜", "林拉"), ("王明", "黄明"), ("沈金", "沈京"), ("周生", "周森"), ("zhangwei", "臧伟"),
))
def test_sounds_alike(one: str, other: str) -> None:
    assert name_of(one).fuzzy == name_of(other).fuzzy and name_of(one).pinyin != name_of(other).pinyin


def test_looks_alike() -> None:
    assert name_of("王未").shape == name_of("王末").shape
    assert name_of("陈晴").shape == name_of("陈睛").shape


@pytest.mark.parametrize("typed", ("", None, "不详", "无", "未知", "  ", "?", "N/A", "null", "(户主)", "12345", "···", "—"))
def test_nobody(typed: str | None) -> None:
    assert name_of(typed) == name_of("")


@given(st.text(max_size=40))
def test_any_text_is_read_and_measured_in_ascii(text: str) -> None:
    name = name_of(text)
    assert all(part.isascii() for part in (name.pinyin, name.surname_py, name.given_py, name.fuzzy))
    assert name.pinyin == name.surname_py + name.given_py
