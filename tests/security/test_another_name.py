"""Texts that call themselves one thing at the door and another when they are read: over HTTP, with a phone key."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from server.accounts.models import User
from server.demo.multipart import body
from server.field.apply import apply
from server.households.models import Filing, Household, Noted
from sync.inbox import drain
from sync.keys import issue_key
from sync.kinds import State
from sync.models import EntityVersion, Submission
from sync.receive import read_xml
from sync.vault.envelope import seal, unwrap
from tests.desk.conftest import ANSWERS, HOUSE, THIRD, Town
from tests.desk.told import written

Sit = Callable[[User], Client]
FRESH = "uuid:0f000000-0000-4000-8000-000000000009"
#: What stands in the text instead of `<instanceID>VICTIM</instanceID>` inside `meta`, and before the `meta`.
SPELLINGS = {
    "a meta before the real one": (
        "<instanceID>{victim}</instanceID>", f"<x><meta><instanceID>{FRESH}</instanceID></meta></x>"
    ),
    "two in one meta": (f"<instanceID>{FRESH}</instanceID><instanceID>{{victim}}</instanceID>", ""),
    "a comment inside": ("<instanceID>{start}<!-- -->{rest}</instanceID>", ""),
    "an instruction inside": ("<instanceID>{start}<?x y?>{rest}</instanceID>", ""),
    "one inside the other": (f"<instanceID>{FRESH}<b/></instanceID><instanceID>{{victim}}</instanceID>", ""),
}  # fmt: skip


def send(user: User, xml: bytes) -> int:
    """The status a phone of this person gets."""
    token = issue_key(user.pk, label="", by=None, now=timezone.now()).token
    content_type, data = body(xml, {})
    return Client().generic("POST", f"/key/{token}/submission", data, content_type).status_code


def forged(town: Town, victim: Submission, spelling: str, **answers: str) -> bytes:
    """A visit to the victim's household under the victim's own name, which looks fresh to a careless reader."""
    name = victim.instance_id
    inside, before = SPELLINGS[spelling]
    xml = written("screening", {**ANSWERS, "village": town.cast.villages[0], **answers}, now=town.now, entity=HOUSE,
                  create=True, instance=name).decode()  # fmt: skip
    said = inside.format(victim=name, start=name[:9], rest=name[9:])
    return xml.replace(f"<instanceID>{name}</instanceID>", said).replace("<meta>", f"{before}<meta>", 1).encode()


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_an_approved_income_is_not_overwritten(town: Town, sit: Sit, spelling: str) -> None:
    wang = sit(town.cast.wang)
    wang.post(f"/submissions/{town.first.pk}/judge", {"verdict": "approve", "reason": ""})
    assert "1200" in wang.get(f"/households/{HOUSE}").content.decode()
    status = send(town.cast.li, forged(town, town.first, spelling, income_pc="7"))
    page = wang.get(f"/households/{HOUSE}").content.decode()
    assert "1200" in page, "what a reviewer approved stands"
    assert Noted.objects.get(filing__submission=town.first).review == "approved"
    assert [row.submission_id for row in Filing.objects.filter(instance=town.first.instance_id)] == [town.first.pk]
    assert status in (202, 400)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_family_of_another_town_is_not_renamed(town: Town, sit: Sit, spelling: str) -> None:
    xml = forged(town, town.first, spelling, rep_name="钱冒名", village=town.cast.away[0])
    status = send(town.cast.chen, xml)
    house = Household.objects.get(pk=HOUSE)
    assert house.village == town.cast.villages[0]
    assert "张三丰" in sit(town.cast.wang).get(f"/households/{HOUSE}").content.decode()
    assert "钱冒名" not in sit(town.cast.wang).get("/households").content.decode()
    assert status in (202, 400)


@pytest.mark.wire("W-83")
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_what_was_filed_is_what_was_stored(town: Town, spelling: str) -> None:
    send(town.cast.li, forged(town, town.first, spelling, income_pc="7"))
    filed = Filing.objects.values_list("instance", "deprecated", "submission__instance_id", "submission__deprecated_id")
    assert [row for row in filed if row[:2] != row[2:]] == []


def test_an_edit_hidden_from_the_door_replaces_nothing(town: Town) -> None:
    """The one reader sees an edit, the other a new report."""
    new = f"uuid:{uuid.uuid4()}"
    said = {"result": "met_person", "income_pc": "7"}
    xml = written("visit", said, now=town.now, entity=HOUSE, instance=new).decode()
    hidden = f"<meta><deprecatedID/><deprecatedID>{town.first.instance_id}</deprecatedID>"
    assert send(town.cast.li, xml.replace("<meta>", hidden, 1).encode()) == 400
    assert not Submission.objects.filter(instance_id=new).exists()


# --- rows that an older reader has kept ---


def older(submission: Submission, xml: bytes | None = None, **columns: str | bytes) -> Submission:
    """The row as an older reader would have left it: other columns, or a text that is refused today."""
    if xml is not None:
        key = unwrap(bytes(submission.wrapped_key))
        columns["xml_sealed"] = seal(key, xml, submission.xml_sha256.encode())
    Submission.objects.filter(pk=submission.pk).update(**columns)
    submission.refresh_from_db()
    return submission


def two_names(town: Town) -> bytes:
    xml = read_xml(town.second).decode()
    return xml.replace("<meta>", f"<x><meta><instanceID>{FRESH}</instanceID></meta></x><meta>", 1).encode()


@pytest.mark.parametrize("how", ["other columns", "another edit", "refused today"])
def test_a_rebuild_lists_them_and_goes_on(town: Town, sit: Sit, how: str) -> None:
    changed = {"other columns": {"instance_id": FRESH}, "another edit": {"deprecated_id": FRESH}, "refused today": {}}
    xml = two_names(town) if how == "refused today" else None
    row = older(town.second, xml, **changed[how])
    told = StringIO()
    call_command("rebuild", stdout=told)
    assert row.instance_id in told.getvalue() and "入库异常" in told.getvalue()
    row.refresh_from_db()
    assert (row.state, row.next_try_at, row.applied_at) == (State.PARKED, None, None)
    assert re.search("[\u4e00-\u9fff]", row.trouble)
    assert not Filing.objects.filter(submission=row).exists()
    assert not Household.objects.filter(pk=THIRD).exists()
    assert Household.objects.get(pk=HOUSE).village == town.cast.villages[0], "the others are as they were"
    wang = sit(town.cast.wang)
    assert f"/submissions/{row.pk}" in wang.get("/troubles").content.decode()
    assert wang.get(f"/submissions/{row.pk}").status_code == 200
    again = StringIO()
    call_command("rebuild", stdout=again)
    assert "入库异常" not in again.getvalue(), "told once"


def test_the_desk_cannot_let_them_in(town: Town, sit: Sit) -> None:
    row = older(town.second, instance_id=FRESH, state=State.PARKED, trouble="程序出错")
    Filing.objects.filter(submission=row).delete()
    sit(town.cast.wang).post(f"/troubles/{row.pk}/retry")
    row.refresh_from_db()
    assert row.state == State.PARKED and "不一致" in row.trouble
    assert not Filing.objects.filter(submission=row).exists()


def test_what_waits_and_is_refused_today_is_parked(town: Town) -> None:
    """Kept before, applied now: parked with its reason, though nobody can say which entities it names."""
    row = older(town.second, two_names(town), state=State.KEPT)
    Submission.objects.filter(pk=row.pk).update(next_try_at=timezone.now() - timedelta(minutes=1))
    Filing.objects.filter(submission=row).delete()
    assert drain(apply, timezone.now()) == 1
    row.refresh_from_db()
    assert row.state == State.PARKED and "编号" in row.trouble and row.next_try_at is None


# --- names of entities that no column holds ---


@pytest.mark.parametrize("dataset", ["x" * 65, "households"])
def test_names_too_long_for_an_entity_are_no_fault(town: Town, dataset: str) -> None:
    """Kept aside at once (an unknown version), which raises the versions of all it names."""
    entity = str(uuid.uuid4()) if dataset != "households" else "x" * 256
    xml = written("visit", {"result": "met_person"}, now=town.now, entity=entity).decode()
    version = re.search(r' version="([^"]+)"', xml)
    assert version
    xml = xml.replace('dataset="households"', f'dataset="{dataset}"').replace(version[1], "1")
    assert send(town.cast.li, xml.encode()) == 202
    assert not EntityVersion.objects.filter(entity_id=entity).exists()
