"""Entity lists and integrity over sockets, with real households."""

import csv
import http.client
import io
import uuid
from urllib.parse import quote

import pytest
from lxml import etree

from server.demo.phone import Phone
from tests.wire.door import Door

pytestmark = pytest.mark.slow
HOUSEHOLDS = "/lists/households.csv"
NASTY = '甲,"乙"\n丙;\t丁＇𠮷'


def rows(door: Door, **headers: str) -> list[dict[str, str]]:
    return [*csv.DictReader(io.StringIO(door.get(HOUSEHOLDS, **headers).body.decode(), newline=""))]


def hash_of(door: Door) -> str:
    files = [file for form in door.forms for file in door.files(form) if file["filename"] == "households.csv"]
    return files[0]["hash"]


def states(door: Door, ids: str, before: str = "") -> dict[str, str]:
    said = door.get(f"/lists/households/integrity?{before}id={ids}&deviceID=collect%3Ax")
    assert said.status == 200
    assert said.xml.tag == "data" and [child.tag for child in said.xml] == ["entities"]
    for entity in said.xml[0]:
        assert entity.tag == "entity" and [child.tag for child in entity] == ["deleted"]
    return {entity.get("id"): entity.findtext("deleted") for entity in said.xml[0]}


@pytest.mark.wire("W-25", "W-26", "W-27")
def test_columns_versions_and_texts(door: Door) -> None:
    made = door.register(difficulty=NASTY)
    assert door.post(made.instance.xml).status == 201
    said = door.get(HOUSEHOLDS)
    assert said.header("Content-Type") == "text/csv; charset=utf-8"
    assert not said.body.startswith(b"\xef\xbb\xbf")
    found = rows(door)
    names = [*found[0]]
    assert names[:3] == ["name", "label", "__version"]
    assert not [name for name in names[3:] if name.startswith("__")]
    assert all(
        row["name"] and row["label"] and int(row["__version"]) > 0 and None not in row for row in found
    )
    [own] = [row for row in found if row["name"] == made.entity]
    assert own["last_note"] == NASTY.replace("\r", "")


@pytest.mark.wire("W-24", "W-28", "W-29")
def test_a_hash_changes_with_the_rows_and_only_then(door: Door) -> None:
    made = door.register()
    before = hash_of(door)
    assert door.post(made.instance.xml).status == 201
    after = hash_of(door)
    assert after != before
    [first] = [row for row in rows(door) if row["name"] == made.entity]
    assert door.post(made.instance.xml).status == 202
    assert hash_of(door) == after, "the same again changes nothing"
    door.hand.phone.sync()
    seen = door.visit(made.entity, difficulty="屋顶漏雨")
    assert door.post(seen.instance.xml).status == 201
    [second] = [row for row in rows(door) if row["name"] == made.entity]
    assert int(second["__version"]) > int(first["__version"]) and second["last_note"] == "屋顶漏雨"
    assert hash_of(door) != after


@pytest.mark.wire("W-31", "W-24")
def test_another_workers_households_never_show(doors: object) -> None:
    one = next(doors)  # type: ignore[call-overload]
    other = next(door for door in doors if door.held.worker.town != one.held.worker.town)  # type: ignore[attr-defined]
    before = hash_of(other)
    made = one.register()
    assert one.post(made.instance.xml).status == 201
    assert hash_of(other) == before
    assert made.entity in {row["name"] for row in rows(one)}
    assert made.entity not in {row["name"] for row in rows(other)}
    assert states(one, made.entity) == {made.entity: "false"}
    assert states(other, made.entity) == {made.entity: "true"}
    names = [row["name"] for row in rows(one)]
    assert len(names) == len({*names})


@pytest.mark.wire("W-33", "W-34", "W-36")
def test_integrity(door: Door) -> None:
    made, waiting = door.register(), door.register()
    assert door.post(made.instance.xml).status == 201
    asked = quote(f"{made.entity},{waiting.entity},nonsense", safe="")
    assert states(door, asked) == {made.entity: "false"}, "the other is still on the phone"
    assert states(door, asked, before="deviceID=collect%3Ax&") == {made.entity: "false"}
    assert states(door, "") == {}


@pytest.mark.wire("W-33", "W-34", "W-82")
def test_with_unsent_work_a_phone_goes_on_updating(door: Door) -> None:
    """A day offline: what was made is unknown to the server, and the rows that changed meanwhile still arrive."""
    old, unsent = door.register(), door.register()
    phone = door.hand.phone
    assert phone.post(old.instance), old.instance.said
    phone.sync()
    seen = door.visit(old.entity, difficulty="屋顶漏雨")
    assert door.post(seen.instance.xml).status == 201
    other = door.held.phone(door.house.url)
    other.sync()
    served = other.lists["households"].rows[old.entity]
    assert served.version > phone.lists["households"].rows[old.entity].version
    assert unsent.entity in phone.lists["households"].made_here()
    phone.sync()
    rows = phone.lists["households"].rows
    assert unsent.entity in rows, "it waits on the phone"
    assert (rows[old.entity].version, rows[old.entity].properties) == (served.version, served.properties)


@pytest.mark.wire("W-35")
def test_fifteen_hundred_ids_in_one_line(door: Door) -> None:
    made = door.register()
    assert door.post(made.instance.xml).status == 201
    ids = [*(str(uuid.uuid4()) for _ in range(1499)), made.entity]
    line = http.client.HTTPConnection("127.0.0.1", door.house.port, timeout=60)
    path = f"{door.base}/lists/households/integrity?id={'%2C'.join(ids)}&deviceID=collect%3AAbCdEfGhIjKlMnOp"
    line.request("GET", path)
    answer = line.getresponse()
    found = etree.fromstring(answer.read())
    assert answer.status == 200 and len(path) > 58_000
    assert [entity.get("id") for entity in found.iter("entity")] == [made.entity]


@pytest.mark.wire("W-32")
def test_who_has_no_villages_is_told_so(door: Door) -> None:
    """A desk person's phone: one row that explains, and forms that leave it out."""
    door.tell(
        "from pathlib import Path\nfrom django.utils import timezone\nfrom server.accounts.models import User\n"
        "from sync.keys import issue_key\nuser = User.objects.get(username='qiao_pa')\n"
        "issued = issue_key(user.pk, label='', by=None, now=timezone.now())\n"
        f"Path({str(door.house.folder / 'nobody')!r}).write_text(issued.token)"
    )
    phone = Phone(f"{door.house.url}/key/{(door.house.folder / 'nobody').read_text()}")
    phone.sync()
    [row] = phone.lists["households"].rows.values()
    assert "还没有村居" in row.label and row.version == 1


@pytest.mark.wire("W-30")
def test_after_sending_a_phone_shows_what_the_server_has(door: Door) -> None:
    """Made offline, visited offline twice, the middle one sent last."""
    made = door.register()
    first, second = door.visit(made.entity), door.visit(made.entity, difficulty="屋顶漏雨")
    assert door.hand.phone.lists["households"].rows[made.entity].version == 3
    for done in (second, made, first):
        assert door.hand.phone.post(done.instance), done.instance.said
    door.hand.phone.sync()
    fresh = door.held.phone(door.house.url)
    fresh.sync()
    shown = {row.id: (row.label, row.properties) for row in door.hand.phone.lists["households"].rows.values()}
    assert shown == {row.id: (row.label, row.properties) for row in fresh.lists["households"].rows.values()}
    assert shown[made.entity][1]["last_note"] == "屋顶漏雨"
