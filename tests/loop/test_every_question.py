"""Every question of every form, its lists fetched from the running server, its answers followed into the registry.

What the engine serialised goes through the door, is understood, and each answer is a statement with the value that
was given; the answers that state nothing by themselves are named here, question by question.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

import pytest

from forms.catalogue import find_version
from forms.read import Answers, read_answers
from server.field.names import FORMS, OBSERVED_ON, QUESTIONS
from server.field.people import tidy_name
from server.field.relief import HEARD
from server.field.shapes import HOUSEHOLD_FACTS, LEAD_FACTS, REFERRAL_FACTS, shaped
from server.field.translate import picked
from server.households.load import open_filing
from server.households.models import Filing as FilingRow
from server.households.values import Filing, day_of
from server.households.words import same
from sync.models import Attachment, Submission
from tests.loop.town import Town, make_town
from tests.loop.world import World, all_applied

pytestmark = pytest.mark.slow

FACTS: Mapping[str, Mapping[str, str]] = {
    "screening": HOUSEHOLD_FACTS, "visit": HOUSEHOLD_FACTS, "lead": LEAD_FACTS, "referral": REFERRAL_FACTS,
}  # fmt: skip
FILES = ("photo", "signature", "receipt")
#: Answers that are kept with the submission, shown on its page, and state no fact.
SILENT: Mapping[str, set[str]] = {
    "screening": {"id_keep", "id_keep_note", "guardian_told", "guardian_name", "geo", *FILES},
    "visit": {"scope", "village", "changed", "guardian_told", "guardian_name", "geo", *FILES},
    "lead": {"late_why", "late_note", "geo", *FILES},
    "referral": {"late_why", "late_note", "mode", "village", *FILES},
}


@pytest.mark.parametrize("form", FORMS)
def test_every_answer_is_heard(world: World, form: str) -> None:
    """One day offline: all stories are filled from one state of the phone, then sent."""
    town = make_town(world)
    filled = {name: town.phone.fill(form, story) for name, story in town.stories(form).items()}
    world.clock.tick(90)
    asked: set[str] = set()
    for name, one in filled.items():
        assert one.violations == [], (name, one.violations)
        photo = {"door.png": b"no picture"} if b"door" in one.xml else {}
        sent = town.phone.phone.send(one.xml, photo)
        assert sent.is_sent, (name, sent.said)
        answers, filing = _heard(one.xml)
        asked |= set(_answered(answers))
        lost = [question for question in _answered(answers) if not _is_heard(question, answers, filing)]
        assert sorted(lost) == [], name
    assert all_applied()
    assert sorted(set(QUESTIONS[form]) - asked) == []
    assert Attachment.objects.filter(is_mentioned=False).count() == 0
    _effects(form, town)


def _heard(xml: bytes) -> tuple[Answers, Filing]:
    """The answers as sent, and the filing the server made of them."""
    root = xml.decode()
    form, version = root.split(' id="', 1)[1].split('"')[0], root.split(' version="', 1)[1].split('"')[0]
    known = find_version(form, version)
    assert known is not None
    answers = read_answers(xml, known.fields)
    return answers, open_filing(FilingRow.objects.select_related("submission").get(instance=answers.instance_id))


def _answered(answers: Answers) -> Iterator[str]:
    for question in QUESTIONS[answers.form_id]:
        repeat, _, name = question.rpartition("/")
        parts = answers.rows(repeat) if repeat else (answers,)
        if any(part.get(name) for part in parts):
            yield question


def _is_heard(question: str, answers: Answers, filing: Filing) -> bool:
    """The answer stands among the statements, with its value."""
    form = answers.form_id
    if question in SILENT[form]:
        return True
    repeat, _, name = question.rpartition("/")
    if repeat:
        texts = [row.get(name) for row in answers.rows(repeat) if row.get(name)]
        members = _texts([said.value for said in filing.said if said.fact == "member"])
        members |= {said.since.isoformat() for said in filing.said if said.since}
        return name in ("m_id_type", "m_left_why") or all(part in members for text in texts for part in text.split())
    if name == OBSERVED_ON[form]:
        return day_of(filing.observed) == date.fromisoformat(answers.get(name))
    text = picked(answers, name)
    if name in FACTS[form]:
        wanted = shaped(text, FACTS[form][name])
        return any(said.fact == name and same(said.value, wanted) for said in filing.said)
    if name in HEARD:  # said to whoever decides, in words
        return any((HEARD[name].get(text, text)) in proposed.detail for proposed in filing.proposed)
    return all(part in _texts(_all_of(filing)) for part in (tidy_name(text) if name == "rep_name" else text).split())


def _all_of(filing: Filing) -> list[Any]:
    contact = filing.contact
    return [
        filing.entity, filing.about, filing.closes, filing.village, "OK" if _told(filing) else "",
        [[said.value, said.key, said.since, "in" if said.fact == "relief" else ""] for said in filing.said],
        [[p.kind, p.on, p.programme, "ended" if p.kind == "exit" else ""] for p in filing.proposed],
        [contact.outcome, contact.kind, "auto", dict(contact.extra)] if contact else [],
        ["yes" if said.value else "no" for said in filing.said if said.fact == "urgent"],
    ]  # fmt: skip


def _told(filing: Filing) -> bool:
    return any(said.fact == "told" for said in filing.said)


def _texts(value: Any) -> set[str]:
    """Every word inside some values."""
    if isinstance(value, Mapping):
        return _texts(list(value.values()))
    if isinstance(value, list | tuple | set):
        return {text for one in value for text in _texts(one)}
    return {value.isoformat()} if isinstance(value, date | datetime) else set(str(value).split())


def _effects(form: str, town: Town) -> None:
    """Once more from the other side: nothing that was sent is without effect."""
    rows = FilingRow.objects.filter(submission__form_id=form)
    assert rows.count() == Submission.objects.filter(form_id=form).count()
    town.phone.sync()
    if form == "screening":  # the leads they came from are answered, and off the phone
        assert not [row for row in town.phone.rows("leads").values() if "几天没见" in row.label]
