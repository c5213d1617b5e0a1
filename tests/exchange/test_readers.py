"""The pure readers: days, numbers, 村居, headings, choices, links; whatever stands in a cell, they answer or refuse."""

import csv
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.exchange.choices import choices_in, programmes_in
from server.exchange.days import NotADay, day_told, days_told
from server.exchange.headings import columns_for, find_header, kind_by
from server.exchange.links import links_in
from server.exchange.numbers import count_told, id_told, money_told
from server.exchange.plain import is_blank, one_line, text_of
from server.exchange.read_line import read_line
from server.exchange.values import Context, Where
from server.exchange.villages import Villages
from server.ledgers.cells import labels_of
from server.ledgers.columns import TABLES
from server.ledgers.kinds import LedgerKind
from server.ledgers.words import INSUR
from tests.ledgers.samples import DAY, NAMES, id_number

days = st.dates(date(1955, 1, 1), date(2063, 12, 31))
TOWNS: dict[str, dict[str, str]] = {}
with (Path(__file__).parents[2] / "server/areas/data/qingpu.csv").open(encoding="utf-8") as file:
    for row in csv.DictReader(file):
        if row["kind"] == "village":
            TOWNS.setdefault(row["parent"], {})[row["code"]] = row["name"]
        elif row["kind"] == "town":
            TOWNS.setdefault(row["code"], {})[""] = row["name"]
#: Anything a reader of spreadsheets may hand out.
raws = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**20), 10**20), st.floats(), st.text(max_size=40), st.dates(),
    st.datetimes(),
    st.sampled_from(["2024.13", "二〇二四年", "5.1E+17", "310118195001010000", "、、", "无", "\n\n", "1,2,3", "－"]),
)
DAYS = (
    "{0.year}.{0.month}.{0.day}", "{0:%Y-%m-%d}", "{0:%Y/%m/%d}", "{0:%Y%m%d}", "{0:%Y.%m.%d}",
    "{0.year}年{0.month}月{0.day}日", " {0.year} 年 {0:%m} 月 {0:%d} 日", "{0:%Y-%m-%d} 00:00:00", "'{0:%Y.%m.%d}",
)
MONTHS = ("{0.year}.{0.month}", "{0:%Y-%m}", "{0:%Y%m}", "{0.year}年{0.month}月", "{0.year}年{0:%m}月起")


def wide(text: str) -> str:
    """In full-width letters, as some input methods write them."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


@given(days, st.sampled_from(DAYS), st.booleans())
def test_a_day_however_written(day: date, how: str, full: bool) -> None:
    text = how.format(day)
    told = day_told(wide(text) if full else text)
    assert (told.day, told.precision, told.doubt) == (day, "day", "")


@given(days, st.sampled_from(MONTHS))
def test_a_month_however_written(day: date, how: str) -> None:
    told = day_told(how.format(day))
    assert (told.day, told.precision) == (day.replace(day=1), "month")


@given(days)
def test_a_day_as_the_cell_has_it(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    clock = datetime(day.year, day.month, day.day, 10)  # noqa: DTZ001 (a cell knows no zone)
    for value in (day, clock, serial, float(serial) + 0.5, str(serial)):
        assert day_told(value).day == day


def test_a_month_that_lost_its_zero_is_doubted() -> None:
    assert day_told(2024.1).day == date(2024, 1, 1) and "10 月" in day_told(2024.1).doubt
    assert day_told("2024.10").day == date(2024, 10, 1) and not day_told(2024.7).doubt


@pytest.mark.parametrize("text", ["2018", "2024.13", "2024.2.30", "去年", "1812.3", "9999.9.9", "24.7", "三月"])
def test_no_day(text: str) -> None:
    with pytest.raises(NotADay):
        day_told(text)


def test_several_days() -> None:
    assert [told.text for told in days_told("2018.03、2020年5月6日，不详")] == ["2018-03", "2020-05-06", ""]
    assert days_told("  ") == days_told(None) == []


WAYS = (
    str, wide, lambda t: f" {t[:6]} {t[6:14]} {t[14:]} ", lambda t: f"'{t}", lambda t: t.replace("X", "x"),
    lambda t: f'="{t}"', lambda t: f"\t{t}\n",
)


@given(days, st.integers(1, 999), st.sampled_from(WAYS))
def test_a_number_that_holds_is_read_however_written(born: date, order: int, how: Any) -> None:
    number = id_number(f"{born:%Y%m%d}", order)
    read = id_told(how(number))
    assert (read.text, read.ruined, read.doubt) == (number, False, "")


@given(st.integers(10**15, 10**18 - 1))
def test_a_number_that_was_counted_is_lost(number: int) -> None:
    assert id_told(float(number)).ruined and id_told(number).ruined
    assert id_told(f"{number:.5E}").ruined


def test_numbers_that_are_doubted_or_lost() -> None:
    assert id_told("310118195001010000").ruined, "three zeros that no check digit allows"
    assert not id_told("319999195001010012").ruined and "校验位" in id_told("319999195001010012").doubt
    assert "17 位" in id_told("31999919500101001").doubt and "其他证件" in id_told("H1234567890").doubt
    assert id_told("310229500101001").text == id_told(310229500101001).text == "310229195001010016"
    assert id_told("无").text == id_told(None).text == ""


def test_counts_and_yuan() -> None:
    assert [count_told(v) for v in (3, 3.0, "3人", "３", "三", 2.5, "", None)] == [3, 3, 3, 3, None, None, None, None]
    assert [money_told(v) for v in (1580.5, "1,580.50元/月", "0", "约900", "低", -1)] == [
        Decimal("1580.5"), Decimal("1580.5"), Decimal(0), Decimal(900), None, None]


@pytest.mark.parametrize("town", sorted(TOWNS))
def test_every_village_by_the_names_people_write(town: str) -> None:
    names = {code: name for code, name in TOWNS[town].items() if code}
    own = TOWNS[town][""]
    villages = Villages(names, own)
    for code, name in names.items():
        is_village = name.endswith("村委会")
        stem = name.removesuffix("村委会").removesuffix("居委会")
        long = stem + ("村民委员会" if is_village else "居民委员会")
        for said in (name, code, f"{own}{name}", f" {name[:2]} {name[2:]}", name.removesuffix("会"), long):
            assert villages.read(said).code == code, said
        short = villages.read(stem)
        assert short.code == code or name in short.several, (stem, short)
    assert villages.read("不存在的村").code == "" == villages.read("").code


def test_a_name_of_two_is_told_as_such() -> None:
    villages = Villages({code: name for code, name in TOWNS["310118102"].items() if code}, "朱家角镇")
    assert villages.read("沈巷").several == ("沈巷居委会", "沈巷村村委会")
    assert villages.read("沈巷村").code.endswith("217") or villages.read("沈巷村").code
    assert villages.read("沈巷村").code != villages.read("沈巷居委").code != ""


@given(st.sampled_from(list(LedgerKind)), st.randoms(use_true_random=False), st.integers(0, 4), st.booleans())
def test_columns_are_found_in_any_order(kind: LedgerKind, dice: Any, above: int, dressed: bool) -> None:
    columns = list(TABLES[kind].columns)
    dice.shuffle(columns)
    heads = [f" {c.heading[:2]}\n{c.heading[2:]}：".replace("(", "（") if dressed else c.heading for c in columns]
    heads.insert(dice.randrange(len(heads) + 1), "备注")
    rows: list[list[Any]] = [["青浦区表"], *([[None] * 5] * above), heads, ["1", "周荡村"]]
    header = find_header(rows)
    assert header is not None and header.row == above + 1 and kind_by(header.columns) == kind
    found, lacking = columns_for(kind, header.columns)
    assert lacking == () and header.strange == ("备注",)
    assert {key: heads[at] for key, at in found.items()} == {
        c.key: head for c, head in zip(columns, [h for h in heads if h != "备注"], strict=True)}


@given(st.lists(st.sampled_from(sorted(set(INSUR) - {"other"})), unique=True),
       st.sampled_from(["", "外地新农合", "商业保险/意外险"]))
def test_choices_come_back_as_printed(codes: list[str], rest: str) -> None:
    printed = labels_of(codes, INSUR, rest)
    chosen = choices_in(printed or "", INSUR)
    assert labels_of(chosen.codes, INSUR, chosen.rest) == printed
    assert set(chosen.codes) == set(codes)


def test_choices_as_people_list_them() -> None:
    assert choices_in("居民医保，长护险；外地社保", INSUR).codes == ("medical_resident", "ltc")
    assert choices_in("居民医保，长护险；外地社保", INSUR).rest == "外地社保"
    assert choices_in("有医保，但是断缴", INSUR).rest == "有医保，但是断缴"
    assert programmes_in("低保、重残无业人员") == (("dibao", "zhongcan"), ())
    assert programmes_in("低保边缘")[1] == ("低保边缘",)


named = st.text(alphabet="医疗救助社区基金会心理甲乙丙", min_size=1, max_size=6)


@given(st.lists(st.tuples(named, st.none() | days), min_size=1, max_size=5, unique_by=lambda link: link[0]))
def test_links_come_back_as_printed(links: list[tuple[str, date | None]]) -> None:
    names = "\n".join(name for name, _ in links)
    dates = "\n".join(f"{day:%Y.%m.%d}" if day else "" for _, day in links)
    read = links_in(names, dates)
    again = [(entry[11:], entry[:10].replace("-", ".")) if entry[:1].isdigit() else (entry, "") for entry in read.told]
    again += [(read.suggest, "")] if read.suggest else []
    assert again == [(name, f"{day:%Y.%m.%d}" if day else "") for name, day in links] and not read.problems


def test_links_written_on_one_line() -> None:
    assert links_in("医疗救助、基金会", "2024.5、2024.6.1").told == ("2024-05 医疗救助", "2024-06-01 基金会")
    assert links_in("基金会", date(2024, 6, 1)).told == ("2024-06-01 基金会",)
    assert links_in("", "2024.5").problems and links_in("基金会", "长期").problems
    assert links_in("基金会", "").suggest == "基金会"


CONTEXT = Context("310118102", "朱家角镇", DAY, Villages(NAMES.villages, "朱家角镇"), policies=NAMES.policies)


@settings(max_examples=200)
@given(st.sampled_from(list(LedgerKind)), st.data())
def test_no_cell_breaks_a_line(kind: LedgerKind, data: st.DataObject) -> None:
    """Whatever stands there, a line is read or refused with a sentence; what it says can be written as XML."""
    cells = {column.key: data.draw(raws) for column in TABLES[kind].columns}
    line = read_line(kind, cells, Where("f", "s", 1), CONTEXT)
    assert all(isinstance(said, str) and said for said in line.answers.values())
    assert all(problem.sentence for problem in line.problems)


@given(raws)
def test_text_is_plain(raw: Any) -> None:
    text = text_of(raw)
    assert text_of(text) == text or text.startswith(("'", '="')) or text == text.strip("'")
    assert "\r" not in text and "\n" not in one_line(raw) and isinstance(is_blank(raw), bool)


def test_serials_reach_from_1954_on() -> None:
    assert day_told(20_000).day == date(1899, 12, 30) + timedelta(20_000)
