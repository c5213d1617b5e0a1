"""Households and lines to draw sheets with. Everybody is invented; ID numbers begin 319999."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from server.households.idno import check_digit
from server.households.kinds import Review, Standing, Status
from server.households.values import Folded, Held, Place, Spell
from server.ledgers.kinds import LedgerKind
from server.ledgers.lines import lines_for
from server.ledgers.values import Line, Link, Names, last_day
from server.ledgers.workbook import Paper

MONTH = "2024-08"
DAY = last_day(MONTH)
VILLAGE = "310118102201"
NAMES = Names(
    villages={VILLAGE: "周荡村委会", "310118102001": "东湖街居委会"},
    consultants={VILLAGE: "顾问小吴", "310118102001": "陆顾问"},
    policies={
        "dibao": "最低生活保障", "tekun": "特困人员救助供养", "medical_aid": "医疗救助", "rent": "廉租住房",
        "two_subsidies": "残疾人两项补贴",
    },
)
PAPER = Paper(
    town="朱家角镇", month=MONTH, state="开放", made_at=datetime(2024, 9, 1, 1, 0, tzinfo=UTC), made_by="小赵",
)


def id_number(birth: str, order: int) -> str:
    """A number that holds: unassigned division 319999, ``yyyymmdd``, order (odd: male)."""
    first = f"319999{birth}{order:03d}"
    return first + check_digit(first)


def held(value: Any, since: date = date(2024, 3, 5), instance: str = "uuid:a") -> Held:
    at = datetime(since.year, since.month, since.day, 4, tzinfo=UTC)
    return Held(value, since, Place(at, at, 0, instance), instance, Review.APPROVED)


BASE: Mapping[str, Any] = {
    "rep_name": "张建国", "id_no": id_number("19620315", 201), "members_n": 3, "income_pc": 1580.5,
    "addr": "周荡村 12 号", "phone": "13800000001", "insur": ["medical_resident", "pension_resident"],
    "difficulty": "户主患慢性肾病，每周透析三次，家中只有儿子打零工的收入，医药费负担重。",
    "plan": "每月上门一次，协助申请医疗救助，联系社区基金会。", "applied": "no", "may_qualify": "yes",
    "policy_minzheng": ["dibao"], "policy_other": ["rent"],
}


def household(
    *spells: Spell, id: str = "h-1", standing: Standing = Standing.FULL, status: Status = Status.ACTIVE,
    village: str = VILLAGE, opened: date | None = date(2024, 3, 5), **facts: Any
) -> Folded:
    """A folded household: ``BASE`` with ``facts`` over it (None takes one away)."""
    values = {name: value for name, value in {**BASE, **facts}.items() if value is not None}
    facts = {name: value if isinstance(value, Held) else held(value) for name, value in values.items()}
    return Folded(
        id=id, ids=(id,), standing=standing, facts=facts,
        members=(), spells=spells, village=village, status=status, status_since=None, grade=None,
        grades=(), as_of=Place(datetime(2024, 3, 5, tzinfo=UTC), datetime(2024, 3, 5, tzinfo=UTC), 0, "uuid:a"),
        opened=opened,
    )


DIBAO = Spell("dibao", date(2018, 3, 1), None, "month")
ENDED = Spell("dibao", date(2018, 3, 1), date(2024, 7, 15), "month")
LINKS = (
    Link("医疗救助", date(2024, 5, 12), "uuid:r1"),
    Link("朱家角社区基金会", date(2024, 8, 2), "uuid:r2"),
    Link("桥计划心理疏导", None, "uuid:r3"),
)


def of_kind(kind: LedgerKind, **facts: Any) -> Line:
    """One line of a table."""
    shape: Mapping[LedgerKind, tuple[tuple[Spell, ...], Mapping[str, Any]]] = {
        LedgerKind.ONE: ((), {}),
        LedgerKind.TWO: ((), {"may_qualify": "no", "suggest": "联系社区基金会，申请临时帮困"}),
        LedgerKind.THREE: ((DIBAO,), {"applied": "in", "overlay": ["medical_aid", "two_subsidies"]}),
        LedgerKind.FOUR: ((ENDED,), {"applied": "ended", "overlay": ["medical_aid"]}),
    }
    spells, wanted = shape[kind]
    folded = household(*spells, **{**wanted, **facts})
    links = LINKS if kind in (LedgerKind.THREE, LedgerKind.FOUR) else ()
    (line,) = lines_for(folded, DAY, NAMES, links=links, at_exit=folded)
    assert line.kind == kind
    return line
