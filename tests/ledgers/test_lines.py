"""What stands in each cell, and where it comes from."""

from datetime import date
from decimal import Decimal

import pytest

from server.households.values import UNKNOWN, Spell
from server.ledgers.kinds import LedgerKind
from server.ledgers.lines import lines_for
from server.ledgers.order import by_kind, in_order
from server.ledgers.values import Line, Link, canonical, first_day, last_day, marked, month_of
from tests.ledgers.samples import (
    DAY,
    DIBAO,
    ENDED,
    LINKS,
    NAMES,
    VILLAGE,
    held,
    household,
    id_number,
    of_kind,
)

ONE, TWO, THREE, FOUR = LedgerKind


def values(line: Line) -> dict[str, object]:
    return {key: cell.value for key, cell in line.cells.items()}


def test_a_line_of_table_one() -> None:
    assert values(of_kind(ONE)) == {
        "village": "周荡村委会", "name": "张建国", "sex": "男", "id_no": "319999196203152012", "age": 62,
        "security": "城乡居民养老、居民医保", "members": 3, "income": Decimal("1580.50"), "addr": "周荡村 12 号",
        "phone": "13800000001", "policies": "最低生活保障", "other_policies": "廉租住房", "consultant": "顾问小吴",
        "plan": "每月上门一次，协助申请医疗救助，联系社区基金会。",
    }


def test_a_line_of_table_two() -> None:
    line = of_kind(TWO)
    assert line.value("difficulty") == "户主患慢性肾病，每周透析三次，家中只有儿子打零工的收入，医药费负担重。"
    assert line.value("suggestion") == "联系社区基金会，申请临时帮困"
    assert "policies" not in line.cells


def test_a_line_of_table_three() -> None:
    line = of_kind(THREE)
    assert (line.value("programme"), line.value("admitted")) == ("低保家庭", "2018.03")
    assert line.value("overlay") == "医疗救助、残疾人两项补贴"
    assert line.value("links") == "医疗救助\n朱家角社区基金会\n桥计划心理疏导"
    assert line.value("linked") == "2024.05.12\n2024.08.02\n"  # as many lines as there are links


def test_a_line_of_table_four() -> None:
    line = of_kind(FOUR)
    assert (line.value("admitted"), line.value("ended")) == ("2018.03", "2024.07.15")
    assert "difficulty" not in line.cells


def test_overlay_of_table_four_is_what_it_was_before_the_exit() -> None:
    now = household(ENDED, overlay=["rent"])
    before = household(ENDED, overlay=["medical_aid"])
    (line,) = lines_for(now, DAY, NAMES, at_exit=before)
    assert line.value("overlay") == "医疗救助"


def test_several_programmes_with_their_dates_in_the_same_order() -> None:
    later = Spell("tekun", date(2020, 5, 6))
    (line,) = lines_for(household(later, DIBAO), DAY, NAMES)
    assert (line.value("programme"), line.value("admitted")) == ("低保家庭、特困供养对象", "2018.03、2020.05.06")
    unknown = Spell("tekun", None)
    (line,) = lines_for(household(unknown, DIBAO), DAY, NAMES)
    assert line.value("admitted") == "2018.03、不详"
    (line,) = lines_for(household(unknown), DAY, NAMES)
    assert line.value("admitted") is None


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        ("19560229", date(2025, 2, 28), 68), ("19560229", date(2025, 3, 31), 69), ("19620831", DAY, 62),
        ("19620901", DAY, 61), ("20240831", DAY, 0),
    ],
)
def test_age_is_that_of_the_last_day(born: str, day: date, age: int) -> None:
    (line,) = lines_for(household(id_no=id_number(born, 1), opened=day), day, NAMES)
    assert line.value("age") == age


@pytest.mark.parametrize(
    ("facts", "id_no", "sex", "age"),
    [
        ({"id_no": id_number("19700101", 2), "sex": "male"}, id_number("19700101", 2), "女", 54),  # the number wins
        ({"id_no": "319999700101001", "sex": None}, id_number("19700101", 1), "男", 54),  # fifteen digits
        ({"id_no": None, "sex": "female", "birth": "1970-01-02"}, None, "女", 54),
        ({"id_no": "319999197001010011", "sex": None}, "319999197001010011", "男", 54),  # bad check digit
        ({"id_no": "319999197001010011", "sex": "female", "birth": "1971-01-01"}, "319999197001010011", "女", 53),
        ({"id_type": "passport", "id_no": "E12345678", "sex": "female", "birth": "1990"}, "E12345678", "女", None),
        ({"id_no": UNKNOWN}, UNKNOWN, None, None),
        ({"id_no": None}, None, None, None),
    ],
)
def test_number_sex_and_age(facts: dict[str, str | None], id_no: str | None, sex: str | None, age: int | None) -> None:
    (line,) = lines_for(household(**facts), DAY, NAMES)
    assert (line.value("id_no"), line.value("sex"), line.value("age")) == (id_no, sex, age)


@pytest.mark.parametrize(
    ("said", "printed"),
    [
        ("阿卜杜拉•买买提", "阿卜杜拉·买买提"), (" 张 建国 ", "张建国"), ("Hans  J. Müller", "Hans J. Müller"),
        ("𠀾𫠉", "𠀾𫠉"), ("张\x07建\ud800国", "张建国"),
    ],
)
def test_names(said: str, printed: str) -> None:
    (line,) = lines_for(household(rep_name=said), DAY, NAMES)
    assert line.value("name") == printed


def test_social_security_in_words() -> None:
    (line,) = lines_for(household(insur=["none"]), DAY, NAMES)
    assert line.value("security") == "无"
    (line,) = lines_for(household(insur=["other", "ltc"], insur_other="商业养老"), DAY, NAMES)
    assert line.value("security") == "长护险、商业养老"
    (line,) = lines_for(household(insur=["from_next_year"]), DAY, NAMES)
    assert line.value("security") == "from_next_year"


def test_kinds_of_need_where_nobody_wrote_the_difficulty() -> None:
    (line,) = lines_for(household(may_qualify="no", difficulty=None, needs=["mental", "medical"]), DAY, NAMES)
    assert line.value("difficulty") == "医疗、心理"


def test_a_suggestion_stands_under_the_links_without_a_date() -> None:
    (line,) = lines_for(household(DIBAO, suggest="找就业服务\n送技能课"), DAY, NAMES, links=LINKS[:1])
    assert line.value("links") == "医疗救助\n找就业服务；送技能课"
    assert line.value("linked") == "2024.05.12\n"
    (line,) = lines_for(household(DIBAO, suggest="找就业服务"), DAY, NAMES, links=(Link("桥计划"),))
    assert (line.value("links"), line.value("linked")) == ("桥计划\n找就业服务", None)


def test_every_cell_names_its_source() -> None:
    folded = household(DIBAO, income_pc=held(900, instance="uuid:visit"), plan=held("回访", instance="uuid:visit"))
    (line,) = lines_for(folded, DAY, NAMES, links=LINKS)
    assert line.cells["plan"].sources == ("uuid:visit",)
    assert line.cells["age"].sources == line.cells["id_no"].sources == ("uuid:a",)
    assert line.cells["links"].sources == ("uuid:r1", "uuid:r2", "uuid:r3")
    assert line.cells["linked"].sources == ("uuid:r1", "uuid:r2")


def test_nothing_known_is_blank() -> None:
    bare = dict.fromkeys(("id_no", "members_n", "income_pc", "addr", "phone", "insur", "difficulty", "plan"))
    (line,) = lines_for(household(village="310118102999", **bare), DAY, NAMES)
    assert line.value("village") == "310118102999"
    assert {line.value(key) for key in ("id_no", "age", "members", "income", "phone", "plan", "consultant")} == {None}


@pytest.mark.parametrize("kind", LedgerKind)
def test_a_line_survives_its_json(kind: LedgerKind) -> None:
    line = of_kind(kind)
    again = Line.parse(line.stored())
    assert again == line
    assert canonical(again.content()) == canonical(line.content())
    assert canonical(line.content()).decode("utf-8").count("\n") == 0


def test_marked_cells_are_those_a_closing_would_print_otherwise() -> None:
    line, approved = of_kind(THREE, plan="新方案"), of_kind(THREE)
    assert [key for key, cell in marked(line, approved).cells.items() if cell.pending] == ["plan"]
    assert not marked(line, line).is_pending
    assert all(cell.pending for cell in marked(line, None).cells.values())
    assert all(cell.pending for cell in marked(line, of_kind(ONE)).cells.values())


def test_lines_stand_by_village_and_name_as_spoken() -> None:
    people = [("周荡", VILLAGE), ("安宁", VILLAGE), ("陈一", VILLAGE), ("李二", "310118102001"), ("陈一", VILLAGE)]
    lines = [
        lines_for(household(id=f"h-{n}", rep_name=name, village=village), DAY, NAMES)[0]
        for n, (name, village) in enumerate(people)
    ]
    assert [line.household for line in in_order(lines)] == ["h-3", "h-1", "h-2", "h-4", "h-0"]
    assert in_order(reversed(lines)) == in_order(lines)
    assert list(by_kind(lines)) == list(LedgerKind)


def test_months() -> None:
    assert (first_day("2024-02"), last_day("2024-02")) == (date(2024, 2, 1), date(2024, 2, 29))
    assert month_of(date(2024, 12, 31)) == "2024-12"
    for wrong in ("2024-13", "2024", "2024-1", "2024/01", "", "abcd-ef"):
        with pytest.raises(ValueError):
            last_day(wrong)
