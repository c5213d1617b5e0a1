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
#: 困难人群 (vuln6) and 其他需关注群体 (focus6), 密切关注 (watch): what the district's totals are told apart by
VULNERABLE: Mapping[str, str] = {
    "lonely_elder": "孤寡老人", "child": "困境儿童", "disabled": "残疾人", "serious_ill": "重病患者",
    "jobless": "失业者", "immobile": "生活不能自理（行动不便）者",
}
FOCUS: Mapping[str, str] = {
    "separated": "处于低保边缘的人户分离家庭", "migrant": "生活无着外省来沪务工人员", "weak_labour": "弱劳动能力家庭",
    "nonlocal_spouse": "低保家庭的非本市户籍配偶与继子女", "drug_prison": "有吸毒或服刑人员的家庭",
    "emergency": "遇到急难事项或意外事故的家庭",
}
WATCH: Mapping[str, str] = {"margin": "低保边缘人口", "expense": "支出型困难群众"}
TAGS: Mapping[str, str] = {**VULNERABLE, **FOCUS, **WATCH}
#: Question and table differ: (choice list, code) -> the form's word.
ASKED_AS: Mapping[tuple[str, str], str] = {("insur", "none"): "都没有"}
