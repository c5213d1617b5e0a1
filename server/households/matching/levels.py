"""What is compared, and the levels of agreement: the one definition that training, batch and online render. Pure.

Levels are asked in their order; the first that holds counts. The order is from strong to weak, with ``missing`` first
where silence must say nothing. ``Comparison.sql`` is what Splink and DuckDB or Spark compute, ``levels_of`` what a
submission is compared by; a test holds them together.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any as Anything

from rapidfuzz.distance import Levenshtein

from server.households.matching.conditions import (
    Always,
    Condition,
    Dialect,
    Fits,
    InList,
    Lacks,
    LacksList,
    LacksNumber,
    Naming,
    Not,
    OneEach,
    Overlap,
    Same,
    Shares,
    Slip,
    as_suffix,
    both,
    either,
)
from server.households.matching.features import COLUMNS, Features

#: Raised whenever a pair may come to another level: a model holds for one version only.
LEVELS_VERSION = "1"


@dataclass(frozen=True)
class Level:
    """``label`` names it in models and waterfalls, ``said`` tells people."""

    label: str
    said: str
    when: Condition


@dataclass(frozen=True)
class Comparison:
    """``trained``: weights come from data; the others are set by hand, since a list from outside lacks their columns.
    ``tf``: the column whose frequent values weigh less, by level."""

    name: str
    said: str
    levels: tuple[Level, ...]
    trained: bool = True

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(level.label for level in self.levels)

    def sql(self, dialect: Dialect, name: Naming = as_suffix) -> str:
        """The number of the level (from 0) as an SQL expression."""
        cases = " ".join(f"WHEN {level.when.sql(dialect, name)} THEN {n}" for n, level in enumerate(self.levels))
        return f"CASE {cases} END"


_TWO_VALID = Same("id_ok")
_ID_NEAR = either(Same("id_head"), Same("id_tail"))
_STREET = either(Same("street"), both(Lacks("street"), Same("committee")))
_LANE = either(Same("lane"), Lacks("lane"))

IDENT = Comparison("ident", "证件与出生", (
    Level("missing", "证件号码、出生日期有一方没有", both(
        LacksNumber("high"), Lacks("id_no"), Not(OneEach("id_no", "id_mask")))),
    Level("equal", "证件号码相同", Same("id_no")),
    Level("slip", "证件号码差一处", both(
        Not(_TWO_VALID), _ID_NEAR, either(Slip("id_no", 1), both(Same("id_sorted"), Slip("id_no", 2))))),
    Level("two_slips", "证件号码差两处", both(
        Not(_TWO_VALID), either(_ID_NEAR, Same("birth")), Slip("id_no", 2))),
    Level("partial", "证件号码已知的部分相同", either(Fits("id_no", "id_mask"), Same("id_mask"))),
    Level("birth", "出生日期相同，证件号码有一方没有", both(Same("birth"), Lacks("id_no"))),
    Level("birth_only", "出生日期相同，证件号码不同", Same("birth")),
    Level("birth_slip", "出生日期差一处", either(
        Slip("birth", 1), both(Same("birth_sorted"), Slip("birth", 2)))),
    Level("year", "出生年份相同或差一年", Overlap("low", "high", 1)),
    Level("different", "证件号码、出生日期都不同", Always()),
))

NAME = Comparison("name", "姓名", (
    Level("missing", "姓名有一方没有", Lacks("pinyin")),
    Level("same", "姓名相同", Same("name")),
    Level("pinyin", "姓名拼音相同", Same("pinyin")),
    Level("near", "姓名读音或字形相近", either(
        Same("fuzzy"), Same("shape"), both(either(Same("surname_py"), Same("given_py")), Slip("pinyin", 1)))),
    # As siblings and twins are named: a slip of another sound is rarer than a brother.
    Level("half", "姓和名中一个字相同", both(Same("surname"), either(Same("first"), Same("second")))),
    Level("surname", "只有姓相同", Same("surname_py")),
    Level("different", "姓名不同", Always()),
))

ADDR = Comparison("addr", "住址", (
    Level("missing", "住址有一方没有", Lacks("place")),
    Level("door", "同一门牌", either(
        both(Same("whole"), Same("num"), _STREET),
        both(Same("room"), Same("building"), Lacks("lane"), _STREET))),
    Level("building", "同一楼号，室号有一方没有", both(Same("building"), Lacks("room"), _LANE, _STREET)),
    Level("slip", "门牌差一处", either(
        both(Same("room"), Same("building"), either(_STREET, Same("committee"))),
        both(Same("whole"), Same("lane"), Same("num")),
        both(_STREET, Same("whole"), Not(Lacks("room")), either(
            Slip("num", 1), both(Same("num_sorted"), Slip("num", 2)))))),
    Level("neighbour", "同一楼号，不同室", both(Same("building"), _LANE, _STREET)),
    Level("lane", "同一弄或同一村", both(Same("street"), either(Same("lane"), Lacks("lane")))),
    Level("elsewhere", "住址不同", Always()),
))

PHONE = Comparison("phone", "电话", (
    Level("missing", "电话有一方没有", LacksList("phones")),
    Level("shared", "电话相同", Shares("phones")),
    Level("different", "电话不同", Always()),
))

SEX = Comparison("sex", "性别", (
    Level("missing", "性别有一方没有", Lacks("sex")),
    Level("same", "性别相同", Same("sex")),
    Level("different", "性别不同", Always()),
))

SIZE = Comparison("hsize", "家庭人数", (
    Level("missing", "家庭人数有一方没有", LacksNumber("size")),
    Level("same", "家庭人数相同", Overlap("size", "size")),
    Level("near", "家庭人数差一人", Overlap("size", "size", 1)),
    Level("different", "家庭人数不同", Always()),
))

MEMBERS = Comparison("members", "家庭成员", (
    Level("head_in", "一方的登记人是另一方的成员（证件号码）", InList("id_no", "member_ids")),
    Level("shared_id", "有同一成员（证件号码）", Shares("member_ids")),
    Level("head_name", "一方的登记人是另一方的成员（姓名、出生年份）", InList("person", "member_names")),
    Level("shared_name", "有同一成员（姓名、出生年份）", Shares("member_names")),
    Level("silent", "没有可比的成员", Always()),
), trained=False)

#: Tells apart what rules need and no weight says.
PROOF = Comparison("proof", "", (
    Level("ids_differ", "两个有效证件号码不同", both(_TWO_VALID, Not(Same("id_no")))),
    Level("half_name", "有一方只知道姓", Lacks("given_py")),
    Level("none", "", Always()),
), trained=False)

TRAINED = (IDENT, NAME, ADDR, PHONE, SEX, SIZE)
COMPARISONS = (*TRAINED, MEMBERS, PROOF)


def fits(text: str, mask: str) -> bool:
    """Whether a number agrees with a pattern, position by position."""
    return len(text) == len(mask) > 0 and all(m in ("_", t) for t, m in zip(text, mask, strict=True))


Measure = Callable[[Features, Features], tuple[int, ...]]


def measure(comparisons: Sequence[Comparison] = COMPARISONS) -> Measure:
    """A function (a, b) → number of the level in each comparison, compiled from the conditions."""
    lines = ["def levels(a, b):"]
    for n, comparison in enumerate(comparisons):
        word = "if"
        for number, level in enumerate(comparison.levels):
            if isinstance(level.when, Always):
                lines.append(f"    else: v{n} = {number}")
            else:
                lines.append(f"    {word} {level.when.py(COLUMNS.index)}: v{n} = {number}")
            word = "elif"
    lines.append("    return (" + ", ".join(f"v{n}" for n in range(len(comparisons))) + ",)")
    space: dict[str, Anything] = {"distance": Levenshtein.distance, "fits": fits}
    # The text comes from the table above alone; asking the conditions one by one takes ten times as long.
    exec(compile("\n".join(lines), "<levels>", "exec"), space)
    found: Measure = space["levels"]
    return found


levels_of: Measure = measure()
