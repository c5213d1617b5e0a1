"""困难线索·救急难·窗口询问: a hint, an emergency, a customer at the counter; two minutes, no ID number. Creates `leads`."""

from xlsforms.src.fragments import PHONE, PHONE_WRONG, VERSION, cell, in_village, meta, observed, pick, traces
from xlsforms.src.rows import Row, Rows, Source, ask, calc, group, must, taken

URGENT = "${urgent} = 'yes'"
WINDOW = "${source} = 'window'"


def origin() -> Rows:
    rows = [
        *observed("seen_on", "发现日期"),
        must("select_one source", "source", "线索从哪里来？"),
        ask("text", "source_other", "请写明", relevant="${source} = 'other'"),
        ask("text", "hotline_no", "热线或信访编号", "没有可不填", relevant="${source} = 'hotline'"),
        must("select_one service_line", "service_line", "在办哪条线的事？", relevant=WINDOW, appearance="minimal"),
        must("select_one centres", "centre", "哪个受理中心？", relevant=WINDOW, appearance="minimal"),
        must("select_one yes_no", "asked", "窗口主动询问过困难了吗？", relevant=WINDOW),
    ]
    return group("g_origin", "线索来源", rows)


def who() -> Rows:
    rows = [
        must("select_one_from_file villages.csv", "village", "所属村（居）委", "按实际居住地", choice_filter="name != 'none'",
             appearance="minimal autocomplete", save_to="village"),
        taken("village_name", cell("villages", "village", "label"), "village", save_to="village_name"),
        *pick("hh", "households", "是不是已经在册的户？", "是就选上；不清楚就跳过", in_village()),
        ask("text", "rep_name", "姓名", "不知道可不填", save_to="rep_name"),
        ask("text", "addr", "住址或方位", "门牌不清楚就写附近的标志", constraint="string-length(.) <= 200", wrong="太长了"),
        ask("text", "phone", "联系电话", "不知道可不填", constraint=PHONE, wrong=PHONE_WRONG),
        must("text", "seen", "看到、听到的情况", "一两句话就行，不用写证件号码", appearance="multiline"),
        calc("brief", "substr(normalize-space(${seen}), 0, 40)", save_to="brief"),
    ]
    return group("g_who", "谁有困难", rows)


def emergency() -> Rows:
    rows = [
        must("select_one event", "event", "出了什么事？"),
        ask("text", "event_other", "请写明", relevant="${event} = 'other'"),
        ask("dateTime", "event_at", "什么时候发生的？", "大概也行", constraint=". <= now()", wrong="不能晚于现在"),
        must("select_one yes_no_unsure", "hit_basic", "基本生活受影响了吗？", "吃、住、看病有没有着落"),
        must("text", "need_now", "眼下最急需什么？"),
        must("select_multiple aid_now", "aid_now", "已经给了哪些支援？",
             constraint="not(selected(., 'none') and count-selected(.) > 1)", wrong="「还没有」不能和别的一起选"),
        ask("decimal", "aid_amount", "金额（元）", relevant="selected(${aid_now}, 'money')",
            constraint=". > 0 and . <= 1000000", wrong="请填大于 0 的数"),
        ask("dateTime", "aid_at", "什么时候给的？", relevant="${aid_now} != '' and not(selected(${aid_now}, 'none'))",
            constraint=". <= now()", wrong="不能晚于现在"),
        ask("text", "aid_note", "支援说明", "谁给的、给了什么", relevant="${aid_now} != '' and not(selected(${aid_now}, 'none'))"),
    ]
    urgent = must("select_one yes_no", "urgent", "是急难情况吗？", "火灾、车祸、突发大病等，要马上处理的；交表后请再打一个电话")
    return [
        urgent,
        calc("save_urgent", "if(${urgent} = 'yes', '1', '0')", save_to="urgent"),
        *group("g_emergency", "救急难", rows, URGENT),
    ]


def reporter() -> Rows:
    rows = [
        ask("text", "reporter_name", "反映人姓名", "不愿留名可不填", relevant="${source} != 'self'"),
        ask("text", "reporter_phone", "反映人电话", "可不填", relevant="${source} != 'self'", constraint=PHONE, wrong=PHONE_WRONG),
        ask("select_one yes_no", "reporter_ok", "反映人同意我们联系吗？",
            relevant="${reporter_name} != '' or ${reporter_phone} != ''"),
    ]
    return group("g_reporter", "反映人", rows)


def saved() -> Rows:
    return [
        calc("save_reported_on", "format-date(${seen_on}, '%Y-%m-%d')", save_to="reported_on"),
        calc("save_state", "'open'", save_to="state"),
    ]


ENTITY: Row = {
    "list_name": "leads",
    "label": "concat(if(${urgent} = 'yes', '【急】', ''), ${village_name}, '·', "
             "if(${rep_name} = '', '姓名不详', ${rep_name}), '·', ${brief})",
}

LEAD = Source(
    form_id="lead",
    title="困难线索·救急难·窗口询问",
    version=VERSION,
    instance_name="concat('线索 ', if(${rep_name} = '', '姓名不详', ${rep_name}), ' ', format-date(${seen_on}, '%Y-%m-%d'))",
    rows=[*meta(), *origin(), *emergency(), *who(), *reporter(), *traces(signature=False), *saved()],
    entity=ENTITY,
)
