"""The four tables as data: titles, headings in order, 填表说明, widths. Pure.

Wording and punctuation are those of 青民〔2024〕25号, 附表一–四, to the letter, with its mixture of half- and
full-width brackets and with 家庭主要需求 in the notes beside 家庭主要困难需求 in the headings: an official form is
not corrected.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from server.ledgers.kinds import LedgerKind


class CellType(StrEnum):
    """How a column is written: what is typed into it, and how it stands."""

    SERIAL = "serial"  # 序号, given when the sheet is drawn
    WORDS = "words"  # short text, centred
    TEXT = "text"  # long text, from the left
    CODE = "code"  # text cell, also where empty: digits that must never become a number
    COUNT = "count"  # whole number
    MONEY = "money"  # yuan, 0 to 2 decimals
    DAYS = "days"  # dates as the form writes them (2024.08 or 2024.08.12), text, one a line


@dataclass(frozen=True)
class Column:
    """A column: key of the cell, heading as printed, type, width in characters of the sheet."""

    key: str
    heading: str
    type: CellType
    width: float


@dataclass(frozen=True)
class Table:
    """One of the four sheets."""

    kind: LedgerKind
    title: str
    seal: str
    columns: tuple[Column, ...]
    notes_title: str
    notes: tuple[str, ...]


#: Name of the attachment as a whole.
ATTACHMENT = "青浦区低收入人口探访关爱工作情况表"
FORM = "青浦区社会救助低收入人口探访排摸统计表"
SEAL, SEAL_WIDE = "所属街镇(盖章):", "所属街镇（盖章）："
NOTES, NOTES_WIDE = "填表说明:", "填表说明："

_SERIAL = Column("serial", "序号", CellType.SERIAL, 4.5)
_VILLAGE = Column("village", "所属村(居)委", CellType.WORDS, 9.5)
_VILLAGE_WIDE = Column("village", "所属村（居）委", CellType.WORDS, 9.5)
_PERSON = (
    Column("name", "姓名", CellType.WORDS, 8),
    Column("sex", "性别", CellType.WORDS, 4.5),
    Column("id_no", "身份证", CellType.CODE, 20.5),
    Column("age", "年龄", CellType.COUNT, 4.5),
)
_SECURITY = Column("security", "基本社会保障", CellType.WORDS, 11.5)
_PROGRAMME = Column("programme", "家庭基本保障", CellType.WORDS, 9.5)
_MEMBERS = Column("members", "家庭人数", CellType.COUNT, 5)
_INCOME = Column("income", "家庭月人均收入", CellType.MONEY, 8)
_ADDRESS = Column("addr", "家庭住址", CellType.TEXT, 15)
_PHONE = Column("phone", "联系方式", CellType.CODE, 14)
_ADMITTED = Column("admitted", "准入救助时间", CellType.DAYS, 10.5)
_OVERLAY = Column("overlay", "叠加政策", CellType.TEXT, 11)
_DIFFICULTY = Column("difficulty", "家庭主要困难需求", CellType.TEXT, 18)
_LINKS = Column("links", "可衔接其他政策或社会帮扶资源", CellType.TEXT, 15)
_LINKED = Column("linked", "衔接时间", CellType.DAYS, 10.5)
_CONSULTANT = Column("consultant", "村级救助顾问姓名", CellType.WORDS, 8)
_PLAN = Column("plan", "处理方案", CellType.TEXT, 18)

_NOTE_SECURITY = (
    "基本社会保障: 是指在无申请民政救助或其他部门救助帮扶之前, 已落实的基础社会保障: 如社保、居民养老保险等"
)
_NOTE_PLAN = "处理方案: 根据这户家庭的现况和现有的在实施的政策和资源, 可以给予的关爱思路"
_NOTE_PLAN_WIDE = "处理方案：根据这户家庭的现况和现有的在实施的政策和资源，可以给予的关爱思路"

TABLES: Mapping[LedgerKind, Table] = {
    LedgerKind.ONE: Table(
        LedgerKind.ONE, f"{FORM}(表一)", SEAL,
        (
            _SERIAL, _VILLAGE, *_PERSON, _SECURITY, _MEMBERS, _INCOME, _ADDRESS, _PHONE,
            Column("policies", "拟可准入民政救助政策", CellType.TEXT, 13),
            Column("other_policies", "拟可叠加其他部门政策", CellType.TEXT, 13),
            _CONSULTANT, _PLAN,
        ),
        NOTES,
        (
            "对象范围: 可能符合社会救助政策(包括特困供养、低保家庭、低收边缘家庭等)申请条件, 但尚未申请的对象",
            _NOTE_SECURITY,
            _NOTE_PLAN,
        ),
    ),
    LedgerKind.TWO: Table(
        LedgerKind.TWO, f"{FORM}(表二)", SEAL,
        (
            _SERIAL, _VILLAGE, *_PERSON, _SECURITY, _MEMBERS, _INCOME, _ADDRESS, _PHONE, _DIFFICULTY,
            Column("suggestion", "拟可衔接其他政策或社会帮扶资源的建议", CellType.TEXT, 16),
            _CONSULTANT, _PLAN,
        ),
        NOTES,
        (
            "对象范围: 生活有困难, 但可能不符合社会救助政策申请条件, 可以通过其他政策、社会力量救助帮扶, "
            "或需要定期关心关注的对象",
            _NOTE_SECURITY,
            "家庭主要需求: 是指这个家庭现阶段导致贫困的关键因素, 要详细描述",
            _NOTE_PLAN,
        ),
    ),
    LedgerKind.THREE: Table(
        LedgerKind.THREE, f"{FORM}(表三)", SEAL_WIDE,
        (
            _SERIAL, _VILLAGE_WIDE, *_PERSON, _PROGRAMME, _MEMBERS, _ADDRESS, _PHONE, _ADMITTED, _OVERLAY,
            _DIFFICULTY, _LINKS, _LINKED, _CONSULTANT, _PLAN,
        ),
        NOTES_WIDE,
        (
            "对象范围：已纳入社会救助政策覆盖范围，还可以提供其他政策支持或社会力量救助帮扶的对象",
            "家庭基本保障填写选项：低保家庭、特困供养对象、重残无业对象、因病支出型家庭",
            "叠加政策：是指已保障的民政各条线政策或其他委办部门的政策",
            "家庭主要需求：是指这个家庭在经过各类政府保障后，仍旧未解决主要难点需求的关键原因，要详细描述",
            _NOTE_PLAN_WIDE,
        ),
    ),
    LedgerKind.FOUR: Table(
        LedgerKind.FOUR, f"{FORM}(表四)", SEAL,
        (
            _SERIAL, _VILLAGE, *_PERSON, _PROGRAMME, _MEMBERS, _ADDRESS, _PHONE, _ADMITTED, _OVERLAY,
            Column("ended", "终止时间", CellType.DAYS, 10.5),
            _LINKS, _LINKED, _CONSULTANT, _PLAN,
        ),
        NOTES,
        (
            "对象范围: 曾经纳入社会救助政策覆盖范围, 现已终止但可以提供其他政策支持或社会力量救助帮扶的对象",
            "家庭基本保障填写选项: 低保家庭、特困供养对象、重残无业对象、因病支出型家庭",
            "叠加政策: 是指终止前保障的民政各条线政策或其他委办部门的政策",
            _NOTE_PLAN,
        ),
    ),
}
