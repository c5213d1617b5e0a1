"""One household from the first knock to its return into relief: docs/worked-example.md, figure by figure."""

import os
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from server.ledgers.archive import content_digest
from server.ledgers.export import export_month
from server.visits.models import Due
from tests.cast import ZHUJIAJIAO
from tests.house import ROOT
from tests.loop.books import HEADINGS
from tests.loop.example import NAME, NUMBER, Said, walk
from tests.loop.world import World

pytestmark = pytest.mark.slow

DOCUMENT = ROOT / "docs" / "worked-example.md"
#: "write": put the figures into the document; the workbook of the locked month goes where WORKED_EXAMPLE_BOOK says.
WRITE, BOOK = os.environ.get("WORKED_EXAMPLE") == "write", os.environ.get("WORKED_EXAMPLE_BOOK", "")
#: Linked in November, with 1500 元.
FUND = "朱家角社区基金会助困（累计1500元）"
#: What every line says, whatever the month.
ALWAYS = {
    "序号": 1, "姓名": NAME, "性别": "女", "身份证": NUMBER, "家庭人数": 2, "家庭住址": "大新街42号",
    "村级救助顾问姓名": "顾问小吴",
}  # fmt: skip


def test_the_worked_example(world: World) -> None:
    said = {one.key: one for one in walk(world)}

    # Nothing has been uploaded: the server knows nothing, and the 街镇 reports nothing (零报告).
    for key in ("registered", "visited offline"):
        assert said[key].registry == "nothing yet"
        assert not any(said[key].book.lines.values())

    # Seen on 12 and 26 April 2023, no grade set: quarterly, so July to September (31 + 31 + 30 days).
    assert said["uploaded"].window == ("regular", date(2023, 7, 1), date(2023, 9, 30))
    line(said["uploaded"], "表一", 年龄=71, 基本社会保障="城乡居民养老、居民医保", 家庭月人均收入=1260,
         联系方式="13900002222", 拟可准入民政救助政策="最低生活保障", 拟可叠加其他部门政策="医疗救助",
         处理方案="陪她到受理中心递交低保申请")  # fmt: skip

    # Seen on 12 July, the third quarter: due in the fourth.
    assert said["visited again"].window == ("regular", date(2023, 10, 1), date(2023, 12, 31))
    line(said["visited again"], "表一", 年龄=71, 家庭月人均收入=1085.5, 联系方式="13900002222",
         处理方案="陪她到受理中心递交低保申请")  # fmt: skip

    # Admitted from 1 October. 一般 from 8 October: the first visit after it still comes at the old interval.
    assert said["admitted"].window == ("regular", date(2023, 10, 1), date(2023, 12, 31))
    line(said["admitted"], "表三", 家庭基本保障="低保家庭", 准入救助时间="2023.10.01", 叠加政策=None, 衔接时间=None,
         可衔接其他政策或社会帮扶资源=None,
         家庭主要困难需求="儿子长期生病没有收入，药费每月八百元，靠她的养老金过日子")  # fmt: skip

    # Seen on 20 November: half-yearly from here, due in the first half of 2024.
    assert said["helped"].window == ("regular", date(2024, 1, 1), date(2024, 6, 30))
    line(said["helped"], "表三", 年龄=71, 可衔接其他政策或社会帮扶资源=FUND, 衔接时间="2023.11.18",
         处理方案="每半年上门一次，看药费补助到没到")  # fmt: skip
    assert said["locked"].book == said["helped"].book
    # Whatever has been said since, and whoever takes it: the same sheets; the properties name who took it.
    later = export_month(ZHUJIAJIAO, "2023-11", made_by="小李", now=world.clock.now())
    assert later.content == content_digest(said["locked"].workbook)

    # Left on 15 March 2024 (F-R): from the day after, at the latest a month on.
    assert said["ended"].window == ("return", date(2024, 3, 16), date(2024, 4, 15))
    line(said["ended"], "表四", 年龄=72, 家庭基本保障="低保家庭", 准入救助时间="2023.10.01", 终止时间="2024.03.15",
         叠加政策="医疗救助", 可衔接其他政策或社会帮扶资源=FUND, 衔接时间="2023.11.18",
         处理方案="停保后按时回访，看就业稳不稳")  # fmt: skip

    # v = 10 April: three to six months on.
    assert said["first return visit"].window == ("return", date(2024, 7, 10), date(2024, 10, 10))
    line(said["first return visit"], "表四", 终止时间="2024.03.15")
    # v = 20 September: again, over the turn of the year.
    assert said["second return visit"].window == ("return", date(2024, 12, 20), date(2025, 3, 20))
    # 14 March 2025 is eleven full months after 15 March 2024, 15 March is twelve.
    early, ready = said["a day too early"], said["third return visit"]
    assert [early.looks[q].relevant for q in ("close_missing", "close_ready")] == [True, False]
    assert [ready.looks[q].relevant for q in ("close_missing", "close_ready")] == [False, True]
    assert [one.looks["exit_months"].value for one in (early, ready)] == ["11", "12"]
    assert "may be closed" not in said["second return visit"].schedule
    assert ready.schedule.endswith("may be closed from 2025-03-15")
    assert ready.window == ("return", date(2025, 6, 15), date(2025, 9, 15))
    line(ready, "表四", 年龄=73, 终止时间="2024.03.15")

    # In relief again from 1 May 2025: the return plan is over; seen in the first half-year, due in the second.
    assert said["admitted again"].window == ("regular", date(2025, 7, 1), date(2025, 12, 31))
    assert Due.objects.get().exit_on is None
    line(said["admitted again"], "表三", 年龄=73, 家庭基本保障="低保家庭", 准入救助时间="2025.05.01",
         叠加政策="医疗救助、廉租住房租金补贴", 衔接时间="2023.11.18",
         处理方案="盯住医疗救助报销，联系长护险")  # fmt: skip

    for one in said.values():
        held_by_the_document(one)
    if BOOK:
        Path(BOOK).write_bytes(said["locked"].workbook)


def line(said: Said, sheet: str, **cells: Any) -> None:
    """The household stands in this sheet and in no other, and its line says this."""
    found, row = said.book.only
    assert found == sheet, said.key
    assert len(row["身份证"]) == 18
    assert row["所属村(居)委" if sheet != "表三" else "所属村（居）委"] == "大新街居委会"
    wanted = {**ALWAYS, **cells}
    assert {heading: row[heading] for heading in wanted} == wanted, said.key


def held_by_the_document(said: Said) -> None:
    """The block of this step in the document is what everybody says (WORKED_EXAMPLE=write puts it there)."""
    text = DOCUMENT.read_text("utf-8")
    block = re.compile(rf"(<!-- {said.key} -->\n).*?(<!-- end -->)", re.DOTALL)
    assert block.search(text), f"no place for “{said.key}” in {DOCUMENT.name}"
    wanted = block.sub(lambda found: f"{found[1]}{rendered(said)}{found[2]}", text)
    if WRITE:
        DOCUMENT.write_text(wanted, "utf-8")
    assert wanted == DOCUMENT.read_text("utf-8"), f"{DOCUMENT.name} is behind: {said.key}"


def rendered(said: Said) -> str:
    """A step as the document shows it."""
    rows = [("phone", said.phone), ("registry", said.registry), ("schedule", said.schedule)]
    table = ["| | |", "|---|---|", *(f"| {who} | {what} |" for who, what in rows)]
    return "\n".join([*table, "", *_ledger(said), ""])


def _ledger(said: Said) -> list[str]:
    if not any(said.book.lines.values()):
        return [f"Ledger of {said.month} ({said.state}): four sheets without a line (零报告)."]
    sheet, row = said.book.only
    heads = HEADINGS[sheet]
    cells = ["" if row[heading] is None else str(row[heading]).replace("\n", "<br>") for heading in heads]
    return [
        f"Ledger of {said.month} ({said.state}), {sheet}; the other three sheets are empty.", "",
        f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}", f"| {' | '.join(cells)} |",
    ]  # fmt: skip
