"""What people answer in the four forms: one plausible set of answers for a family in a situation. Pure.

More may be answered than a form asks in the end: what is out of view is left out when it is finished.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from server.demo.people import Family, Person

Answers = dict[str, Any]

#: 困难, 方案 by kind of need.
TROUBLES: dict[str, tuple[str, str]] = {
    "medical": ("长期看病吃药，自费部分多，每月药费压力大", "陪同申请医疗救助，联系家庭医生上门随访"),
    "education": ("孩子上学开销大，学费和住宿费要借钱", "联系学校申请助学金，对接学业辅导"),
    "housing": ("房屋老旧漏雨，厨卫简陋，雨季没法住", "请村里查看房屋，协助申请危旧房改造"),
    "job": ("主要劳动力失业在家，没有固定收入", "推荐附近岗位，帮助登记就业援助"),
    "care": ("独自居住，行动不便，买菜做饭都要靠邻居", "申请居家照料，每周电话问候一次"),
    "mental": ("家里出事后情绪低落，不愿出门见人", "请社工上门心理疏导，鼓励参加社区活动"),
    "goods": ("过冬衣被不够，家用电器坏了没钱换", "登记爱心物资，月底前送到家里"),
    "motivation": ("能做些轻活，但没信心，一直靠救助过日子", "介绍合作社短工，先从半天做起"),
}
TROUBLE_TAILS = ("，子女也帮不上忙", "，积蓄用得差不多了", "，亲戚偶尔接济一点", "", "，想知道有什么政策", "")
VULN_OF = {"medical": "serious_ill", "job": "jobless", "care": "lonely_elder", "education": "child"}
MZ_POLICY = {"medical": "expense", "job": "dibao", "care": "low_income", "education": "low_income"}
OTHER_POLICY = {
    "medical": "medical_aid",
    "job": "job_assist",
    "care": "ltc_insurance",
    "education": "edu_aid",
}
PROGRAMMES = ("dibao", "dibao", "dibao", "tekun", "zhongcan", "zhichu")


@dataclass(frozen=True)
class Situation:
    """How a household stands with relief: 可能符合 1, 其他困难 2, 在保 3, 曾在保 4."""

    table: int
    need: str
    programme: str = ""
    admitted: date | None = None
    ended: date | None = None


def situation(chance: Random, today: date) -> Situation:
    table = chance.choices((1, 2, 3, 4), (5, 4, 7, 3))[0]
    need = chance.choice(sorted(TROUBLES))
    if table < 3:
        return Situation(table, need)
    admitted = _first(today - timedelta(days=chance.randrange(500, 3600)))
    ended = None
    if table == 4:
        ended = _first(today - timedelta(days=chance.choice((20, 40, 80, 150, 250, 420))))
    return Situation(table, need, chance.choice(PROGRAMMES), admitted, ended)


def screening(family: Family, how: Situation, chance: Random, *, numbered: bool = True) -> Answers:
    """新户排摸登记. ``numbered``: the ID number was seen."""
    head = family.head
    trouble, plan = words(how.need, chance)
    said: Answers = {
        "told": "OK", "village": family.village, "rep_name": head.name,
        "id_type": "resident" if numbered else "none", "id_no": head.id_no, "sex_q": head.sex,
        "birth_q": head.born.isoformat(), "guardian_told": "OK", "dup_action": "unsure",
        "hukou_kind": chance.choices(("same_town", "other_town", "other_province"), (12, 2, 1))[0],
        "hukou_town": "310118001", "hukou_text": "安徽省六安市", "addr": family.address, "phone": family.phone,
        "members_n": len(family.members) + 1, "member": [_member(one, chance) for one in family.members],
        "income_pc": family.income, "insur": chance.choice(("pension_resident medical_resident", "medical_resident", "none")),
    }  # fmt: skip
    said |= _relief(how, chance)
    said |= {
        "vuln6": VULN_OF.get(how.need, ""),
        "focus6": chance.choices(("", "weak_labour", "migrant", "separated", "drug_prison"), (14, 3, 1, 1, 1))[0],
        "watch": chance.choices(("", "margin", "expense"), (6, 1, 1))[0], "needs": how.need, "difficulty": trouble,
        "selfhelp": chance.choice(("weak", "fair", "strong")), "suggest": "" if how.table == 1 else "可联系社区基金会或志愿者",
        "told_policy": "yes", "told_which": "dibao medical_aid", "plan": plan,
    }  # fmt: skip
    return said


def _relief(how: Situation, chance: Random) -> Answers:
    said: Answers = {
        "in_relief": {1: "no", 2: chance.choice(("no", "refused")), 3: "in", 4: "ended"}[how.table],
        "may_qualify": "yes" if how.table == 1 else "no", "willing": chance.choice(("yes", "yes", "unsure")),
        "able": chance.choice(("full", "partial", "none")), "aware": chance.choice(("yes", "partly", "no")),
        "refused_why": "收入略高于标准", "programme": how.programme, "overlay": "medical_insurance price_allowance",
        "policy_minzheng": MZ_POLICY.get(how.need, "dibao"), "policy_other": OTHER_POLICY.get(how.need, ""),
    }  # fmt: skip
    if how.admitted:
        said["admit_on"] = how.admitted.isoformat()
    if how.ended:
        said["end_on"] = how.ended.isoformat()
    return said


def visit(family_need: str, result: str, changed: str, chance: Random, *, day: date) -> Answers:
    """入户探访与回访: everything after the household was chosen, but for 困难 and 方案."""
    return {
        "result": result, "away_note": "敲门没有人应，邻居说白天在外打工" if result == "not_home" else "已向村委会了解",
        "moved_to": "other_district", "moved_text": "松江区儿子家", "moved_on": (day - timedelta(days=9)).isoformat(),
        "died_on": (day - timedelta(days=6)).isoformat(), "others_left": "no", "heard_from": "neighbour",
        "told": "OK", "changed": changed, "income_pc": 10 * chance.randrange(70, 380), "income_why": "打零工的收入变了",
        "health": "近期住院一次，出院后恢复中", "vuln6": VULN_OF.get(family_need, ""), "job": "flexible",
        "job_note": "在附近打零工", "insur": "pension_resident medical_resident", "may_qualify": "yes", "willing": "yes",
        "able": "partial", "aware": "partly", "trend": chance.choices(("same", "better", "worse"), (5, 3, 2))[0],
        "needs": family_need, "told_policy": chance.choice(("yes", "no")), "help_given": chance.choice(("policy", "goods", "none")),
        "help_note": "送了米和油", "stable_income": chance.choice(("stable", "unstable")), "income_source": "job",
        "integration": chance.choice(("good", "fair")), "reapply": "no", "suggest_close": "no",
    }  # fmt: skip


def lead(village: str, chance: Random, person: Person, *, urgent: bool, when: str) -> Answers:
    """困难线索·救急难·窗口询问."""
    source = (
        "grid"
        if urgent
        else chance.choice(("neighbour", "volunteer", "block_head", "hotline", "property", "self"))
    )
    need = chance.choice(sorted(TROUBLES))
    seen = (
        "家里昨晚失火，房子烧了一间，人没事，暂时没地方住"
        if urgent
        else f"{words(need, chance)[0]}，请上门看看"
    )
    return {
        "source": source, "hotline_no": "12345-0001", "urgent": "yes" if urgent else "no", "event": "fire",
        "event_at": when, "hit_basic": "yes", "need_now": "今晚的住处和衣被", "aid_now": "shelter goods", "aid_at": when,
        "aid_note": "村委会安排在活动室暂住", "village": village, "rep_name": person.name if chance.random() < 0.8 else "",
        "addr": "村口小卖部后面第二家", "seen": seen, "reporter_name": "热心邻居", "reporter_ok": "yes",
    }  # fmt: skip


def referral(need: str, chance: Random) -> Answers:
    """政策与资源衔接办理: a new piece of help."""
    by_need = {
        "medical": ("medical", "medical_aid", ""), "education": ("education", "edu_aid", ""),
        "housing": ("housing", "housing_repair", ""), "job": ("job", "job_assist", ""),
        "care": ("purchased", "", "purchase_care"), "mental": ("bridge", "", "bridge_district"),
        "goods": ("charity", "", "food_bank"), "motivation": ("bridge", "", "bridge_district"),
    }  # fmt: skip
    kind, policy, resource = by_need[need] if chance.random() < 0.8 else ("assist", "dibao", "")
    return {
        "mode": "new", "need": need, "kind": kind, "service": "counselling", "policy": policy, "resource": resource,
        "state": chance.choice(("suggested", "contacted", "accepted")), "result": "", "next_step": "下周电话确认材料",
    }  # fmt: skip


def words(need: str, chance: Random) -> tuple[str, str]:
    """(家庭主要困难需求, 处理方案)"""
    trouble, plan = TROUBLES[need]
    return trouble + chance.choice(TROUBLE_TAILS), plan


def _member(one: Person, chance: Random) -> Answers:
    said: Answers = {"m_name": one.name, "m_relation": one.relation}
    if chance.random() < 0.7:
        said |= {"m_id_type": "resident", "m_id_no": one.id_no}
    elif chance.random() < 0.5:
        said["m_birth_year"] = one.born.year
    if one.relation == "grandchild":
        said["m_tags"] = "student"
    return said


def _first(day: date) -> date:
    return day.replace(day=1)
