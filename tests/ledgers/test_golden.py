"""One registry per trap, made by hand; the workbook is opened again and read cell by cell.

Each registry is what somebody would know on the month's last day, 31 August 2024; ``after``: what becomes known in
September. Beside it what the sheets say: by table the lines, each by the headings that the trap is about.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from server.acts.kinds import ActKind
from server.field.decide import decide
from server.households.kinds import ProposalKind
from server.households.models import Filing
from server.ledgers.close import close_month
from server.ledgers.export import export_month
from server.ledgers.kinds import LedgerKind
from server.ledgers.reopen import reopen_month
from server.ledgers.rule_on import list_person
from server.ledgers.workbook import HEADER_ROW
from tests.cast import ZHUJIAJIAO, Cast
from tests.ledgers.keep import accept, admitted, correct, left, moment, screen, visit
from tests.ledgers.samples import id_number

pytestmark = pytest.mark.django_db

A = "00000000-0000-4000-8000-000000000601"
NO_ID = {"id_no": None, "birth": "1962-03-15", "sex": "male"}
DIBAO = admitted("dibao", "2018-03-01", "month")
SEPTEMBER = moment("2024-09-10")
Sheets = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Trap:
    """``told``: what is known by the end of August; ``after``: learned on 10 September; ``says``: the file either way
    (``then``: what a closing on 20 September would have printed instead, None: the same)."""

    told: Callable[[str], Any]
    says: Mapping[str, list[dict[str, Any]]]
    after: Callable[[], Any] = lambda: None
    then: Mapping[str, list[dict[str, Any]]] | None = None


def applying(home: str) -> None:
    screen(A, "2024-08-02", home, applied="applying")


def dead(home: str) -> None:
    screen(A, "2024-08-02", home)
    accept(A, ProposalKind.DEAD, "2024-08-20", at=moment("2024-08-21"))


def moved(home: str) -> None:
    screen(A, "2024-08-02", home)
    accept(A, ProposalKind.MOVED, "2024-08-31", at=moment("2024-08-31"))


def readmitted(home: str) -> None:
    screen(A, "2024-08-02", home, relief=(DIBAO, left("dibao", "2024-05-31")), applied="ended")
    accept(A, ProposalKind.READMIT, "2024-08-15", at=moment("2024-08-16"), programme="dibao")


def two_programmes(home: str) -> None:
    screen(A, "2024-08-02", home, relief=(admitted("tekun", "2020-05-06"), DIBAO), applied="in")


def extra(home: str) -> None:
    screen(A, "2024-08-02", home, relief=(DIBAO,), applied="in")
    list_person(A, name="沈阿婆", id_no=id_number("19400505", 8), programme="tekun", since=date(2020, 5, 6), by=None,
                now=moment("2024-08-20"), reason="单人特困")


def minority(home: str) -> None:
    screen(A, "2024-08-02", home, rep_name="阿依古丽•买买提 ")


def no_id(home: str) -> None:
    screen(A, "2024-08-02", home, **NO_ID)


def leap(home: str) -> None:
    screen(A, "2024-08-02", home, id_no=id_number("19560229", 12))


def in_relief(home: str) -> None:
    screen(A, "2024-08-02", home, relief=(DIBAO,), applied="in", overlay=["rent"])


def exit_learned() -> None:
    accept(A, ProposalKind.EXIT, "2024-08-20", at=SEPTEMBER, programme="dibao")


def id_supplied() -> None:
    correct(Filing.objects.get(entity=A).instance, "id_no", id_number("19620315", 202), SEPTEMBER)


def apart(home: str) -> None:
    """Registered at home in Zhujiajiao, household register elsewhere (人户分离): the residence answers."""
    screen(A, "2024-08-02", home, hukou_kind="other_town", hukou_town="310118104")


def care_ended(home: str) -> None:
    out = (admitted("dibao", "2018-03-01"), left("dibao", "2023-07-01"))
    screen(A, "2023-08-02", home, relief=out, applied="ended")
    accept(A, ProposalKind.CLOSE, "2024-08-30", at=moment("2024-08-30"))


def seen_later() -> None:
    visit(A, "2024-09-08", received=SEPTEMBER, income_pc=5000)


TRAPS = {
    "申请中": Trap(applying, {"表二": [{"姓名": "张建国"}]}),
    "dead in the month": Trap(dead, {}),
    "moved on the last day": Trap(moved, {}),
    "re-admitted in the month": Trap(
        readmitted, {"表三": [{"家庭基本保障": "低保家庭", "准入救助时间": "2024.08.15"}]}
    ),
    "two programmes": Trap(
        two_programmes, {"表三": [{"家庭基本保障": "低保家庭、特困供养对象", "准入救助时间": "2018.03、2020.05.06"}]}
    ),
    "a further 对象": Trap(
        extra,
        {"表三": [
            {"姓名": "沈阿婆", "性别": "女", "年龄": 84, "家庭基本保障": "特困供养对象", "准入救助时间": "2020.05.06"},
            {"姓名": "张建国", "性别": "男", "年龄": 62, "家庭基本保障": "低保家庭", "准入救助时间": "2018.03"},
        ]},
    ),
    "a minority name": Trap(minority, {"表一": [{"姓名": "阿依古丽·买买提"}]}),
    "no ID": Trap(no_id, {"表一": [{"身份证": None, "性别": "男", "年龄": 62}]}),
    "born on 29 February": Trap(leap, {"表一": [{"年龄": 68, "性别": "女"}]}),
    "exit learned after month's end": Trap(
        in_relief, {"表三": [{"终止时间": None, "叠加政策": "rent"}]}, exit_learned,
        {"表四": [{"家庭基本保障": "低保家庭", "终止时间": "2024.08.20", "叠加政策": "rent"}]},
    ),
    "ID supplied after month's end": Trap(
        no_id, {"表一": [{"身份证": None, "性别": "男"}]}, id_supplied,
        {"表一": [{"身份证": id_number("19620315", 202), "性别": "女", "年龄": 62}]},
    ),
    "人户分离": Trap(apart, {"表一": [{"姓名": "张建国"}]}),
    "表四 ending": Trap(care_ended, {}),
    "seen after month's end": Trap(apart, {"表一": [{"家庭月人均收入": 1580.5}]}, seen_later),
}


def sheets(data: bytes) -> Sheets:
    """The lines of every table by heading; both readers must read the same."""
    book, other = load_workbook(BytesIO(data)), CalamineWorkbook.from_filelike(BytesIO(data))
    found: Sheets = {}
    for sheet in book:
        rows = list(sheet.iter_rows(min_row=HEADER_ROW, values_only=True))
        twin = other.get_sheet_by_name(sheet.title).to_python()[HEADER_ROW - 1 :]
        assert [["" if v is None else v for v in row] for row in rows] == twin
        lines = [dict(zip(rows[0], row, strict=True)) for row in rows[1:] if isinstance(row[0], int)]
        if lines:
            found[sheet.title] = lines
    return found


def agree(found: Sheets, says: Mapping[str, list[dict[str, Any]]]) -> None:
    assert set(found) == set(says)
    for name, lines in says.items():
        assert [line["序号"] for line in found[name]] == list(range(1, len(lines) + 1))
        for line, wanted in zip(found[name], lines, strict=True):
            assert {heading: line.get(heading) for heading in wanted} == wanted


@pytest.mark.parametrize("trap", TRAPS.values(), ids=TRAPS.keys())
def test_trap(trap: Trap, cast: Cast) -> None:
    trap.told(cast.villages[0])
    close_month(ZHUJIAJIAO, "2024-08", by=None, now=moment("2024-09-03"))
    issued = export_month(ZHUJIAJIAO, "2024-08", made_by="小赵", now=moment("2024-09-03"))
    agree(sheets(issued.data), trap.says)
    trap.after()
    again = export_month(ZHUJIAJIAO, "2024-08", made_by="小赵", now=moment("2024-09-20"))
    assert again.data == issued.data
    reopen_month(ZHUJIAJIAO, "2024-08", by=None, now=moment("2024-09-19"), reason="重做")
    close_month(ZHUJIAJIAO, "2024-08", by=None, now=moment("2024-09-20"))
    anew = export_month(ZHUJIAJIAO, "2024-08", made_by="小赵", now=moment("2024-09-20"))
    agree(sheets(anew.data), trap.says if trap.then is None else trap.then)


def test_the_last_town_answers_for_a_household_that_moved(cast: Cast) -> None:
    """人户分离 handed over within the month: one table of one 街镇."""
    apart(cast.villages[0])
    day = date(2024, 8, 20)
    decide(ActKind.ASSIGN, A, by=None, now=moment(day), since=day, value={"village": cast.away[0]})
    here = export_month(ZHUJIAJIAO, "2024-08", made_by="", now=moment("2024-09-01"))
    there = export_month(cast.away[0][:9], "2024-08", made_by="", now=moment("2024-09-01"))
    assert sheets(here.data) == {}
    assert [line["姓名"] for line in sheets(there.data)[LedgerKind.ONE.label]] == ["张建国"]
