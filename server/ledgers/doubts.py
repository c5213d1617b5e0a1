"""What to look at before a month is closed, line by line. Pure. Nothing here keeps a month from closing."""

from server.households.idno import normal_id, valid_id
from server.households.values import Folded
from server.ledgers.kinds import LedgerKind
from server.ledgers.values import Line

#: 要详细描述 (notice, 填表说明): less than this many characters is hardly a description (domain B.3).
LEAST_DIFFICULTY = 10
CHECKED_PAPERS = (None, "", "resident", "hmt_residence", "foreign_pr")


def doubts_of(line: Line, folded: Folded) -> tuple[str, ...]:
    """Sentences about what is missing or doubtful in a line of ``folded``; () for a sound one."""
    found = [*_person(line, folded), *_relief(line, folded), *_texts(line)]
    if line.value("consultant") is None:
        found.append("所在村居没有救助顾问")
    return tuple(found)


def _person(line: Line, folded: Folded) -> list[str]:
    number = line.value("id_no")
    found = []
    if number is None:
        found.append("没有身份证号")
    elif folded.value("id_type") in CHECKED_PAPERS and not valid_id(normal_id(str(number))):
        found.append("身份证号不合校验规则")
    if line.value("age") is None:
        found.append("算不出年龄")
    return found


def _relief(line: Line, folded: Folded) -> list[str]:
    if line.kind in (LedgerKind.THREE, LedgerKind.FOUR):
        return [] if line.value("admitted") else ["准入救助时间不详"]
    found = []
    if folded.value("applied") in ("in", "ended"):
        # 低保边缘 and expenditure types other than 因病 have no choice of their own in 表三 (domain F-10, F-16).
        found.append(f"已在（或曾在）救助中，但不属于表三的四项保障，暂列{line.kind.label}，请核定")
    if line.kind == LedgerKind.ONE and line.value("policies") is None:
        found.append("没有写拟可准入的政策")
    return found


def _texts(line: Line) -> list[str]:
    found = []
    if "difficulty" in line.cells and len(str(line.value("difficulty") or "")) < LEAST_DIFFICULTY:
        found.append("家庭主要困难需求写得太短")
    if line.value("plan") is None:
        found.append("没有处理方案")
    return found
