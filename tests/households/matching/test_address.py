"""Addresses of Qingpu in all their spellings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.households.matching.normal.address import NOWHERE, address_of, committee_of

#: Every spelling of one line is one door.
ONE_DOOR = (
    ("公园路100弄12号302室", "上海市青浦区盈浦街道公园路100弄12号302室", "青浦区公园路100弄12号302室", "青浦县公园路100弄12号302室", "上海青浦公园路100弄12号302室",
     "上海市青浦县盈浦街道公园路100弄12号302室", "青浦盈浦街道公园路100弄12号302", "盈浦公园路100弄12号302室", "公园路１００弄１２号３０２室", "公园路一百弄十二号三〇二室",
     "公园路一〇〇弄十二号三零二室", "公园路100-12-302", "公园路100—12—302", "公园路100弄12-302", "公园路100弄12幢302室", "公园路100弄12号楼302室",
     "公园路 100 弄 12 号 302 室", "公园路100弄12#302", "公园路100弄(万寿小区)12号302室", "公园路100弄万寿小区12号302室", "夏阳街道青松社区公园路100弄12号302室",
     "公园路0100弄12号302室", "上海市上海市青浦区公园路100弄12号302室", "公园路100弄12号3楼302室", "青浦镇公园路100弄12号302室", "上海市青浦区公园路100弄12号302室（租住）"),
    ("沪青平公路3000弄5号601室", "沪青平路3000弄5号601室", "徐泾镇沪青平公路3000弄5号楼601室", "沪青平公路3000-5-601"),
    ("香花桥街道新桥路88弄12号302", "上海青浦香花桥街道新桥路88-12-302", "上海青浦香花桥新桥路88弄十二号302室", "香花桥街道新桥路八十八弄12号302室"),
    ("金泽镇东西村12号", "青浦区金泽镇东西村12号", "金泽镇东西村委会12号", "金泽东西村十二号", "东西村12号", "金泽镇东西村张家浜12号"),
    ("赵巷镇垂姚村5组23号", "赵巷镇垂姚村第五村民小组23号", "垂姚村5队23号", "垂姚村五队23号"),
    ("盈中新村35号201室", "盈浦街道盈中新村35号201室", "盈中新村三十五号201", "盈中新村35-201"),
    ("万寿小区12号302室", "盈浦街道万寿小区12幢302室", "万寿12-302"),
    ("徐泾镇徐泾东路12弄3号", "徐泾徐泾东路12弄3号", "徐泾东路12弄3号"),
    ("朱家角镇东湖街88号", "朱家角东湖街88号", "朱家角镇东湖街八十八号", "东湖街居委会东湖街88号"),
    ("商榻镇双祥村6号", "金泽镇双祥村6号", "双祥村6号"),
)


@pytest.mark.parametrize(("first", "other"), [(line[0], other) for line in ONE_DOOR for other in line[1:]])
def test_one_door(first: str, other: str) -> None:
    one, two = address_of(first), address_of(other)
    assert (one.street, one.num) == (two.street, two.num) and one.street and one.num


@pytest.mark.parametrize(("one", "other"), (
    ("公园路100弄12号302室", "公园路100弄12号303室"), ("公园路100弄12号302室", "公园东路100弄12号302室"), ("东西村12号", "东西村2号"),
    ("垂姚村5组23号", "垂姚村6组23号"), ("公园路100弄12号", "公园路100弄12号302室"), ("盈中新村35号", "盈港新村35号"),
))
def test_other_doors(one: str, other: str) -> None:
    a, b = address_of(one), address_of(other)
    assert (a.street, a.num) != (b.street, b.num)


@pytest.mark.parametrize(("typed", "parts"), (
    ("公园路100弄12号302室", ("公园路", "100", "12", "302")), ("公园路100弄12号", ("公园路", "100", "12", "")), ("公园路12号", ("公园路", "", "12", "")),
    ("公园路", ("公园路", "", "", "")), ("东西村3组12号", ("东西", "g3", "12", "")), ("华腾路1288弄56支弄7号101", ("华腾路", "1288.56", "7", "101")),
    ("公园路100弄12号302室A", ("公园路", "100", "12", "302A")), ("12号302室", ("", "", "12", "302")), ("东街1号", ("东街", "", "1", "")),
))
def test_parts(typed: str, parts: tuple[str, ...]) -> None:
    found = address_of(typed)
    assert (found.street, found.lane, found.building, found.room) == parts


@pytest.mark.parametrize(("typed", "town"), (
    ("盈浦街道公园路1号", "盈浦"), ("朱家角镇东湖街1号", "朱家角"), ("朱家角东湖街1号", "朱家角"), ("商榻镇双祥村1号", "金泽"), ("沈巷张家圩村1号", "朱家角"),
    ("徐泾东路1号", ""), ("公园路1号", ""),
))
def test_town(typed: str, town: str) -> None:
    assert address_of(typed).town == town


@pytest.mark.parametrize("typed", ("", None, "不详", "无", "   ", "同上", "？？"))
def test_nowhere(typed: str | None) -> None:
    assert address_of(typed) == NOWHERE


@pytest.mark.parametrize(("spellings", "stem"), (
    (("310118001001", "东盛社区居委会", "东盛居委", "东盛居委会", "东盛社区", "东盛", "夏阳街道东盛社区居委会", "青浦区夏阳街道东盛居委"), "东盛"),
    (("陆家角村村委会", "陆家角村", "陆家角村委", "陆家角", "陸家角村"), "陆家角"), (("民惠社区第三居委会", "民惠第三居委", "民惠三居委会"), "民惠三"),
    (("徐安第二社区居委会", "徐泾镇徐安第二社区居委会", "徐安二居"), "徐安二"), (("香花桥居委会", "香花桥居委"), "香花桥"),
    (("白鹤一居委会", "白鹤镇白鹤一居委会"), "白鹤一"), (("", None, "不详"), ""),
))
def test_committee(spellings: tuple[str, ...], stem: str) -> None:
    assert {committee_of(one) for one in spellings} == {stem}


@given(st.one_of(st.text(max_size=60), st.text("上海青浦区县镇街道路弄号室村组队0123456789-一二十东西新", max_size=25)))
def test_any_text_is_read(text: str) -> None:
    found = address_of(text)
    assert found.street_py.isascii() and found.num.isascii() and len(found.num) <= 2 * len(text) + 3
    committee_of(text)
