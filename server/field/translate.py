"""From a form's answers to a filing: the one place where question names become facts. Pure.

A blank answer says nothing unless something was shown beside the question: then it says "empty now".
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from forms.head import EntityBlock
from forms.read import Answers, Part
from server.field.names import AS_OF, KEPT, LIST_OF, MARK, OBSERVED_ON, WAS
from server.field.people import member_words, person_words
from server.field.relief import OVERLAY, overlay_since, proposals_of, relief_words
from server.field.shapes import HOUSEHOLD_FACTS, LEAD_FACTS, REFERRAL_FACTS, VISIT_EXTRA, shaped
from server.households.kinds import Outcome
from server.households.values import MISSING, SHANGHAI, Contact, Filing, Place, Said, day_of

#: A family has twenty members at most by the form; folding members compares each with each.
MOST_ROWS = 60
#: What is said of a household is served whole to all phones of its village.
MOST_LETTERS = 5000
#: Ids and codes stand in addresses and in columns of a fixed width.
MOST_CODE = 12
_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z._:-]{0,199}")
_VILLAGE = re.compile(r"[0-9]{12}")


class CannotTranslate(Exception):
    """The submission is kept, but says nothing a household could be told by. ``sentence``: why, in Chinese."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Origin:
    """What is recorded of a submission beside its XML: all of it kept rows, none of it the phone's word."""

    received: datetime
    published: datetime
    sender: int | None
    villages: tuple[str, ...] = ()
    source: str = "phone"
    has_role: bool = True
    answers: tuple[str, ...] | None = None


def translate(answers: Answers, origin: Origin) -> tuple[str, Filing]:
    """(list, filing) of one submission.

    :raises CannotTranslate: no entity block of the form's own list, or the row that only explains was chosen.
    """
    form = answers.form_id
    block = _entity(answers, form)
    if any(len(rows) > MOST_ROWS for rows in answers.repeats.values()):
        raise CannotTranslate(f"家庭成员超过 {MOST_ROWS} 行，内容已保存，请联系填报人核对。")
    if any(len(text) > MOST_LETTERS for text in _texts(answers)):
        raise CannotTranslate(f"有一项回答超过 {MOST_LETTERS} 字，内容已保存，请联系填报人核对。")
    start, end = _moment(answers.start), _moment(answers.end)
    written = end or start or origin.received
    observed = _observed(_day(answers.get(OBSERVED_ON.get(form, ""))), start or written)
    common: dict[str, Any] = {
        "instance": answers.instance_id,
        "entity": block.id,
        "observed": observed,
        "written": written,
        "received": origin.received,
        "published": origin.published,
        "deprecated": answers.deprecated_id,
        "base": block.base,
        "trunk": block.trunk,
        "branch": block.branch,
        "sender": origin.sender,
        "source": origin.source,
        "villages": origin.villages,
        "has_role": origin.has_role,
        "answers": origin.answers,
        "form": form,
        "creates": block.create and not block.update,
        "as_of": Place.parse(shown(answers, AS_OF) or ""),
    }
    parts = {"screening": _screening, "visit": _visit, "lead": _lead, "referral": _referral}[form]
    filing = Filing(**common, **parts(answers, day_of(min(observed, origin.received))))
    if not filing.village:
        filing = _with_fallback(filing, origin)
    return LIST_OF[form], filing


def _texts(part: Part) -> Iterator[str]:
    yield from part.values.values()
    for rows in part.repeats.values():
        for row in rows:
            yield from _texts(row)


def shown(answers: Part, name: str) -> str | None:
    """What a hidden ``was_…`` carries, None where nothing was shown (no leading mark)."""
    text = answers.values.get(name, "")
    return text[len(MARK) :] if text.startswith(MARK) else None


def picked(answers: Answers, name: str) -> str:
    """What was picked from a list: the form's own copy, which stays when the list no longer offers it."""
    return answers.get(KEPT[answers.form_id].get(name, "")) or answers.get(name)


def named(text: str) -> str:
    """An id as it may stand in an address; '' for what is none."""
    return text if _ID.fullmatch(text) else ""


def village_of(text: str) -> str:
    """The code of a 村居; '' for what is none."""
    return text if _VILLAGE.fullmatch(text) else ""


def _entity(answers: Answers, form: str) -> EntityBlock:
    wanted = LIST_OF.get(form)
    if wanted is None:
        raise CannotTranslate(f"没有名为「{form}」的业务表单，内容已保存，等待处理。")
    block = next((b for b in answers.entities if b.list == wanted and (b.create or b.update)), None)
    if block is None or not block.id:
        raise CannotTranslate("提交里没有说明是哪一户，内容已保存，请联系填报人核对。")
    if not named(block.id):
        raise CannotTranslate("提交里户的编号不合规则，内容已保存，请联系填报人核对。")
    if block.id.startswith("00000000-"):
        raise CannotTranslate("选中的是名单里的说明行，不是真实的户；请给该工作人员分配村居后重新填报。")
    return block


def _screening(answers: Answers, on: date) -> dict[str, Any]:
    said = [
        *person_words(answers),
        *_facts(answers, HOUSEHOLD_FACTS, "screening"),
        *member_words(answers, "member"),
    ]
    said += relief_words(answers)
    village = village_of(answers.get("village"))
    if village:
        said.append(Said("village", village))
    if answers.get("told"):
        said.append(Said("told", True))
    return {
        "said": tuple(said),
        "closes": named(picked(answers, "lead_id")),
        "village": village,
        "contact": Contact(Outcome.MET_PERSON, "screening", answers.get("difficulty"), _extra(answers)),
    }


def _visit(answers: Answers, on: date) -> dict[str, Any]:
    said = [*_facts(answers, HOUSEHOLD_FACTS, "visit"), *member_words(answers, "member_change")]
    said += relief_words(answers, only_state=True)
    if moved_to := village_of(answers.get("village_new")):
        said.append(Said("village", moved_to))
    if answers.get("told"):
        said.append(Said("told", True))
    kind = (answers.get("kind") or answers.get("kind_pick") or "regular")[:MOST_CODE]
    contact = None
    if answers.get("result"):
        contact = Contact(_outcome(answers.get("result")), kind, answers.get("difficulty"), _extra(answers))
    return {
        "said": tuple(said),
        "closes": named(picked(answers, "lead_id")),
        "contact": contact,
        "village": village_of(answers.get("seen_village") or answers.get("village")),
        "proposed": tuple(proposals_of(answers, on)),
    }


def _lead(answers: Answers, on: date) -> dict[str, Any]:
    said = [*_facts(answers, LEAD_FACTS, "lead"), Said("urgent", answers.get("urgent") in ("yes", "1"))]
    about = named(picked(answers, "hh"))
    if about:
        said.append(Said("about", about))
    return {"said": tuple(said), "about": about, "village": village_of(answers.get("village"))}


def _referral(answers: Answers, on: date) -> dict[str, Any]:
    said = list(_facts(answers, REFERRAL_FACTS, "referral"))
    about = named(answers.get("hh_id") or picked(answers, "hh"))
    kind = answers.get("kind_eff") or answers.get("kind")
    said += [Said(fact, value) for fact, value in (("about", about), ("kind", kind)) if value]
    return {
        "said": tuple(said),
        "about": about,
        "village": village_of(answers.get("hh_village") or answers.get("seen_village") or answers.get("village")),
    }


def _facts(answers: Answers, table: Mapping[str, str], form: str) -> Iterator[Said]:
    before_end = overlay_since(answers)
    for name, shape in table.items():
        if not answers.was_asked(name):
            continue
        since = before_end if name in OVERLAY else None
        was: Any = MISSING
        if name in WAS[form]:
            seen = shown(answers, WAS[form][name][0])
            was = MISSING if seen is None else seen
        text = picked(answers, name)
        if name == "village":
            text = village_of(text)
        if text:
            yield Said(name, shaped(text, shape), was, since)
        elif was is not MISSING:
            yield Said(name, None, was)


def _extra(answers: Answers) -> dict[str, str]:
    return {name: answers.get(name) for name in VISIT_EXTRA if answers.get(name)}


def _outcome(text: str) -> Outcome:
    try:
        return Outcome(text)
    except ValueError:
        # The answer itself may be anything, a name too: this sentence is kept in clear.
        raise CannotTranslate("走访结果不在选项里，内容已保存，请联系填报人核对。") from None


def _with_fallback(filing: Filing, origin: Origin) -> Filing:
    """The worker's own village, where he has exactly one: the last thing to go by."""
    village = origin.villages[0] if len(origin.villages) == 1 else ""
    return Filing(**{**filing.__dict__, "village": village})


def _observed(on: date | None, start: datetime) -> datetime:
    """The moment it was seen: the form's day; on the day of writing the moment of writing, else noon."""
    if on is None or on == day_of(start):
        return start
    return datetime.combine(on, time(12), SHANGHAI)


def _moment(text: str) -> datetime | None:
    """A phone's time stamp; None for what is none, or lies outside what a calendar knows."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not 1900 < moment.year < 9000:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return None
    return day if 1900 < day.year < 9000 else None
