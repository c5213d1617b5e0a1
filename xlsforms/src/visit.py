"""入户探访与回访: a household on the list. Updates `households`."""

from xlsforms.src.dates import as_day, clamped, month_index, ymd, ymd_text
from xlsforms.src.fragments import (
    VERSION,
    cell,
    guardian,
    in_village,
    meta,
    observed,
    pick,
    policy_talk,
    prefill,
    shown,
    told,
    traces,
)
from xlsforms.src.rows import Row, Rows, Source, ask, calc, group, must, note, taken
from xlsforms.src.visit_changes import CONTACTED, RETURN, changes

#: Months until the next visit by grade (notice 三.1; editable on the server: change it here and publish anew).
MONTHS = {"A": 1, "B": 3, "C": 6}
#: Columns of the row that decide which parts of this form open: taken once, when the household is chosen.
SEEN = {
    "seen_village": "village", "seen_name": "rep_name", "seen_birth_year": "birth_year", "seen_table": "table_no",
    "seen_status": "status", "seen_grade": "grade", "seen_kind": "kind_due", "seen_from": "due_from",
    "seen_to": "due_to", "seen_last": "last_visit", "seen_exit": "exit_date", "seen_told": "told",
    "seen_focus": "focus",
}
SHOWN = {
    "as_of": "as_of", "was_members_n": "members_n", "was_addr": "addr_short", "was_phone": "phone",
    "was_difficulty": "last_note", "was_plan": "last_plan",
}
GONE = "(${result} = 'moved' or ${result} = 'dead' or ${result} = 'not_found')"


def choose() -> Rows:
    due = f"kind_due != '' and kind_due != 'none' and {ymd_text('due_from')} <= {ymd('today()')}"
    rows = [
        *observed("visit_on", "走访日期"),
        must("select_one scope", "scope", "先看哪些户？", default="due", appearance="columns-pack"),
        ask("select_one_from_file villages.csv", "village", "哪个村（居）委？", "不选就看全部", choice_filter="name != 'none'",
            appearance="minimal autocomplete"),
        *pick("hh", "households", "走访哪一户？", "可以输姓名或证件尾号查找；没有的户请用「新户排摸登记」",
              f"{in_village()} and (${{scope}} = 'all' or ({due}))", required=True),
    ]
    hidden = [shown(name, column, "households", "hh") for name, column in SHOWN.items()]
    hidden += [taken(name, cell("households", "hh", column), "hh") for name, column in SEEN.items()]
    return [*group("g_choose", "走访对象", rows), *hidden]


def known() -> Rows:
    since = "if(${seen_last} = '', '还没有走访记录', concat('上次走访 ', ${seen_last}))"
    window = (
        "if(${seen_kind} = 'return', concat('；退出保障回访，', ${seen_from}, ' 至 ', ${seen_to}), "
        "if(${seen_kind} = 'urgent', concat('；急难，请在 ', ${seen_to}, ' 前处置'), "
        "if(${seen_to} != '', concat('；定期探访，', ${seen_from}, ' 至 ', ${seen_to}), '')))"
    )
    focus = "if(${seen_focus} != '', concat('；', ${seen_focus}), '')"
    auto = (
        "if(${seen_lead_urgent} = '1', 'urgent', "
        "if((${seen_kind} = 'urgent' or ${seen_kind} = 'return' or ${seen_kind} = 'regular') "
        f"and {ymd_text('${seen_from}')} <= {ymd('${visit_on}')}, ${{seen_kind}}, 'daily'))"
    )
    word = (
        "if(${kind_auto} = 'return', '回访', if(${kind_auto} = 'urgent', '急难处置', "
        "if(${kind_auto} = 'regular', '定期探访', '日常走访')))"
    )
    rows = [
        note("known_note", "<b>${seen_name}</b><br>${known}<br>上次的方案：${last_plan}"),
        *pick("lead_id", "leads", "为哪条线索来的？", "不是线索来的就不选",
              f"state = 'open' and {in_village('${seen_village}')}"),
        note("kind_note", "这一次算：<b>${kind_word}</b>"),
        must("select_one kind_pick", "kind_pick", "走访类别", "一般不用改", default="auto", appearance="minimal",
             choice_filter="name != 'return' or ${seen_exit} != ''"),
        # Another household, another visit: what was ticked for the one before goes.
        must("select_one result", "result", "走访结果", calculation="''", trigger="${hh}"),
    ]
    return [
        calc("known", f"concat({since}, {window}, {focus})"),
        calc("last_plan", "if(string-length(${was_plan}) > 1, substr(${was_plan}, 1), '没有')"),
        taken("seen_lead_urgent", cell("leads", "lead_id", "urgent"), "lead_id"),
        calc("kind_auto", auto),
        calc("kind_word", word),
        *group("g_known", "这一户", rows, "${hh_kept} != ''"),
        calc("kind", "if(${kind_pick} = 'auto', ${kind_auto}, ${kind_pick})"),
        calc("contacted", "if(${result} = 'met_person' or ${result} = 'met_family' or ${result} = 'phone', '1', '')"),
    ]


def not_met() -> Rows:
    past = {"constraint": f"{ymd('.')} <= {ymd('${visit_on}')}", "wrong": "不能晚于走访日期"}
    moved = "${result} = 'moved'"
    rows = [
        ask("date", "moved_on", "什么时候搬走的？", "大概也行", relevant=moved, **past),
        must("select_one moved_to", "moved_to", "搬到哪里？", relevant=moved),
        ask("select_one towns", "moved_town", "搬到哪个街镇？", relevant="${moved_to} = 'other_town'", appearance="minimal"),
        ask("text", "moved_text", "新住处", "知道多少写多少", relevant=moved),
        must("date", "died_on", "什么时候去世的？", relevant="${result} = 'dead'", **past),
        ask("select_one yes_no_unsure", "others_left", "家里还有其他人住着吗？", relevant="${result} = 'dead' or ${result} = 'moved'"),
        ask("select_one heard_from", "heard_from", "听谁说的？", relevant=GONE),
        ask("text", "away_note", "情况说明", "如：白天打工，傍晚再来；住哪家医院", appearance="multiline"),
        note("gone_note", "会先请街镇审核，核定以前这户还留在名单里。", GONE),
    ]
    return group("g_not_met", "没见到的情况", rows, "${result} != '' and ${contacted} = ''")


def first_words() -> Rows:
    age = "${rough_age}"
    rows = [
        must("select_multiple changed", "changed", "和上次比，哪些变了？", "只打开勾选的部分；都没变就选「都没变」",
             calculation="''", trigger="${hh}",
             constraint="not(selected(., 'none') and count-selected(.) > 1)", wrong="「都没变」不能和别的一起选"),
    ]
    untold = f"{CONTACTED} and ${{seen_told}} != '1'"
    years = "number(format-date(${visit_on}, '%Y')) - number(${seen_birth_year})"
    return [
        calc("rough_age", f"if(${{seen_birth_year}} = '', '', {years})"),
        *told(untold),
        *guardian(age, untold),
        *group("g_changed", "变化", rows, CONTACTED),
    ]


def talk() -> Rows:
    wide = "multiline"
    rows = [
        must("select_one trend", "trend", "困难程度和上次比"),
        ask("select_multiple needs", "needs", "需求类型", "没有新的就不选"),
        must("text", "difficulty", "家庭主要困难需求", "带出的是上次写的，没变就不动；病名、案情不写在这里", appearance=wide,
             save_to="last_note", **prefill("last_note", "households", "hh")),
        note("difficulty_short", "写得有点短，月报要求「详细描述」，能再补几句吗？",
             "${difficulty} != '' and string-length(${difficulty}) < 10"),
        ask("select_one selfhelp", "selfhelp", "自身发展能力"),
        ask("text", "suggest", "可衔接的政策或资源建议", "没有可不填", appearance=wide),
        *policy_talk(),
        ask("select_multiple help_given", "help_given", "这次帮了什么？",
            constraint="not(selected(., 'none') and count-selected(.) > 1)", wrong="「这次没有」不能和别的一起选"),
        ask("text", "help_note", "说明", relevant="${help_given} != '' and not(selected(${help_given}, 'none'))"),
    ]
    # Open while the result is not yet said: a draft keeps only what is in view, and these two were filled already.
    return group("g_talk", "困难与帮扶", rows, f"${{hh_kept}} != '' and (${{result}} = '' or {CONTACTED})")


def return_visit() -> Rows:
    """The three conditions under which the return plan may end (notice 三.1, domain F-R)."""
    y1, m1, d1 = (f"number(substr(${{seen_exit}}, {a}, {b}))" for a, b in ((0, 4), (5, 7), (8, 10)))
    index1 = f"({y1} * 12 + {m1} - 1)"
    index2 = month_index("${visit_on}")
    # Full months: the month difference, less one while the visit is before the (clamped) day of that month.
    months = f"{index2} - {index1} - if({ymd('${visit_on}')} < {clamped(index2, d1)}, 1, 0)"
    missing = (
        "concat(if(${exit_months} >= 12, '', '退出还没满12个月；'), "
        "if(${stable_income} = 'stable', '', '收入还不稳定；'), "
        "if(${integration} = 'good', '', '社会融入还不到「良好」；'))"
    )
    rows = [
        note("exit_note", "退出保障：${seen_exit}，到走访这天满 ${exit_months} 个月。"),
        must("select_one stable_income", "stable_income", "收入稳定吗？"),
        ask("select_one income_source", "income_source", "收入主要来自", relevant="${stable_income} != 'none'"),
        must("select_one integration", "integration", "社会融入情况", "和邻里、亲友、社区的来往"),
        must("select_one yes_no", "reapply", "是否需要重新申请救助？"),
        note("close_missing", "还不能结束回访：${close_wants}", "${can_close} != '1'"),
        note("close_ready", "三个条件都满足了，可以建议结束回访，由街镇确认。", "${can_close} = '1'"),
        must("select_one yes_no", "suggest_close", "建议结束回访吗？", "条件不满足也可以建议，请在方案里写明理由"),
    ]
    ready = "${exit_months} >= 12 and ${stable_income} = 'stable' and ${integration} = 'good'"
    return [
        calc("exit_months", f"if(${{seen_exit}} = '', '', {months})"),
        *group("g_return", "退出保障后的回访", rows, f"{CONTACTED} and {RETURN}"),
        calc("can_close", f"if({ready}, '1', '')", f"{CONTACTED} and {RETURN}"),
        calc("close_wants", missing),
    ]


def checking() -> Rows:
    rows = [
        must("select_one check_match", "check_match", "和走访记录一致吗？"),
        ask("text", "check_finding", "督查发现", appearance="multiline"),
    ]
    return group("g_check", "督查", rows, "${kind} = 'check'")


def ahead() -> Rows:
    grade = "if(${grade_sug} != '', ${grade_sug}, if(${seen_grade} != '', ${seen_grade}, 'C'))"
    months = "if(${kind} = 'return', 6, " + "".join(f"if(${{next_grade}} = '{g}', {n}, " for g, n in MONTHS.items()) + "6))))"
    index, day = month_index("${visit_on}"), "number(format-date(${visit_on}, '%d'))"
    window = f"{ymd('.')} > {ymd('${visit_on}')} and {ymd('.')} >= ${{next_from}} and {ymd('.')} <= ${{next_to}}"
    rows = [
        must("text", "plan", "处理方案", "带出的是上次的方案，改成接下来打算怎么帮", appearance="multiline", save_to="last_plan",
             **prefill("last_plan", "households", "hh")),
        ask("select_one grade", "grade_sug", "建议探访等级", "不用调整就不选；由街镇核定", relevant=CONTACTED),
        ask("date", "next_on", "约好下次什么时候来？", "可不填；要在规定的时间以内：${next_word}", constraint=window,
            wrong="不在规定的时间以内，请看提示里的日期"),
    ]
    return [
        calc("next_grade", grade),
        calc("next_to", clamped(f"({index} + {months})", day)),
        calc("next_from", f"if({RETURN}, {clamped(f'({index} + 3)', day)}, {ymd('${visit_on}')})"),
        calc("next_word", f"concat({as_day('${next_from}')}, ' 至 ', {as_day('${next_to}')})"),
        *group("g_ahead", "接下来", rows, f"${{hh_kept}} != '' and not({GONE})"),
    ]


def saved() -> Rows:
    """The phone's own row until the next sync: visited, so no longer due. 督查 fulfils nothing."""
    visited = f"{CONTACTED} and ${{kind}} != 'check'"
    return [
        calc("save_last_visit", "format-date(${visit_on}, '%Y-%m-%d')", visited, save_to="last_visit"),
        calc("save_kind_due", "'none'", visited, save_to="kind_due"),
        calc("save_told", "'1'", f"{CONTACTED} and (${{told}} = 'OK' or ${{seen_told}} = '1')", save_to="told"),
    ]


ENTITY: Row = {"list_name": "households", "entity_id": "${hh_kept}"}

VISIT = Source(
    form_id="visit",
    title="入户探访与回访",
    version=VERSION,
    instance_name="concat(${seen_name}, ' ', format-date(${visit_on}, '%Y-%m-%d'))",
    rows=[
        *meta(), *choose(), *known(), *not_met(), *first_words(), *changes(), *talk(), *return_visit(), *checking(),
        *ahead(), *traces(), *saved(),
    ],
    entity=ENTITY,
)
