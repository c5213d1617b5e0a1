"""What is wrong with a form, said so that its author can repair it: sheet, row, one sentence, the cure. Pure.

Errors of the converter (pyxform) are translated here; their names are those of `pyxform.errors.ErrorCode` 4.5.0.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing to repair. `sheet` is an XLSForm sheet name or empty; `row` counts as a spreadsheet does."""

    sheet: str
    row: int | None
    sentence: str
    cure: str

    def __str__(self) -> str:
        place = f"{self.sheet} 表" if self.sheet else ""
        if self.row is not None:
            place += f"第 {self.row} 行"
        return f"{place}{'：' if place else ''}{self.sentence}改法：{self.cure}"


class PublishRefused(Exception):
    """A form that cannot be published. `faults` lists all that was found; the four members speak of the first."""

    def __init__(self, *faults: Fault) -> None:
        if not faults:
            raise ValueError("a refusal names at least one fault")
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults
        self.sheet = faults[0].sheet
        self.row = faults[0].row
        self.sentence = faults[0].sentence
        self.cure = faults[0].cure


_ROW = re.compile(r"\[row : (\d+)\]")
_SHEET = re.compile(r"[Oo]n the '(\w+)' sheet|for sheet: '(\w+)'")
_REFERENCE = "检查 ${} 里的题目名：必须与 survey 表 name 列完全一致，且只出现一次。"
_NAME = "名称只能用字母、数字、下划线、连字符和点，并以字母或下划线开头。"
_SAVE_TO = "检查这一行的 save_to 与 entities 表是否对应；每个属性只能由一道题保存。"
_DECLARATION = "检查 entities 表这一行的 list_name、label、entity_id、create_if、update_if。"
_HEADINGS = "检查第 1 行的列名是否齐全、有无重复或拼写错误。"
_PARAMETERS = "parameters 列写成“键=值”，用空格隔开，只用该题型允许的键。"
_BLOCK = "每个 begin_group、begin_repeat 都要有对应的 end_group、end_repeat。"

# Code (or its family) -> what is wrong, how to repair it. The longest key that fits wins.
_SENTENCES: Mapping[str, tuple[str, str]] = {
    "ENTITY": ("实体（entities）的写法不对。", _DECLARATION),
    "ENTITY_001": ("有 save_to，但没有 entities 表。", "增加 entities 表并写明名单，或删去 save_to。"),
    "ENTITY_002": ("同一个属性由两道题保存。", _SAVE_TO),
    "ENTITY_003": ("分组或重复组不能写 save_to。", "把 save_to 移到组内的题目上。"),
    "ENTITY_004": ("save_to 所写的名单不在 entities 表里。", _SAVE_TO),
    "ENTITY_005": ("新建实体没有写 label。", "在 entities 表这一行写上 label。"),
    "ENTITY_006": ("有 entity_id 和 create_if，却没有 update_if。", _DECLARATION),
    "ENTITY_007": ("更新实体没有写 entity_id。", _DECLARATION),
    "HEADER": ("列名有问题。", _HEADINGS),
    "HEADER_003": ("缺少必需的列。", _HEADINGS),
    "LABEL_001": ("选项没有文字。", "给这个选项写上 label。"),
    "NAMES": ("名称有问题。", _NAME),
    "NAMES_001": ("同一层里有两个相同的题目名。", "改掉其中一个 name。"),
    "NAMES_004": ("重复组的名称用了两次。", "改掉其中一个 name。"),
    "NAMES_006": ("选项没有名称。", "给这个选项写上 name。"),
    "NAMES_007": ("同一选项表里有两个相同的选项名。", "改掉其中一个 name。"),
    "NAMES_014": ("同一名单在 entities 表里写了两次。", "只保留一行。"),
    "NAMES_015": ("entities 表这一行没有写名单。", "写上 list_name。"),
    "PYREF": ("${} 引用写得不对。", _REFERENCE),
    "PYREF_003": ("引用了不存在的题目。", _REFERENCE),
    "PYREF_004": ("引用的题目名出现了不止一次。", _REFERENCE),
    "RANGE": ("range 题的参数不对。", _PARAMETERS),
    "SURVEY_001": ("多了一个 end_group 或 end_repeat。", _BLOCK),
    "SURVEY_002": ("begin_group 或 begin_repeat 没有结束。", _BLOCK),
    "SURVEY": ("题目的参数不对。", _PARAMETERS),
}
# Words of sentences that carry no code; the sheet, what is wrong, how to repair it.
_UNCODED: tuple[tuple[str, str, str, str], ...] = (
    ("Question with no type", "survey", "题目没有写 type。", "写上题型，或删去这一行。"),
    ("Missing calculation", "survey", "calculate 题没有算式。", "在 calculation 列写上算式。"),
    ("Unknown question type", "survey", "不认识的题型。", "检查 type 的拼写。"),
    ("List name not in choices", "survey", "选项表里没有这个选项组。", "让 type 与 choices 表的 list_name 一致。"),
    ("Question or group with no name", "survey", "题目或分组没有 name。", "写上 name。"),
    ("supported file extensions", "survey", "附件名没有扩展名。", "写成 select_one_from_file 名单.csv。"),
    ("There should be a choices sheet", "choices", "没有 choices 表。", "增加 choices 表并写上选项。"),
)


def converter_fault(code: str, context: Mapping[str, object], message: str) -> Fault:
    """The converter's error as a fault; the original sentence is kept at the end, since it may name the very word.

    `code` is the name of the error code or empty, `context` what came with it, `message` the English sentence.
    """
    sentence, cure = "表格转换没有通过。", "按转换程序的提示修改后再发布。"
    fitting = [key for key in _SENTENCES if code.startswith(key)]
    if fitting:
        sentence, cure = _SENTENCES[max(fitting, key=len)]
    likely = ""
    for words, place, said, repair in _UNCODED:
        if words.lower() in message.lower():
            likely, sentence, cure = place, said, repair
    row = context.get("row")
    if not isinstance(row, int):
        found = _ROW.search(message)
        row = int(found[1]) if found else None
    sheet = str(context.get("sheet") or context.get("sheet_name") or "")
    if not sheet:
        named = _SHEET.search(message)
        sheet = (named[1] or named[2]) if named else likely or ("survey" if row is not None else "")
    original = " ".join(_ROW.sub("", message).split())
    return Fault(sheet, row, f"{sentence}（{original[:400]}）" if original else sentence, cure)
