"""政策与资源衔接办理: one piece of help, opened or moved forward. Creates or updates `referrals`."""

from xlsforms.src.dates import ymd, ymd_text
from xlsforms.src.fragments import VERSION, cell, in_village, meta, observed, pick, prefill, shown
from xlsforms.src.rows import Row, Rows, Source, ask, calc, group, must, note, taken

NEW = "${mode} = 'new'"
LINKED = "(${state} = 'linked' or ${state} = 'done')"
POLICY_KINDS = ("assist", "medical", "education", "housing", "job", "disabled", "child")
RESOURCE_KINDS = ("social", "bridge", "purchased", "charity", "urgent_aid")
SEEN = {
    "seen_hh": "hh", "seen_hh_name": "hh_name", "seen_village": "village", "seen_kind": "kind", "seen_target": "target",
    "seen_state": "state", "seen_opened": "opened_on",
}
SHOWN = {"as_of": "as_of", "was_linked_on": "linked_on", "was_next_step": "next_step"}


def one_of(question: str, codes: tuple[str, ...]) -> str:
    return "(" + " or ".join(f"${{{question}}} = '{code}'" for code in codes) + ")"


def choose() -> Rows:
    rows = [
        *observed("acted_on", "办理日期"),
        must("select_one mode", "mode", "新办还是接着办？", default="new"),
        ask("select_one_from_file villages.csv", "village", "哪个村（居）委？", "不选就看全部", choice_filter="name != 'none'",
            appearance="minimal autocomplete"),
        *pick("ref", "referrals", "接着办哪一件？", "", in_village(), required=True, relevant="${mode} = 'continue'"),
        *pick("hh", "households", "为哪一户办？", "", in_village(), required=True, relevant=NEW),
    ]
    hidden = [shown(name, column, "referrals", "ref") for name, column in SHOWN.items()]
    hidden += [taken(name, cell("referrals", "ref", column), "ref") for name, column in SEEN.items()]
    return [
        # An own calculate: `once` reads its own node, so inside coalesce() it would keep a cleared choice's id.
        calc("new_id", "once(uuid())"),
        *group("g_choose", "办哪一件", rows),
        *hidden,
        taken("new_hh_name", cell("households", "hh", "rep_name"), "hh"),
        taken("new_village", cell("households", "hh", "village"), "hh"),
        calc("hh_id", "if(${ref_kept} != '', ${seen_hh}, ${hh_kept})", save_to="hh"),
        calc("hh_name", "if(${ref_kept} != '', ${seen_hh_name}, ${new_hh_name})", save_to="hh_name"),
        calc("hh_village", "if(${ref_kept} != '', ${seen_village}, ${new_village})", save_to="village"),
        note("ref_note", "<b>${seen_hh_name}</b>：${seen_target}<br>目前：${state_word}", "${ref_kept} != ''"),
        calc("state_word", _word("seen_state", STATE_WORDS)),
    ]


STATE_WORDS = {
    "suggested": "建议", "contacted": "已联系", "accepted": "已受理", "linked": "已衔接", "done": "已办结", "failed": "未成功",
    "dropped": "放弃",
}


def _word(question: str, words: dict[str, str]) -> str:
    tests = "".join(f"if(${{{question}}} = '{code}', '{word}', " for code, word in words.items())
    return tests + "''" + ")" * len(words)


def what() -> Rows:
    open_place = f"(left = '' or number(left) > 0) and (valid_to = '' or {ymd_text('valid_to')} >= {ymd('today()')})"
    fits = "(needs = '' or ${need} = '' or selected(needs, ${need}))"
    kinds = (
        "((${kind} = 'bridge' and kind = 'bridge') or (${kind} = 'purchased' and kind = 'purchased') or "
        "(${kind} = 'charity' and (kind = 'company' or kind = 'foundation' or kind = 'citizen_aid')) or "
        "${kind} = 'social' or ${kind} = 'urgent_aid')"
    )
    policies = (
        "(${kind} = 'assist' and (kind = 'basic' or kind = 'special')) or topic = ${kind}"
    )
    rows = [
        must("select_one needs", "need", "解决什么需求？", appearance="minimal"),
        must("select_one referral_kind", "kind", "办理类别", appearance="minimal"),
        ask("select_one service", "service", "服务内容", relevant=one_of("kind", ("social", "bridge", "purchased")),
            appearance="minimal"),
        ask("text", "bridge_no", "桥计划个案编号", relevant="${kind} = 'bridge'"),
        *pick("policy", "policies", "对应的政策", "名单里没有就跳过，写在下面", policies, relevant=one_of("kind", POLICY_KINDS)),
        note("policy_brief", "${policy_text}", "${policy} != '' and ${policy_text} != ''"),
        *pick("resource", "resources", "对应的资源", "只列出还有名额、能解决这个需求的",
              f"{kinds} and {fits} and {open_place}", relevant=one_of("kind", RESOURCE_KINDS)),
        ask("text", "target_text", "政策或资源名称", "名单里没有的写在这里", relevant="${policy_kept} = '' and ${resource_kept} = ''"),
        *pick("helper", "workers", "谁协助申请？", "", "1 = 1", relevant="${kind} = 'assist'"),
        ask("select_one towns", "side_town", "和哪个街镇协同？", "外区外省的写在下面", relevant="${kind} = 'separated'",
            appearance="minimal"),
        ask("text", "side_text", "协同单位和事项", relevant="${kind} = 'separated'"),
    ]
    named = (
        f"if(${{policy}} != '', {cell('policies', 'policy', 'label')}, "
        f"if(${{resource}} != '', {cell('resources', 'resource', 'label')}, ${{target_text}}))"
    )
    return [
        calc("policy_text", cell("policies", "policy", "brief")),
        *group("g_what", "办什么", rows, NEW),
        calc("kind_eff", "if(${ref_kept} != '', ${seen_kind}, ${kind})", save_to="kind"),
        taken("new_target", named, "policy", "resource", "target_text"),
        # Said once, when the referral is opened; moving it on does not say it again (a stale list would).
        calc("target", "${new_target}", NEW),
        calc("save_target", "if(${ref_kept} != '', ${seen_target}, ${new_target})", save_to="target"),
    ]


def progress() -> Rows:
    past = {"constraint": f"{ymd('.')} <= {ymd('${acted_on}')}", "wrong": "不能晚于办理日期"}
    money, goods, service = (f"${{aid_kind}} = '{kind}'" for kind in ("money", "goods", "service"))
    given = "${aid_kind} != '' and ${aid_kind} != 'none'"
    steps = [
        must("select_one state", "state", "办到哪一步了？"),
        must("date", "linked_on", "衔接时间", "政策或资源真正落到这户的日子，月报要用", relevant=LINKED, save_to="linked_on", **past,
             **prefill("linked_on", "referrals", "ref")),
        ask("text", "result", "办理情况", appearance="multiline"),
        must("select_one outcome", "outcome", "帮扶效果", relevant="${state} = 'done' or ${state} = 'failed'"),
        ask("select_one stars", "satisfaction", "对方满意吗？", "说了就记，不说可不填",
            relevant="${state} = 'done' or ${state} = 'failed'", appearance="minimal"),
    ]
    aid = [
        must("select_one aid_kind", "aid_kind", "发放了什么？", "只记这一次的，以前记过的不再记"),
        must("decimal", "amount", "金额（元）", relevant=money, constraint=". > 0 and . <= 1000000", wrong="请填大于 0 的数"),
        must("text", "goods", "什么物资、多少？", relevant=goods),
        must("integer", "sessions", "服务几次？", relevant=service, constraint=". >= 1 and . <= 999", wrong="请填 1 以上的数"),
        must("text", "payer", "哪家出的？", relevant=f"{money} or {goods}"),
        must("date", "aid_on", "哪天给的？", relevant=given, **past),
        ask("image", "receipt", "签收单（可不拍）", relevant=f"{money} or {goods}", parameters="max-pixels=1280"),
    ]
    after = [
        ask("text", "next_step", "下一步", "带出的是上次写的", save_to="next_step",
            **prefill("next_step", "referrals", "ref")),
        ask("date", "next_on", "约在哪天？", "可不填", constraint=f"{ymd('.')} >= {ymd('${acted_on}')}", wrong="不能早于办理日期"),
        ask("image", "photo", "照片（可不拍）", parameters="max-pixels=1280"),
    ]
    open_still = "${state} != 'done' and ${state} != 'failed' and ${state} != 'dropped'"
    return [
        *group("g_progress", "进展", steps),
        calc("save_state", "${state}", save_to="state"),
        *group("g_aid", "发放", aid, LINKED),
        *group("g_next", "下一步", after, open_still),
        calc("save_opened_on", "if(${ref_kept} != '', ${seen_opened}, format-date(${acted_on}, '%Y-%m-%d'))", save_to="opened_on"),
    ]


ENTITY: Row = {
    "list_name": "referrals",
    "entity_id": "coalesce(${ref_kept}, ${new_id})",
    "create_if": "${ref_kept} = ''",
    "update_if": "${ref_kept} != ''",
    "label": "if(${ref_kept} != '', '', concat(${hh_name}, '·', ${save_target}))",
}

REFERRAL = Source(
    form_id="referral",
    title="政策与资源衔接办理",
    version=VERSION,
    instance_name="concat('衔接 ', ${hh_name}, ' ', format-date(${acted_on}, '%Y-%m-%d'))",
    rows=[*meta(), *choose(), *what(), *progress()],
    entity=ENTITY,
)
