"""A line of 表一–表四 that was brought in from a file: its words, and what it says of a household. Pure.

A kept line is a submission like any other: XML with these questions, sealed, never changed. Nobody visited: it has no
contact, and it is as old as its month. It says of a household what the table says, as of the morning of the month's
last day, so that whoever visited on that day knows better.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from forms.fields import Choice, Field
from forms.read import Answers
from server.field.people import person_words
from server.field.relief import OVERLAY
from server.field.shapes import HOUSEHOLD_FACTS, NUMBER, shaped
from server.field.translate import CannotTranslate, Origin, named, village_of
from server.households.kinds import Programme
from server.households.values import SHANGHAI, Filing, Said, relief_key
from server.ledgers.columns import TABLES
from server.ledgers.kinds import LedgerKind
from server.ledgers.values import last_day
from server.ledgers.words import INSUR

#: The form these lines are kept under; never offered to phones, and taken from nobody but an import.
LEDGER_LINE, VERSION, TITLE = "ledger_line", "1", "四表导入"
IMPORTED = "import"
_HEAD = {column.key: column.heading for table in TABLES.values() for column in table.columns}
#: What a table number says besides (domain B.5): 申请情况 and 可能符合救助条件.
_TABLE_SAYS = {
    LedgerKind.ONE: (Said("applied", "no"), Said("may_qualify", "yes")),
    LedgerKind.TWO: (Said("may_qualify", "no"),),
    LedgerKind.THREE: (Said("applied", "in"),),
    LedgerKind.FOUR: (Said("applied", "ended"),),
}
#: Choices and the text beside them: one without the other says that the other is empty.
_PAIRS = (("insur", "insur_other"), ("overlay", "overlay_text"), ("policy_minzheng", "policy_minzheng_text"),
          ("policy_other", "policy_other_text"))
#: A day nobody knows, among others that are known.
NOT_KNOWN = "-"


def _field(name: str, label: str, type: str = "text", choices: dict[str, str] | None = None, file: str = "") -> Field:
    told = tuple(Choice(code, word) for code, word in (choices or {}).items())
    return Field(name, name, type, label, choices=told, from_file=file)


#: Questions of a kept line in the order of the tables, with the words people see.
LINE_FIELDS: tuple[Field, ...] = (
    _field("batch", "批次", "calculate"),
    _field("month", "月份"),
    _field("table", "表", "select_one", {kind.value: str(kind.label) for kind in LedgerKind}),
    _field("place", "原表位置"),
    _field("village", _HEAD["village"], "select_one", file="villages.csv"),
    _field("rep_name", _HEAD["name"]),
    _field("sex_q", _HEAD["sex"], "select_one", {"male": "男", "female": "女"}),
    _field("id_no", _HEAD["id_no"]),
    _field("age", _HEAD["age"], "integer"),
    _field("insur", _HEAD["security"], "select_multiple", dict(INSUR)),
    _field("insur_other", f"{_HEAD['security']}（其他）"),
    _field("programme", _HEAD["programme"], "select_multiple", dict(Programme.choices)),
    _field("members_n", _HEAD["members"], "integer"),
    _field("income_pc", _HEAD["income"], "decimal"),
    _field("addr", _HEAD["addr"]),
    _field("phone", _HEAD["phone"]),
    _field("admit_on", _HEAD["admitted"]),
    _field("overlay", _HEAD["overlay"], "select_multiple", file="policies.csv"),
    _field("overlay_text", f"{_HEAD['overlay']}（其他）"),
    _field("end_on", _HEAD["ended"]),
    _field("policy_minzheng", _HEAD["policies"], "select_multiple", file="policies.csv"),
    _field("policy_minzheng_text", f"{_HEAD['policies']}（其他）"),
    _field("policy_other", _HEAD["other_policies"], "select_multiple", file="policies.csv"),
    _field("policy_other_text", f"{_HEAD['other_policies']}（其他）"),
    _field("difficulty", _HEAD["difficulty"]),
    _field("links", _HEAD["links"]),
    _field("suggest", _HEAD["suggestion"]),
    _field("consultant", _HEAD["consultant"]),
    _field("plan", _HEAD["plan"]),
)


def translate_line(answers: Answers, origin: Origin) -> tuple[str, Filing]:
    """(list, filing) of one kept line.

    :raises CannotTranslate: not brought in by an import, or not whole.
    """
    block = next((b for b in answers.entities if b.list == "households" and b.create and named(b.id)), None)
    village = village_of(answers.get("village"))
    try:
        kind, day = LedgerKind(answers.get("table")), last_day(answers.get("month"))
    except ValueError:
        block = None
    if origin.source != IMPORTED or block is None or not village:
        raise CannotTranslate("不是四表导入的完整一行，内容已保存，等待处理。")
    observed = min(datetime.combine(day, time(), SHANGHAI), origin.received)
    said = [*person_words(answers), *_facts(answers, kind), *_relief(answers, kind), *_TABLE_SAYS[kind]]
    if answers.get("age"):
        said.append(Said("age_told", shaped(answers.get("age"), NUMBER)))
    if answers.get("links"):
        said.append(Said("links_told", answers.get("links").split("\n")))
    return "households", Filing(
        instance=answers.instance_id, entity=block.id, creates=True, observed=observed, written=observed,
        received=origin.received, published=observed, sender=origin.sender, source=origin.source,
        villages=origin.villages, answers=origin.answers, village=village, form=answers.form_id,
        batch=answers.get("batch"), said=(*said, Said("village", village)),
    )


def _facts(answers: Answers, kind: LedgerKind) -> Iterator[Said]:
    eve = _eve(answers) if kind == LedgerKind.FOUR else None
    for name, shape in HOUSEHOLD_FACTS.items():
        since = eve if name in OVERLAY else None
        if answers.get(name):
            yield Said(name, shaped(answers.get(name), shape), since=since)
        elif any(name in pair and any(answers.get(other) for other in pair) for pair in _PAIRS):
            yield Said(name, None, since=since)


def _eve(answers: Answers) -> date | None:
    """The last day of relief: 叠加政策 of 表四 are those before the end."""
    ends = [end for end in _days(answers, "end_on") if end is not None]
    return max(ends) - timedelta(days=1) if ends else None


def _relief(answers: Answers, kind: LedgerKind) -> Iterator[Said]:
    """In since, and in 表四 out since, programme by programme."""
    texts = answers.get("admit_on").split()
    starts, ends = _days(answers, "admit_on"), _days(answers, "end_on")
    for number, programme in enumerate(answers.get("programme").split()):
        start = starts[number] if number < len(starts) else None
        value: dict[str, Any] = {"in": True}
        if start is not None and len(texts[number]) == len("2024-07"):
            value["precision"] = "month"
        if start is None:
            value["precision"] = "unknown"
        if start is not None or kind == LedgerKind.THREE:
            yield Said("relief", value, since=start, key=relief_key(programme, True))
        if kind == LedgerKind.FOUR:
            end = ends[number] if number < len(ends) else None
            yield Said("relief", {"in": False}, since=end, key=relief_key(programme, False))


def _days(answers: Answers, name: str) -> list[date | None]:
    return [_day(text) for text in answers.get(name).split()]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text if len(text) > len("2024-07") else f"{text}-01")
    except ValueError:
        return None

