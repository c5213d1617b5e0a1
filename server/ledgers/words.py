"""Choice codes of the phone's forms, with the words that are printed. Pure.

The codes and their words are those of the forms' choice lists (tests/ledgers/test_words.py holds them together), but
for the few that a table words otherwise than a question does: ``PRINTED``.
"""

from collections.abc import Mapping

#: 申请情况 (in_relief): those that decide about a table.
APPLYING, REFUSED = "applying", "refused"
#: 可能符合救助条件 (may_qualify): everything but a plain no keeps a policy in view.
NOT_QUALIFYING = "no"

#: 基本社会保障 (insur)
INSUR: Mapping[str, str] = {
    "pension_worker": "城镇职工养老", "pension_resident": "城乡居民养老", "medical_worker": "职工医保",
    "medical_resident": "居民医保", "unemployment": "失业保险", "disability_allowance": "残疾补贴（两项补贴）",
    "ltc": "长护险", "none": "无", "other": "其他",
}
#: 需求类型 (needs)
NEEDS: Mapping[str, str] = {
    "medical": "医疗", "education": "教育", "housing": "住房", "job": "就业", "care": "照护", "mental": "心理",
    "goods": "物资", "motivation": "内生动力", "other": "其他",
}
#: Question and table differ: (choice list, code) -> the form's word.
ASKED_AS: Mapping[tuple[str, str], str] = {("insur", "none"): "都没有"}
