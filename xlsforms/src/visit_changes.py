"""Of the visit form: the parts that open only where something has changed."""

from xlsforms.src.dates import ymd
from xlsforms.src.fragments import (
    PHONE,
    PHONE_WRONG,
    insurance,
    members_repeat,
    prefill,
    qualify_rows,
    relief_rows,
    table_one_rows,
)
from xlsforms.src.rows import Rows, ask, calc, group, must, note

CONTACTED = "${contacted} = '1'"
RETURN = "${kind} = 'return'"


def ticked(part: str) -> str:
    return f"selected(${{changed}}, '{part}')"


def changes() -> Rows:
    wide = "multiline"
    joined = "${m_what} = 'left' or ${m_what} = 'corrected'"
    members = members_repeat(
        "member_change", "成员变化（一人一条）",
        # Every engine opens the first row by itself; who only changes the number leaves it blank.
        [ask("select_one member_what", "m_what", "怎么变了？", "只是登记的人数不对、没有人进出，就不选",
             required="${m_name} != ''", missing="这一项要填"),
         ask("text", "m_old_name", "是哪一位？（原来登记的姓名）", relevant=joined)],
        ticked("members"),
        [ask("date", "m_since", "从什么时候起？", "大概也行", relevant="${m_what} != ''",
             constraint=f"{ymd('.')} <= {ymd('${visit_on}')}", wrong="不能晚于走访日期"),
         ask("select_one left_why", "m_left_why", "为什么离开？", relevant="${m_what} = 'left'", appearance="minimal")],
    )
    return [
        *group("g_income", "收入", [
            must("decimal", "income_pc", "家庭月人均收入（元）", "全家每月收入合计 ÷ 人数，说个大概也行",
                 constraint=". >= 0 and . <= 100000", wrong="请填 0 到 100000 之间的数"),
            ask("text", "income_why", "为什么变了？", relevant=ticked("income")),
        ], f"{CONTACTED} and ({ticked('income')} or {RETURN})"),
        *group("g_members", "人口", [
            must("integer", "members_n", "家庭人数", "连登记人一起；带出的是上次的数", save_to="members_n",
                 constraint=". >= 1 and . <= 20", wrong="家庭人数在 1 到 20 之间",
                 **prefill("members_n", "households", "hh")),
        ], f"{CONTACTED} and {ticked('members')}"),
        *members,
        *group("g_addr", "住址", [
            must("text", "addr", "家庭住址", "带出的是上次的住址，改成现在的", save_to="addr_short",
                 constraint="string-length(.) <= 200", wrong="住址太长了", **prefill("addr_short", "households", "hh")),
            ask("select_one_from_file villages.csv", "village_new", "搬到别的村（居）委了吗？", "没有就不选",
                choice_filter="name != 'none'", appearance="minimal autocomplete"),
        ], f"{CONTACTED} and {ticked('addr')}"),
        *group("g_phone", "电话", [
            must("text", "phone", "联系方式", "手机或座机，几个用 / 隔开；没有就填「无」", save_to="phone",
                 constraint=PHONE, wrong=PHONE_WRONG, **prefill("phone", "households", "hh")),
        ], f"{CONTACTED} and {ticked('phone')}"),
        *group("g_health", "健康", [
            must("text", "health", "健康情况怎么变了？", "病情写在这里，不会回到手机上", appearance=wide),
            ask("select_multiple vuln6", "vuln6", "现在属于哪些困难人群？", "请全部勾选；没有就不选"),
        ], f"{CONTACTED} and {ticked('health')}"),
        *group("g_job", "就业与社保", [
            must("select_one job", "job", "登记人现在的就业情况"),
            ask("text", "job_note", "说明", "如做什么、家里谁的工作变了"),
            *insurance(),
        ], f"{CONTACTED} and {ticked('job')}"),
        *relief_change(),
    ]


def relief_change() -> Rows:
    asked = (
        "${in_relief} = 'no' or ${in_relief} = 'applying' or "
        "((${in_relief} = 'in' or ${in_relief} = 'ended') and ${programme} = '')"
    )
    # Those of 表一 may say on any visit that they now want to apply (notice 四.1), without opening the whole part.
    waiting = f"({ticked('relief')} and ({asked})) or (not({ticked('relief')}) and ${{seen_table}} = '1')"
    maybe = "if(${may_qualify} = 'yes' or ${may_qualify} = 'unsure', '1', '')"
    return [
        *group("g_relief", "救助状态", [
            note("relief_note", "这里填的由街镇核定后生效。"),
            *relief_rows(),
        ], f"{CONTACTED} and {ticked('relief')}"),
        *group("g_qualify", "申请意愿", qualify_rows(waiting, ticked("relief"), "和上次一样就不选"), CONTACTED),
        calc("maybe_first", maybe),
        *group("g_policy", "拟可享受的政策", table_one_rows("${maybe_first}"), f"{CONTACTED} and {ticked('relief')}"),
    ]
