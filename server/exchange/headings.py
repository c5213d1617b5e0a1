"""Which column is which, and which table a sheet is, by its headings. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from server.exchange.plain import Raw, tight
from server.ledgers.columns import TABLES
from server.ledgers.kinds import LedgerKind

#: Other wordings of a heading that are in use, by the key of its column (``server.ledgers.columns``).
WORDINGS: Mapping[str, tuple[str, ...]] = {
    "serial": ("序号", "编号", "序"),
    "village": ("所属村居委", "所属村居", "村居", "村居委", "村居名称", "居村", "居村委", "所在村居", "所属居村",
                "村居委会", "村委居委", "所属村居委会"),
    "name": ("姓名", "户主姓名", "对象姓名", "救助对象姓名", "登记人", "户主"),
    "sex": ("性别",),
    "id_no": ("身份证", "身份证号", "身份证号码", "公民身份号码", "证件号码", "证件号", "身份证件号码", "身份证件号"),
    "age": ("年龄", "周岁", "年龄岁"),
    "security": ("基本社会保障", "社会保障", "基本社保", "社保情况"),
    "programme": ("家庭基本保障", "家庭保障", "保障类型", "保障类别", "救助类型", "救助类别", "家庭基本保障类型"),
    "members": ("家庭人数", "家庭人口", "家庭人口数", "人口数", "人数", "家庭成员数"),
    "income": ("家庭月人均收入", "月人均收入", "人均月收入", "家庭人均月收入", "家庭人均收入", "人均收入"),
    "addr": ("家庭住址", "住址", "家庭地址", "地址", "居住地址", "现住址", "居住地"),
    "phone": ("联系方式", "联系电话", "电话", "手机", "手机号", "手机号码", "电话号码"),
    "policies": ("拟可准入民政救助政策", "拟准入民政救助政策", "可准入民政救助政策", "拟准入政策", "民政救助政策"),
    "other_policies": ("拟可叠加其他部门政策", "拟叠加其他部门政策", "可叠加其他部门政策", "其他部门政策"),
    "difficulty": ("家庭主要困难需求", "家庭主要需求", "主要困难需求", "家庭困难需求", "困难需求", "主要困难",
                   "家庭主要困难"),
    "suggestion": ("拟可衔接其他政策或社会帮扶资源的建议", "拟可衔接其他政策或社会帮扶资源建议", "衔接建议",
                   "帮扶建议"),
    "links": ("可衔接其他政策或社会帮扶资源", "衔接其他政策或社会帮扶资源", "可衔接政策或资源", "衔接资源"),
    "linked": ("衔接时间", "衔接日期"),
    "admitted": ("准入救助时间", "准入时间", "纳入时间", "纳入救助时间", "救助准入时间", "准入日期"),
    "overlay": ("叠加政策", "已叠加政策", "叠加的政策"),
    "ended": ("终止时间", "终止救助时间", "退出时间", "终止日期", "停保时间", "退出救助时间"),
    "consultant": ("村级救助顾问姓名", "村级救助顾问", "社区救助顾问姓名", "社区救助顾问", "救助顾问姓名", "救助顾问",
                   "顾问姓名", "顾问"),
    "plan": ("处理方案", "处理办法", "帮扶方案", "处置方案", "关爱方案"),
}
#: Headings above which nothing is looked for.
DEEPEST = 20
#: Fewer known headings than this are no header.
LEAST = 5
#: A wording nobody has listed counts as a known one from here on.
ALIKE = 0.8
_KIND = re.compile(r"表([一二三四1234])(?![0-9])")
_NUMERAL = {"一": "1", "二": "2", "三": "3", "四": "4"}
_KNOWN = {wording: key for key, wordings in WORDINGS.items() for wording in wordings}
#: The same column is headed otherwise in tables one and two than in three and four.
_SAME: Mapping[bool, Mapping[str, str]] = {
    True: {"links": "suggestion", "programme": "security"},
    False: {"suggestion": "links", "security": "programme"},
}


@dataclass(frozen=True)
class Header:
    """``row``: the last row of the header (from 0); ``columns``: column number by key; ``strange``: other headings."""

    row: int
    columns: Mapping[str, int]
    strange: tuple[str, ...]


def plain_heading(value: Raw) -> str:
    """A heading for comparing: Han characters, letters and digits alone; units and remarks in brackets go."""
    text = re.sub(r"\((元|岁|人|周岁|可不填|必填|选填)[^)]*\)", "", tight(value))
    return re.sub(r"[^\w]|_", "", text)


def key_of(value: Raw) -> str:
    """The column a heading names by a wording in use, '' for an unknown one."""
    return _KNOWN.get(plain_heading(value), "")


def find_header(rows: Sequence[Sequence[Raw]]) -> Header | None:
    """The header among the first rows: the row, or two rows taken together, that names the most columns; None where
    no row names the person and a few others."""
    best: tuple[int, int, list[str]] | None = None
    for at, row in enumerate(rows[:DEEPEST]):
        single = [plain_heading(cell) for cell in row]
        below = list(rows[at + 1]) if at + 1 < len(rows) else []
        double = [a + plain_heading(below[n] if n < len(below) else "") for n, a in enumerate(single)]
        for depth, heads in ((0, single), (1, double)):
            known = {_KNOWN[head] for head in heads if head in _KNOWN}
            if "name" in known and len(known) >= LEAST and (best is None or len(known) > best[0]):
                best = (len(known), at + depth, heads)
    if best is None:
        return None
    columns: dict[str, int] = {}
    rest: list[tuple[int, str]] = []
    for number, head in enumerate(best[2]):
        key = _KNOWN.get(head, "")
        if key and key not in columns:
            columns[key] = number
        elif head:
            rest.append((number, head))
    strange = []
    for number, head in rest:
        key = _alike(head, set(WORDINGS) - set(columns))
        if key:
            columns[key] = number
        else:
            strange.append(head)
    return Header(best[1], columns, tuple(strange))


def _alike(head: str, keys: set[str]) -> str:
    """The key whose wording a longer heading nearly is."""
    scored = [
        (SequenceMatcher(None, head, wording).ratio(), key)
        for key in sorted(keys) for wording in WORDINGS[key] if len(wording) >= 4
    ]
    score, key = max(scored, default=(0.0, ""))
    return key if score >= ALIKE else ""


def kind_in(texts: Sequence[str]) -> LedgerKind | None:
    """The table that a title or a sheet's name says it is; None where they say none, or several."""
    found = {_NUMERAL.get(n, n) for text in texts for n in _KIND.findall(tight(text))}
    return LedgerKind(found.pop()) if len(found) == 1 else None


def kind_by(columns: Mapping[str, int]) -> LedgerKind | None:
    """The table that has these columns: each has one the others have not."""
    if "ended" in columns:
        return LedgerKind.FOUR
    if "admitted" in columns:
        return LedgerKind.THREE
    if "policies" in columns or "other_policies" in columns:
        return LedgerKind.ONE
    return LedgerKind.TWO if "suggestion" in columns or "difficulty" in columns else None


def columns_for(kind: LedgerKind, columns: Mapping[str, int]) -> tuple[dict[str, int], tuple[str, ...]]:
    """(columns of this table, headings as printed of those it lacks)."""
    own = {column.key: column.heading for column in TABLES[kind].columns}
    same = _SAME[kind in (LedgerKind.ONE, LedgerKind.TWO)]
    found: dict[str, int] = {}
    for key, number in columns.items():
        name = key if key in own else same.get(key, key)
        if name in own:
            found.setdefault(name, number)
    return found, tuple(heading for key, heading in own.items() if key not in found)
