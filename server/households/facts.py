"""Every fact about a household, with its kind: the table the fold works from."""

from dataclasses import dataclass

from server.households.kinds import FactKind

T, C, K, R = FactKind.TIMELESS, FactKind.CHANGING, FactKind.KEYED, FactKind.RULED


@dataclass(frozen=True)
class Fact:
    """``label`` is what people read; ``sensitive`` facts are shown to those who may, after a logged click."""

    name: str
    kind: FactKind
    label: str
    sensitive: bool = False


FACTS: dict[str, Fact] = {
    fact.name: fact
    for fact in (
        Fact("rep_name", T, "姓名"),
        Fact("id_type", T, "证件类型"),
        Fact("id_no", T, "证件号码", True),
        Fact("sex", T, "性别"),
        Fact("birth", T, "出生日期", True),
        Fact("age_told", C, "年龄（台账所写）"),
        Fact("village", R, "所属村(居)委"),
        Fact("addr", C, "家庭住址", True),
        Fact("phone", C, "联系方式", True),
        Fact("hukou_kind", C, "户籍"),
        Fact("hukou_town", C, "户籍街镇"),
        Fact("hukou_text", C, "户籍地址", True),
        Fact("members_n", C, "家庭人数"),
        Fact("income_pc", C, "家庭月人均收入", True),
        Fact("insur", C, "基本社会保障"),
        Fact("insur_other", C, "其他社会保障"),
        Fact("applied", C, "申请情况"),
        Fact("applied_on", C, "申请日期"),
        Fact("refused_on", C, "未通过日期"),
        Fact("refused_why", C, "未通过原因"),
        Fact("may_qualify", C, "可能符合救助条件"),
        Fact("willing", C, "申请意愿"),
        Fact("able", C, "申请能力"),
        Fact("aware", C, "是否知晓流程"),
        Fact("policy_minzheng", C, "拟可准入民政救助政策"),
        Fact("policy_minzheng_text", C, "拟可准入民政救助政策（补充）"),
        Fact("policy_other", C, "拟可叠加其他部门政策"),
        Fact("policy_other_text", C, "拟可叠加其他部门政策（补充）"),
        Fact("overlay", C, "叠加政策"),
        Fact("overlay_text", C, "叠加政策（补充）"),
        Fact("vuln6", C, "困难人群", True),
        Fact("focus6", C, "其他需关注群体", True),
        Fact("watch", C, "密切关注"),
        Fact("needs", C, "需求类型"),
        Fact("difficulty", C, "家庭主要困难需求", True),
        Fact("selfhelp", C, "自身发展能力"),
        Fact("suggest", C, "拟可衔接政策或资源建议"),
        Fact("links_told", C, "衔接情况（台账所写）"),
        Fact("told", C, "已告知"),
        Fact("told_policy", C, "政策宣讲"),
        Fact("told_which", C, "宣讲的政策"),
        Fact("grade_sug", C, "建议探访等级"),
        Fact("trend", C, "困难变化"),
        Fact("health", C, "健康情况", True),
        Fact("job", C, "就业情况"),
        Fact("job_note", C, "就业情况说明"),
        Fact("income_why", C, "收入变化原因"),
        Fact("plan", C, "处理方案"),
        Fact("stable_income", C, "稳定收入"),
        Fact("income_source", C, "收入来源"),
        Fact("integration", C, "社会融入"),
        Fact("next_on", C, "约定下次走访"),
        Fact("relief", K, "家庭基本保障"),
        Fact("member", K, "家庭成员", True),
    )
}


def kind_of(fact: str) -> FactKind:
    """The kind of a fact; a fact this version does not know is kept as a changing one, never dropped."""
    known = FACTS.get(fact)
    return known.kind if known else FactKind.CHANGING
