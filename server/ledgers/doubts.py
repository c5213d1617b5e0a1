"""What to look at before a month is closed, line by line. Pure. Nothing here keeps a month from closing."""

from dataclasses import dataclass
from enum import StrEnum

from server.households.idno import normal_id, valid_id
from server.households.values import Folded
from server.ledgers.kinds import LedgerKind
from server.ledgers.rules import PROGRAMMES
from server.ledgers.values import Line

#: 要详细描述 (notice, 填表说明): less than this many characters is hardly a description (domain B.3).
LEAST_DIFFICULTY = 10
CHECKED_PAPERS = (None, "", "resident", "hmt_residence", "foreign_pr")


class Mender(StrEnum):
    """Who can mend what is doubtful."""

    VISITOR = "visitor"  # who answers for the 村居
    REVIEWER = "reviewer"  # 街镇审核
    DISTRICT = "district"  # 区民政局


@dataclass(frozen=True)
class Doubt:
    """One thing missing or doubtful, as a sentence, and who can mend it. ``is_across``: it tells of a household of
    another 村居, and is shown to whoever decides for both, nobody else."""

    text: str
    mender: Mender = Mender.VISITOR
    is_across: bool = False


UNREVIEWED = Doubt("有待审核的提交", Mender.REVIEWER)
CONFLICT = Doubt("有未裁定的冲突", Mender.REVIEWER)
TWIN = Doubt("疑似重复，尚未认定", Mender.REVIEWER)
SAME_ID = Doubt("同一身份证号在本村居另有一户", Mender.REVIEWER)
TWIN_ACROSS = Doubt("疑似与另一村居的一户重复，尚未认定", Mender.REVIEWER, is_across=True)
SAME_ID_ACROSS = Doubt("同一身份证号在另一村居也有一户", Mender.REVIEWER, is_across=True)
PROVISIONAL = Doubt("登记表未到", Mender.VISITOR)


def doubts_of(line: Line, folded: Folded) -> tuple[Doubt, ...]:
    """What is missing or doubtful in a line of ``folded``; () for a sound one."""
    found = [*_person(line, folded), *_relief(line, folded), *_texts(line)]
    if line.value("consultant") is None:
        found.append(Doubt("所在村居没有救助顾问", Mender.REVIEWER))
    return tuple(found)


def _person(line: Line, folded: Folded) -> list[Doubt]:
    number = line.value("id_no")
    found = []
    if number is None:
        found.append(Doubt("没有身份证号"))
    elif (line.part or folded.value("id_type") in CHECKED_PAPERS) and not valid_id(normal_id(str(number))):
        found.append(Doubt("身份证号不合校验规则"))
    if line.value("age") is None:
        found.append(Doubt("算不出年龄"))
    return found


def _relief(line: Line, folded: Folded) -> list[Doubt]:
    if line.kind in (LedgerKind.THREE, LedgerKind.FOUR):
        return [] if line.value("admitted") else [Doubt("准入救助时间不详")]
    found = []
    elsewhere = any(spell.programme not in PROGRAMMES for spell in folded.spells)
    if elsewhere or folded.value("applied") in ("in", "ended"):
        # 低保边缘 and expenditure types other than 因病 have no choice of their own in 表三 (domain F-10, F-16).
        text = f"已在（或曾在）救助中，但不属于表三的四项保障，暂列{line.kind.label}，请核定"
        found.append(Doubt(text, Mender.REVIEWER))
    if line.kind == LedgerKind.ONE and line.value("policies") is None:
        found.append(Doubt("没有写拟可准入的政策"))
    return found


def _texts(line: Line) -> list[Doubt]:
    found = []
    if "difficulty" in line.cells and len(str(line.value("difficulty") or "")) < LEAST_DIFFICULTY:
        found.append(Doubt("家庭主要困难需求写得太短"))
    if line.value("plan") is None:
        found.append(Doubt("没有处理方案"))
    return found
