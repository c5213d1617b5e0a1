"""One line of a table: from its cells to what it says. Pure."""

from collections.abc import Mapping

from server.exchange.choices import choices_in
from server.exchange.links import links_in
from server.exchange.numbers import RUINED, count_told, id_told, money_told
from server.exchange.plain import Raw, is_blank, one_line, text_of, tight
from server.exchange.relief_cells import relief_in
from server.exchange.values import Context, LineRead, Problem, Where, error
from server.field.people import tidy_name
from server.field.translate import MOST_LETTERS
from server.households.idno import age_on, birth_of, sex_of, valid_id
from server.ledgers.columns import TABLES
from server.ledgers.kinds import LedgerKind
from server.ledgers.words import INSUR

MOST_NAME = 50
MOST_MEMBERS = 60
_SEXES = {"男": "male", "女": "female", "男性": "male", "女性": "female"}
_TEXTS = {"addr": "addr", "phone": "phone"}
_LONG = {"difficulty": "difficulty", "plan": "plan"}
#: Column -> the fact its choices are kept under; what is no choice goes to the same name with this at the end.
_POLICIES = {"policies": "policy_minzheng", "other_policies": "policy_other", "overlay": "overlay"}


class _Line:
    """A line while it is read."""

    def __init__(self, kind: LedgerKind, cells: Mapping[str, Raw], context: Context) -> None:
        self.kind, self.cells, self.context = kind, cells, context
        self.heading = {column.key: column.heading for column in TABLES[kind].columns}
        self.answers: dict[str, str] = {}
        self.problems: list[Problem] = []

    def raw(self, key: str) -> Raw:
        return self.cells.get(key)

    def has(self, key: str) -> bool:
        return key in self.heading and not is_blank(self.raw(key))

    def say(self, name: str, value: object) -> None:
        if value not in (None, ""):
            self.answers[name] = str(value)

    def warn(self, key: str, sentence: str, cure: str = "") -> None:
        self.problems.append(Problem(sentence, cure, self.heading[key]))

    def fail(self, key: str, sentence: str, cure: str) -> None:
        self.problems.append(error(sentence, cure, self.heading[key]))


def read_line(kind: LedgerKind, cells: Mapping[str, Raw], where: Where, context: Context) -> LineRead:
    """What the cells (by column key) of one line say; every problem names its column."""
    line = _Line(kind, cells, context)
    line.say("table", kind.value)
    _place(line)
    _person(line)
    _numbers(line)
    for key, name in _TEXTS.items():
        if line.has(key) or tight(line.raw(key)) == "无":
            line.say(name, one_line(line.raw(key)))
    for key, name in _LONG.items():
        if line.has(key):
            line.say(name, text_of(line.raw(key)).strip())
    _choices(line)
    if kind in (LedgerKind.THREE, LedgerKind.FOUR):
        relief = relief_in(kind, line.raw("programme"), line.raw("admitted"), line.raw("ended"), context.day,
                           line.problems.append)
        line.answers.update(relief)
        links = links_in(line.raw("links"), line.raw("linked"))
        line.say("links", "\n".join(links.told))
        line.say("suggest", links.suggest)
        line.problems += links.problems
    elif line.has("suggestion"):
        line.say("suggest", text_of(line.raw("suggestion")).strip())
    _consultant(line)
    for key in line.heading:
        if len(text_of(line.raw(key))) > MOST_LETTERS:
            line.fail(key, f"内容超过 {MOST_LETTERS} 字", "请缩短，或检查列是否错位")
    return LineRead(where, kind, line.answers, tuple(line.problems))


def _place(line: _Line) -> None:
    if is_blank(line.raw("village")):
        line.fail("village", "没有所属村(居)委", "请填写村居名称")
        return
    found = line.context.villages.read(line.raw("village"))
    if found.code:
        line.say("village", found.code)
    elif found.several:
        line.fail("village", f"“{one_line(line.raw('village'))[:20]}”可能是{'或'.join(found.several)}", "请写全称")
    else:
        line.fail("village", f"{line.context.town_name}没有叫“{one_line(line.raw('village'))[:20]}”的村居",
                  "请按村居全称填写；别的街镇的家庭由那个街镇导入")


def _person(line: _Line) -> None:
    name = tidy_name(one_line(line.raw("name")))
    if not name or is_blank(name):
        line.fail("name", "没有姓名", "请填写姓名；不是对象家庭的行请删去")
    elif len(name) > MOST_NAME:
        line.fail("name", "姓名太长", "请检查列是否错位")
    else:
        line.say("rep_name", name)
    number = id_told(line.raw("id_no"))
    if number.ruined:
        line.fail("id_no", RUINED, "把这一列设为文本格式，从原始材料重新录入号码")
    elif not number.text:
        line.warn("id_no", "没有身份证号", "有号码才能与手机上的登记认出是同一户")
    elif number.doubt:
        line.warn("id_no", number.doubt)
    line.say("id_no", "" if number.ruined else number.text)
    sex = _SEXES.get(tight(line.raw("sex")), "")
    age = count_told(line.raw("age"))
    if line.has("age") and (age is None or age > 120):
        line.warn("age", "年龄看不懂，没有导入")
        age = None
    if not number.ruined and valid_id(number.text):
        born = birth_of(number.text)
        if sex and sex != sex_of(number.text):
            line.warn("sex", "性别与身份证号不符，以身份证号为准")
        if age is not None and born is not None and abs(age_on(born, line.context.day) - age) > 1:
            line.warn("age", "年龄与身份证号不符，以身份证号为准")
        return
    if line.has("sex") and not sex:
        line.warn("sex", "性别看不懂，没有导入", "填“男”或“女”")
    line.say("sex_q", sex)
    line.say("age", age)


def _numbers(line: _Line) -> None:
    members = count_told(line.raw("members"))
    if members is not None and 1 <= members <= MOST_MEMBERS:
        line.say("members_n", members)
    elif line.has("members"):
        line.warn("members", "家庭人数看不懂，没有导入", "填数字")
    if "income" in line.heading and (income := money_told(line.raw("income"))) is not None:
        line.say("income_pc", f"{income:f}")
    elif line.has("income"):
        line.warn("income", "家庭月人均收入看不懂，没有导入", "填数字，单位元")


def _choices(line: _Line) -> None:
    if "security" in line.heading:
        insured = choices_in(text_of(line.raw("security")), INSUR)
        line.say("insur", " ".join(insured.codes))
        line.say("insur_other", insured.rest)
    for key, name in _POLICIES.items():
        if line.has(key) or (key in line.heading and tight(line.raw(key)) == "无"):
            chosen = choices_in(text_of(line.raw(key)), line.context.policies)
            line.say(name, " ".join(chosen.codes))
            line.say(f"{name}_text", chosen.rest)


def _consultant(line: _Line) -> None:
    """Who answers for a 村居 stands in the roster; the table is only held against it."""
    named = {tight(part) for part in one_line(line.raw("consultant")).replace("，", "、").split("、")} - {""}
    if not named:
        return
    line.say("consultant", one_line(line.raw("consultant")))
    known = line.context.consultants.get(line.answers.get("village", ""), "")
    if "village" in line.answers and named != {tight(part) for part in known.split("、")}:
        line.warn("consultant", f"系统里这个村居的救助顾问是{known or '空的'}", "在“人员与手机”里登记，台账就会印上")
