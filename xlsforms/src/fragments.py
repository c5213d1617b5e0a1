"""Fragments that stand in several forms: written once."""

from server.field.names import MARK, NO_VILLAGE
from xlsforms.src.dates import ymd
from xlsforms.src.rows import Row, Rows, ask, calc, group, must, note, refs, repeat, taken

VERSION = "2026112901"

_MOBILE, _LANDLINE = "1[3-9][0-9]{9}", "(0[0-9]{2,3}-?)?[0-9]{7,8}"
PHONE = f"regex(., '^(({_MOBILE}|{_LANDLINE})(/({_MOBILE}|{_LANDLINE}))*|无)$')"
PHONE_WRONG = "请填手机或座机号码，几个号码用 / 隔开；没有电话就填「无」"

BASIS = "国办发〔2023〕39号、沪府办规〔2024〕5号、青民〔2024〕25号"
NOTICE = (
    f"<b>请先告知对方：</b><br>我们按照{BASIS}，了解您家的困难，好帮您对上政策和资源。"
    "要登记的有：身份、住址电话、家庭成员、收入和困难情况。这些只用于社会救助和探访关爱，由区民政局和街镇依法保管、保密。"
    "其中身份证件、收入、健康属于敏感信息：不登记就难以核对是否符合政策；登记后，只有经办人员能看到。"
    "您可以不回答，也可以随时要求查看、更正或删除；不回答不影响您申请救助。"
)


def meta() -> Rows:
    """What the phone notes by itself: for checking clocks, never for counting time at work. No position."""
    return [{"type": kind, "name": kind} for kind in ("start", "end", "today", "deviceid", "username", "audit")]


def observed(name: str, label: str) -> Rows:
    """The observed day, today unless said otherwise; an earlier one has a reason.

    Compared with the day on which the form was begun (`today`), so that a later edit is not asked for a reason.
    """
    early = f"{ymd(f'${{{name}}}')} < {ymd('${today}')}"
    return [
        must("date", name, label, "默认今天；补录就改成实际日期", default="today()",
             constraint=f"{ymd('.')} <= {ymd('today()')}", wrong="不能晚于今天"),
        must("select_one late", "late_why", "为什么晚了几天才填？", relevant=early),
        ask("text", "late_note", "请简单说明", relevant="${late_why} = 'other'"),
    ]


def told(relevant: str = "") -> Rows:
    """告知, as the first page: once in a household's life on this phone."""
    rows = [
        note("notice_text", NOTICE),
        must("acknowledge", "told", "已当面告知，对方知道了", missing="告知以后请勾选"),
    ]
    return group("g_told", "告知", rows, relevant)


def guardian(age: str, relevant: str = "") -> Rows:
    """The guardian line for a child under 14 (PIPL art. 31)."""
    minor = f"{age} != '' and {age} < 14"
    both = f"({relevant}) and ({minor})" if relevant else minor
    return [
        must("acknowledge", "guardian_told", "登记人不满14周岁：已告知监护人，监护人同意", relevant=both),
        ask("text", "guardian_name", "监护人姓名", relevant=both),
    ]


WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def checked(prefix: str, number: str) -> Rows:
    """GB 11643 (ISO 7064 MOD 11-2) for every 18-digit number, whoever issued it, and 15-digit ones made into such.

    `<prefix>u`: as typed, without spaces, X in upper case. `<prefix>x`: its first 17 digits, `<prefix>c`: the check
    character they want; blank for other papers. `<prefix>ok`: 1 holds, 0 does not, blank: nothing to hold it against.
    """
    u, x, s, c = (f"${{{prefix}{part}}}" for part in "uxsc")
    long, short = f"regex({u}, '^[0-9]{{17}}[0-9X]$')", f"regex({u}, '^[0-9]{{15}}$')"
    total = " + ".join(f"number(substr({x}, {i}, {i + 1})) * {w}" for i, w in enumerate(WEIGHTS))
    month, day = f"number(substr({x}, 10, 12))", f"number(substr({x}, 12, 14))"
    holds = f"{c} = substr({u}, 17, 18) and {month} >= 1 and {month} <= 12 and {day} >= 1 and {day} <= 31"
    widened = f"concat(substr({u}, 0, 6), '19', substr({u}, 6, 15))"
    return [
        calc(f"{prefix}u", f"translate(${{{number}}}, 'x 　', 'X')"),
        calc(f"{prefix}x", f"if({long}, substr({u}, 0, 17), if({short}, {widened}, ''))"),
        calc(f"{prefix}s", f"if({x} = '', 0, {total})"),
        calc(f"{prefix}c", f"if({x} = '', '', substr('10X98765432', {s} mod 11, {s} mod 11 + 1))"),
        calc(f"{prefix}ok", f"if({long}, if({holds}, '1', '0'), '')"),
    ]


def member_rows() -> Rows:
    """One member, all of it optional: who will not say a number is still counted."""
    return [
        ask("text", "m_name", "姓名", "可以不填"),
        ask("select_one relation", "m_relation", "与登记人的关系", appearance="minimal"),
        ask("select_one id_type", "m_id_type", "证件类型", appearance="minimal"),
        ask("text", "m_id_no", "证件号码", "可以不填", relevant="${m_id_type} != '' and ${m_id_type} != 'none'",
            constraint="string-length(.) <= 30", wrong="号码太长了"),
        *checked("m_", "m_id_no"),
        note("m_warn", _red("证件号码好像抄错了一位，请再看一眼；确实如此可以继续。"), "${m_ok} = '0'"),
        ask("integer", "m_birth_year", "出生年份", "如 1968；不清楚就选下面的年龄段",
            relevant="${m_x} = ''",
            constraint=". >= 1900 and . <= number(format-date(today(), '%Y'))", wrong="请填四位年份"),
        ask("select_one age_band", "m_age_band", "年龄段", appearance="minimal",
            relevant="${m_x} = '' and ${m_birth_year} = ''"),
        ask("select_multiple member_tags", "m_tags", "有下面的情况吗？", "没有就不选"),
    ]


def insurance(relevant: str = "") -> Rows:
    return [
        ask("select_multiple insur", "insur", "基本社会保障", "已经落实的社保，救助以外的", relevant=relevant,
            constraint="not(selected(., 'none') and count-selected(.) > 1)", wrong="「都没有」不能和别的一起选"),
        ask("text", "insur_other", "其他社会保障是什么？", relevant="selected(${insur}, 'other')"),
    ]


def relief_rows(relevant: str = "") -> Rows:
    """Where the household stands with relief, and what for it: the facts that decide 表一 to 表四 (domain B.5)."""
    in_or_out = "(${in_relief} = 'in' or ${in_relief} = 'ended')"
    month = "month-year"
    return [
        must("select_one in_relief", "in_relief", "是否已在社会救助中？", "按户问：家里有人在救助就算", relevant=relevant),
        ask("date", "applied_on", "什么时候申请的？", "记不清可不填", relevant="${in_relief} = 'applying'",
            constraint=f"{ymd('.')} <= {ymd('${visit_on}')}", wrong="不能晚于走访日期"),
        ask("date", "refused_on", "什么时候没通过的？", "记不清可不填", appearance=month, relevant="${in_relief} = 'refused'",
            constraint=f"{ymd('.')} <= {ymd('${visit_on}')}", wrong="不能晚于走访日期"),
        ask("text", "refused_why", "没通过的原因", relevant="${in_relief} = 'refused'"),
        ask("select_multiple programme", "programme", "家庭基本保障", "只有这四项；不在里面的（如低保边缘）不选，写在叠加政策里",
            relevant=in_or_out),
        note("programme_warn", "没有选家庭基本保障：月报里会先列入例外，由街镇核定。",
             f"{in_or_out} and ${{programme}} = ''"),
        must("date", "admit_on", "准入救助时间（年月）", "什么时候开始享受的", appearance=month, relevant=in_or_out,
             constraint=f"{ymd('.')} <= {ymd('${visit_on}')}", wrong="不能晚于走访日期"),
        must("date", "end_on", "终止时间", "什么时候停的；回访从这一天算起", relevant="${in_relief} = 'ended'",
             constraint=f"{ymd('.')} <= {ymd('${visit_on}')} and (${{admit_on}} = '' or {ymd('.')} >= {ymd('${admit_on}')})",
             wrong="要在准入以后，不晚于走访日期"),
        ask("select_multiple_from_file policies.csv", "overlay", "叠加政策", "已经享受的其他政策；已终止的填终止前的",
            relevant=in_or_out, appearance="minimal autocomplete"),
        ask("text", "overlay_text", "叠加政策补充", "名单里没有的写在这里", relevant=in_or_out),
    ]


def qualify_rows(asked: str, required: str = "yes", hint: str = "如特困供养、低保、低收入家庭") -> Rows:
    """The questions for those who may qualify and have not applied (notice 一.1, 四.1)."""
    may = "${may_qualify} = 'yes' or ${may_qualify} = 'unsure'"
    return [
        ask("select_one yes_no_unsure", "may_qualify", "可能符合社会救助条件吗？", hint, relevant=asked, required=required,
            missing="这一项要填"),
        must("select_one willing", "willing", "愿不愿意申请？", relevant=may),
        must("select_one able", "able", "自己能不能办申请？", relevant=may),
        must("select_one aware", "aware", "知道怎么申请吗？", relevant=may),
    ]


def table_one_rows(table: str) -> Rows:
    """拟可准入 and 拟可叠加: columns 12 and 13 of 表一."""
    first = f"{table} = '1'"
    return [
        ask("select_multiple_from_file policies.csv", "policy_minzheng", "拟可准入的民政救助政策", "至少选一项，或写在下面",
            relevant=first, required="${policy_minzheng_text} = ''", missing="请选一项，或在下一题写明",
            choice_filter="dept = 'mz'"),
        ask("text", "policy_minzheng_text", "拟可准入政策补充", relevant=first),
        ask("select_multiple_from_file policies.csv", "policy_other", "拟可叠加的其他部门政策", "没有可不选",
            relevant=first, choice_filter="dept != 'mz'"),
        ask("text", "policy_other_text", "拟可叠加政策补充", relevant=first),
    ]


def policy_talk(relevant: str = "") -> Rows:
    return [
        must("select_one yes_no", "told_policy", "这次讲过政策吗？", relevant=relevant),
        ask("select_multiple_from_file policies.csv", "told_which", "讲了哪些？", relevant="${told_policy} = 'yes'",
            appearance="minimal autocomplete"),
    ]


def traces(signature: bool = True) -> Rows:
    """Photo, position, signature: always optional, never counted."""
    rows = [
        ask("image", "photo", "照片（可不拍）", "拍房屋、证明材料即可，尽量不拍人脸", parameters="max-pixels=1280"),
        ask("geopoint", "geo", "位置（可不定位）", "定位不上不要等"),
    ]
    if signature:
        rows.append(ask("image", "signature", "对方签名（可不签）", appearance="signature", parameters="max-pixels=1280"))
    return group("g_traces", "可不填", rows, appearance="")


def shown(name: str, column: str, source: str, event: str) -> Row:
    """`was_…` or `as_of`: what the row said when it was chosen, behind the mark."""
    return taken(name, f"concat('{MARK}', {cell(source, event, column)})", event)


def prefill(column: str, source: str, event: str) -> dict[str, str]:
    """Fills a question with what the chosen row says, by the very event that takes its `was_…`.

    Both read nothing but the row and the choice, since engines differ in the order in which one event's values are
    written. What is typed later stays until another row is chosen.
    """
    return {"calculation": cell(source, event, column), "trigger": refs(event)}


def pick(name: str, source: str, label: str, hint: str, rows: str, *, required: bool = False, relevant: str = "") -> Rows:
    """One row of a list, and `<name>_kept`: what was picked, for good.

    A list moves on: a visited household is no longer due, an answered lead leaves the phone. Engines then take the
    answer back when a draft or a sent form is opened again. So the row once picked stays in the list as long as it is
    there at all, and everything reads `<name>_kept`, which only picking another (or clearing it) changes.
    """
    wanted = {"required": f"${{{name}_kept}} = ''", "missing": "这一项要填"} if required else {}
    return [
        ask(f"select_one_from_file {source}.csv", name, label, hint, choice_filter=f"({rows}) or name = ${{{name}_kept}}",
            appearance="minimal autocomplete", relevant=relevant, **wanted),
        taken(f"{name}_kept", f"${{{name}}}", name, relevant=relevant),
    ]


def cell(source: str, event: str, column: str) -> str:
    return f"instance('{source}')/root/item[name = ${{{event}}}]/{column}"


def in_village(village: str = "${village}") -> str:
    """Choice filter: rows of the chosen village, all where none is chosen; never the explaining row."""
    return f"village != '{NO_VILLAGE}' and ({village} = '' or village = {village})"


def _red(text: str) -> str:
    return f'<span style="color:#c0392b"><b>{text}</b></span>'


def members_repeat(name: str, label: str, before: Rows, relevant: str = "", after: Rows | None = None) -> Rows:
    return repeat(name, label, [*before, *member_rows(), *(after or [])], relevant)
