"""新户排摸登记: a household nobody has registered yet. Creates `households`."""

from server.field.names import NO_VILLAGE
from xlsforms.src.dates import ymd
from xlsforms.src.fragments import (
    PHONE,
    PHONE_WRONG,
    VERSION,
    _red,
    cell,
    checked,
    guardian,
    in_village,
    insurance,
    members_repeat,
    meta,
    observed,
    pick,
    policy_talk,
    qualify_rows,
    relief_rows,
    table_one_rows,
    told,
    traces,
)
from xlsforms.src.rows import Row, Rows, Source, ask, calc, group, must, note, taken

#: The household this form makes: its own row must not count as its double when the form is opened again.
OWN_ID = "/data/meta/entity/@id"
DOUBLES = (
    "instance('households')/root/item[rep_name = ${rep_name} and birth_year = ${birth_year} "
    f"and id_tail4 = ${{id_tail4}} and name != {OWN_ID}]"
)
NUMBERED = "(${id_type} = 'resident' or ${id_type} = 'hmt_residence' or ${id_type} = 'foreign_pr')"


def start() -> Rows:
    rows = [
        *observed("visit_on", "走访日期"),
        must("select_one_from_file villages.csv", "village", "所属村（居）委", "按实际居住地",
             choice_filter=f"name != '{NO_VILLAGE}'",
             appearance="minimal autocomplete", save_to="village"),
        taken("village_name", cell("villages", "village", "label"), "village", save_to="village_name"),
        *pick("lead_id", "leads", "来自哪条线索？", "不是线索来的就不选", f"state = 'open' and {in_village()}"),
    ]
    return group("g_start", "走访", rows)


def identity() -> Rows:
    born = "if(${birth_q} != '', format-date(${birth_q}, '%Y%m%d'), '')"
    birth8 = f"if(${{id_x}} != '', substr(${{id_x}}, 6, 14), {born})"
    sex = "if(${id_x} != '', if(number(substr(${id_x}, 16, 17)) mod 2 = 1, 'male', 'female'), ${sex_q})"
    tail = "if(string-length(${id_u}) = 18, substr(${id_u}, 17, 18), ${id_c})"
    day = "${visit_on}"
    age = (
        "if(${birth8} = '', '', "
        f"number(format-date({day}, '%Y')) - number(substr(${{birth8}}, 0, 4))"
        f" - if(number(format-date({day}, '%m%d')) < number(substr(${{birth8}}, 4, 8)), 1, 0))"
    )
    asked = "${id_type} != '' and ${id_type} != 'resident' and ${id_x} = ''"
    rows = [
        must("text", "rep_name", "姓名", "登记人，以后这户就以他（她）的名字显示", save_to="rep_name",
             constraint="string-length(normalize-space(.)) >= 2 and string-length(.) <= 50", wrong="姓名至少两个字"),
        must("select_one id_type", "id_type", "证件类型", appearance="minimal"),
        must("text", "id_no", "证件号码", "照原件抄；末位是 X 的也要写", relevant="${id_type} != '' and ${id_type} != 'none'",
             constraint="(${id_type} != 'resident' and string-length(.) <= 30) or regex(translate(., ' 　', ''), "
                        "'^([0-9]{15}|[0-9]{17}[0-9Xx])$')",
             wrong="身份证是18位（老证15位），请数一数"),
        *checked("id_", "id_no"),
        note("id_warn", _red("这个号码对不上校验位，很可能抄错了一位，请再核对。"), f"{NUMBERED} and ${{id_ok}} = '0'"),
        must("select_one id_keep", "id_keep", "核对过了，仍要提交的原因", relevant=f"{NUMBERED} and ${{id_ok}} = '0'"),
        ask("text", "id_keep_note", "请简单说明", relevant="${id_keep} = 'other'"),
        must("select_one sex", "sex_q", "性别", relevant=asked),
        ask("date", "birth_q", "出生日期", "不清楚可不填", relevant=asked,
            constraint=f"{ymd('.')} <= {ymd('today()')}", wrong="不能晚于今天"),
        calc("sex", sex, save_to="sex"),
        calc("birth8", birth8),
        calc("birth_year", "substr(${birth8}, 0, 4)", save_to="birth_year"),
        calc("id_tail4", f"if(${{id_x}} = '', '', concat(substr(${{id_x}}, 14, 17), {tail}))", save_to="id_tail4"),
        calc("age", age),
        note("age_note", "周岁：${age}", "${age} != ''"),
        *guardian("${age}"),
    ]
    return group("g_person", "登记人", rows)


def doubles() -> Rows:
    seen = "${dup_n} > 0"
    return [
        calc("dup_n", f"if(${{rep_name}} = '' or ${{birth_year}} = '', 0, count({DOUBLES}))"),
        *group("g_dup", "可能已经登记过", [
            note("dup_note", _red("名单里已有同名、同出生年、同尾号的户，请先问清楚是不是同一人。")),
            must("select_one dup", "dup_action", "是不是同一人？"),
            note("dup_same", "是同一人就不用再登记：返回主页，用「入户探访与回访」填这一次走访。已经填到这里也可以交，系统会请审核员合并。",
                 "${dup_action} = 'same'"),
        ], seen),
        taken("dup_of", f"join(' ', {DOUBLES}/name)", "dup_action"),
    ]


def home() -> Rows:
    hukou = [
        must("select_one hukou", "hukou_kind", "户籍在哪里？"),
        must("select_one towns", "hukou_town", "户籍街镇", relevant="${hukou_kind} = 'other_town'", appearance="minimal"),
        must("text", "hukou_text", "户籍地", "省、市、区县；港澳台或外籍写地区、国家",
             relevant="${hukou_kind} != '' and ${hukou_kind} != 'same_town' and ${hukou_kind} != 'other_town'"),
        must("text", "addr", "家庭住址", "现在住的地方，写到门牌", save_to="addr_short",
             constraint="string-length(.) <= 200", wrong="住址太长了"),
        must("text", "phone", "联系方式", "手机或座机，几个用 / 隔开；没有就填「无」", save_to="phone",
             constraint=PHONE, wrong=PHONE_WRONG),
    ]
    family = must("integer", "members_n", "家庭人数", "连登记人一起，共几口人", save_to="members_n",
                  constraint=". >= 1 and . <= 20", wrong="家庭人数在 1 到 20 之间")
    return [
        *group("g_home", "户籍与住处", hukou),
        family,
        *members_repeat("member", "家庭成员（登记人以外，可不填）", []),
        note("members_note", "列出的成员加上登记人，和家庭人数对不上，请看一下；确实如此可以继续。",
             "count(${member}) > 0 and count(${member}) + 1 != ${members_n}"),
        *group("g_money", "收入与社保", [
            must("decimal", "income_pc", "家庭月人均收入（元）", "全家每月收入合计 ÷ 人数，说个大概也行",
                 constraint=". >= 0 and . <= 100000", wrong="请填 0 到 100000 之间的数"),
            *insurance(),
        ]),
    ]


def standing() -> Rows:
    no_programme = "((${in_relief} = 'in' or ${in_relief} = 'ended') and ${programme} = '')"
    asked = f"${{in_relief}} = 'no' or ${{in_relief}} = 'applying' or {no_programme}"
    maybe = "(${may_qualify} = 'yes' or ${may_qualify} = 'unsure')"
    table = (
        "if(${in_relief} = 'in' and ${programme} != '', '3', if(${in_relief} = 'ended' and ${programme} != '', '4', "
        f"if((${{in_relief}} = 'no' or {no_programme}) and {maybe}, '1', if(${{in_relief}} = '', '', '2'))))"
    )
    names = "if(${table_calc} = '1', '表一', if(${table_calc} = '2', '表二', if(${table_calc} = '3', '表三', '表四')))"
    return [
        *group("g_relief", "救助情况", relief_rows()),
        *group("g_qualify", "申请意愿", qualify_rows(asked)),
        calc("table_calc", table, save_to="table_no"),
        calc("table_word", names),
        *group("g_policy", "拟可享受的政策", [
            note("table_note", "按以上情况，月报里拟入：<b>${table_word}</b>", "${table_calc} != ''"),
            *table_one_rows("${table_calc}"),
        ]),
    ]


def difficulty() -> Rows:
    rule = (
        "if(selected(${focus6}, 'emergency') or selected(${focus6}, 'migrant') or count-selected(${vuln6}) >= 2, 'A', "
        "if(${watch} != '' or ${vuln6} != '' or ${in_relief} = 'in' or ${in_relief} = 'ended', 'B', 'C'))"
    )
    wide = "multiline"
    return [
        *group("g_tags", "属于哪些人群", [
            ask("select_multiple vuln6", "vuln6", "困难人群", "没有就不选"),
            ask("select_multiple focus6", "focus6", "其他需关注群体", "没有就不选；吸毒、服刑情况不会显示在手机名单上"),
            ask("select_multiple watch", "watch", "密切关注", "没有就不选"),
            ask("text", "health", "健康情况", "病情写在这里，不会回到手机上", appearance=wide),
        ]),
        *group("g_needs", "困难与需求", [
            ask("select_multiple needs", "needs", "需求类型"),
            ask("text", "difficulty", "家庭主要困难需求", "难在哪里、缺什么、为什么，写详细些（十个字以上）；病名、案情不写在这里",
                required="${table_calc} != '1'", missing="请写一写家里主要的困难", appearance=wide),
            note("difficulty_short", "写得有点短，月报要求「详细描述」，能再补几句吗？",
                 "${difficulty} != '' and string-length(${difficulty}) < 10"),
            ask("select_one selfhelp", "selfhelp", "自身发展能力", relevant="${in_relief} = 'in' or ${in_relief} = 'ended'"),
            ask("text", "suggest", "拟可衔接的政策或资源建议", "没有可不填", appearance=wide),
        ]),
        calc("grade_rule", rule),
        *group("g_plan", "处理方案", [
            *policy_talk(),
            must("select_one grade", "grade_sug", "建议探访等级", "讲过政策一题答完会先按规则选好，可以改",
                 calculation="if(${grade_sug} = '', ${grade_rule}, ${grade_sug})", trigger="${told_policy}"),
            must("text", "plan", "处理方案", "接下来打算怎么帮", appearance=wide, save_to="last_plan"),
        ]),
    ]


def saved() -> Rows:
    """What the phone's own new row needs to be found and visited before the server has seen it."""
    return [
        calc("save_status", "'new'", save_to="status"),
        calc("save_last_visit", "format-date(${visit_on}, '%Y-%m-%d')", save_to="last_visit"),
        calc("save_kind_due", "'none'", save_to="kind_due"),
        calc("save_last_note", "if(selected(${focus6}, 'drug_prison'), '', ${difficulty})", save_to="last_note"),
        calc("save_told", "if(${told} = 'OK', '1', '')", save_to="told"),
    ]


ENTITY: Row = {
    "list_name": "households",
    "label": "concat(${village_name}, '·', ${rep_name}, if(${id_tail4} = '', '', concat('·尾号', ${id_tail4})), '（新登记）')",
}

SCREENING = Source(
    form_id="screening",
    title="新户排摸登记",
    version=VERSION,
    instance_name="concat('新户 ', ${rep_name}, ' ', format-date(${visit_on}, '%Y-%m-%d'))",
    rows=[
        *meta(), {"type": "csv-external", "name": "households"}, *told(), *start(), *identity(), *doubles(), *home(),
        *standing(), *difficulty(), *traces(), *saved(),
    ],
    entity=ENTITY,
)
