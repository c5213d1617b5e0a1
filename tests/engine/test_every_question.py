"""Each engine answers every question of every form; what it serialises is complete and may be sent."""

import re

import pytest

from forms.compile import Compiled
from server.field.names import FORMS, HIDDEN, LIST_OF, QUESTIONS
from tests.engine.answers import shanghai_today, stories
from tests.engine.engine import fill
from tests.engine.lists import media


def questions(form: Compiled) -> list[str]:
    """Questions by name, those of a repeat as repeat/name."""
    return [
        f"{field.repeat.split('/')[-1]}/{field.name}" if field.repeat else field.name
        for field in form.described.fields if field.is_question
    ]  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_the_vocabulary_is_the_forms(compiled: dict[str, Compiled], form: str) -> None:
    asked = questions(compiled[form])
    assert sorted(asked) == sorted(QUESTIONS[form])
    names = {field.name for field in compiled[form].described.fields}
    assert set(HIDDEN[form]) <= names


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.wire("W-71")
def test_one_entity_of_spec_2024(compiled: dict[str, Compiled], form: str) -> None:
    described = compiled[form].described
    assert described.entities_version == "2024.1.0"
    assert [entity.list for entity in described.entities] == [LIST_OF[form]]
    assert described.has_instance_id


@pytest.mark.parametrize("form", FORMS)
def test_the_stories_leave_no_question_out(form: str) -> None:
    told = {
        re.sub(r"\[\d+\]", "", name)
        for story in stories(form, shanghai_today()).values() for name, answer in story if answer
    }  # fmt: skip
    assert sorted(set(QUESTIONS[form]) - told) == []


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
def test_every_question_is_answered(compiled: dict[str, Compiled], form: str, engine: str) -> None:
    """Every answer of every story is in what the engine sends, unless a later answer replaced it or closed its part."""
    today = shanghai_today()
    left_over = set(QUESTIONS[form])
    for name, story in stories(form, today).items():
        xml = fill(compiled[form].xform.decode(), media(today), story, engine=engine).decode()
        for question in list(left_over):
            node = question.split("/")[-1]
            if re.search(rf"<{node}>[^<]", xml):
                left_over.discard(question)
        assert f'id="{form}"' in xml, name
    assert sorted(left_over) == []
