"""The small engine of the simulated phones writes what a real form engine writes, for every story told to both."""

import csv
import io
import re
import uuid
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from lxml import etree

from forms.compile import Compiled
from server.demo.fill import Answers, NotPassed, fill
from server.demo.phone_model import PhoneList, ServedRow
from server.field.names import ENTITY_LISTS, FORMS
from tests.engine import engine as engines
from tests.engine.answers import Story, shanghai_today, stories
from tests.engine.conftest import compiled
from tests.engine.lists import media

__all__ = ["compiled"]
#: What no two fillings have in common, and the names a browser gives to files.
OWN = {
    "start",
    "end",
    "deviceid",
    "username",
    "instanceID",
    "audit",
    "new_id",
    "photo",
    "signature",
    "geo",
    "receipt",
}
NOW = datetime.now(ZoneInfo("Asia/Shanghai"))


def phone_lists(files: dict[str, str]) -> dict[str, PhoneList]:
    """The entity lists as a phone holds them after one sync."""
    found = {}
    for name in ENTITY_LISTS:
        found[name] = PhoneList(name)
        rows = csv.DictReader(io.StringIO(files[f"{name}.csv"]))
        served = [
            ServedRow(row["name"], row["label"], 3, {k: v for k, v in row.items() if k in ENTITY_LISTS[name]})
            for row in rows
        ]
        found[name].take_over(served, lambda: "branch")
    return found


def as_answers(story: Story) -> Answers:
    """Answers by name; those inside a repeat as its rows."""
    found: dict[str, object] = {}
    for name, answer in story:
        inside = re.fullmatch(r"(\w+)\[(\d+)\]/(\w+)", name)
        if inside is None:
            found[name] = answer
            continue
        rows = found.setdefault(inside[1], [])
        assert isinstance(rows, list)
        while len(rows) < int(inside[2]):
            rows.append({})
        rows[int(inside[2]) - 1][inside[3]] = answer
    return found


def filled(form: Compiled, story: Story) -> bytes:
    files = media(shanghai_today())
    return fill(
        form.xform, as_answers(story), lists=phone_lists(files), media={k: v.encode() for k, v in files.items()},
        began=NOW, ended=NOW + timedelta(minutes=3), new_id=lambda: str(uuid.uuid4()),
    )  # fmt: skip


def leaves(xml: bytes) -> dict[str, str]:
    """Text by path, rows of repeats told apart by number; namespaces do not matter."""
    found: dict[str, str] = {}

    def walk(node: "etree._Element", path: str) -> None:
        seen: dict[str, int] = {}
        for child in node:
            name = etree.QName(child).localname
            seen[name] = seen.get(name, 0) + 1
            here = f"{path}/{name}[{seen[name]}]"
            if len(child):
                walk(child, here)
            elif name not in OWN:
                found[here] = child.text or ""

    walk(etree.fromstring(xml), "")
    return found


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
def test_as_the_form_engine_writes_it(compiled: dict[str, Compiled], form: str) -> None:
    if why := engines.missing("node"):
        pytest.skip(why)
    today = shanghai_today()
    for name, story in stories(form, today).items():
        theirs = engines.fill(compiled[form].xform.decode(), media(today), story)
        assert leaves(filled(compiled[form], story)) == leaves(theirs), name


def test_a_required_question_is_missed(compiled: dict[str, Compiled]) -> None:
    with pytest.raises(NotPassed, match="rep_name: required"):
        filled(compiled["screening"], [("told", "OK")])


def test_an_edit_keeps_what_was_shown(compiled: dict[str, Compiled]) -> None:
    """An edit answers one question anew: its `was`, its household and its start stay as they were."""
    story = next(iter(stories("visit", shanghai_today()).values()))
    first = filled(compiled["visit"], story)
    files = media(shanghai_today())
    moved_on = phone_lists(files)
    for entity, row in list(moved_on["households"].rows.items()):
        moved_on["households"].rows[entity] = type(row)(
            **{**row.__dict__, "properties": {**row.properties, "phone": "1"}}
        )
    second = fill(
        compiled["visit"].xform, {"plan": "改一句"}, lists=moved_on, media={k: v.encode() for k, v in files.items()},
        began=NOW + timedelta(days=2), ended=NOW + timedelta(days=2), new_id=lambda: str(uuid.uuid4()), edit_of=first,
    )  # fmt: skip
    before, after = leaves(first), leaves(second)
    deprecated = [value for path, value in after.items() if "deprecatedID" in path]
    assert deprecated == [first.split(b"<instanceID>")[1].split(b"<")[0].decode()]
    changed = {path for path in before if before[path] != after.get(path)}
    assert {path.split("/")[-1] for path in changed} == {"plan[1]"}
