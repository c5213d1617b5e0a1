"""HEAD and POST over sockets: statuses, headers, names, pieces, and what is on the server afterwards, opened."""

import http.client
import os
import re
import uuid
from email.utils import parsedate_to_datetime

import pytest

from server.demo.multipart import body
from sync.openrosa import STOCK_THANKS
from tests.wire.door import DAY, Door, sha256

pytestmark = pytest.mark.slow


def version_of(door: Door, form: str) -> str:
    return next(one["version"] for one in door.forms if one["formID"] == form)


def lead(door: Door, *, id: str = "", text: str = "", **how: str) -> bytes:
    """The smallest thing a phone could send: what the door looks at, and one answer."""
    meta = f"<meta><instanceID>{id or f'uuid:{uuid.uuid4()}'}</instanceID></meta>"
    version = how.get("version") or version_of(door, "lead")
    return (
        f'<data id="lead" version="{version}"><what>{text}</what>{how.get("more", "")}{meta}</data>'.encode()
    )


@pytest.mark.wire("W-37", "W-2")
@pytest.mark.parametrize("path", ["/submission", "/submission/", "//submission?deviceID=collect%3AAb1"])
def test_head(door: Door, path: str) -> None:
    said = door.ask("HEAD", path)
    assert (said.status, said.body) == (204, b"")
    assert said.header("X-OpenRosa-Version") == "1.0"
    assert int(said.header("X-OpenRosa-Accept-Content-Length")) == 5_000_000
    assert parsedate_to_datetime(said.header("Date"))
    assert (said.header("Location"), said.all("Set-Cookie")) == ("", [])


@pytest.mark.wire("W-38", "W-63")
@pytest.mark.parametrize("method", ["HEAD", "GET", "POST"])
@pytest.mark.parametrize("path", ["/submission", "/formList"])
def test_a_wrong_key(door: Door, method: str, path: str) -> None:
    said = door.ask(method, f"/key/{uuid.uuid4()}{path}")
    allowed = {"/submission": ("HEAD", "POST"), "/formList": ("HEAD", "GET")}[path]
    assert said.status == (403 if method in allowed else 405)
    assert said.all("WWW-Authenticate") == []


@pytest.mark.wire("W-45", "W-46", "W-48", "W-61")
def test_new_again_and_another_text(door: Door) -> None:
    made = f"uuid:{uuid.uuid4()}"
    first, other = lead(door, id=made, text="甲"), lead(door, id=made, text="乙")
    new, again, clash = door.post(first), door.post(first), door.post(other)
    assert [new.status, again.status, clash.status] == [201, 202, 202]
    assert new.message == again.message == STOCK_THANKS and "先收到的为准" in clash.message
    assert all(said.header("Content-Type").startswith("text/xml") for said in (new, again, clash))
    kept = door.kept()
    assert [one["xml"] for one in kept] == [sha256(first), sha256(other)]
    assert [one["clash"] for one in kept] == [False, True]


@pytest.mark.wire("W-2", "W-77")
def test_no_csrf_no_cookie_no_matter_who_asks(door: Door) -> None:
    for agent in ("org.koboc.collect.android/v2025.3.3 Dalvik/2.1.0", "", "curl/8"):
        kind, data = body(lead(door), {})
        headers = {"Content-Type": kind, "User-Agent": agent, "Origin": "https://elsewhere.example",
                   "Referer": "https://elsewhere.example/", "Cookie": "sessionid=x; csrftoken=y"}  # fmt: skip
        said = door.ask("POST", "/submission", headers, data)
        assert (said.status, said.all("Set-Cookie")) == (201, [])
        assert door.get("/formList", User_Agent=agent).body == door.get("/formList").body


@pytest.mark.wire("W-39", "W-40", "W-49", "W-50")
def test_names_and_bytes_as_they_were_sent(door: Door) -> None:
    names = [
        "照片 1.jpg",
        "a&amp;b.bin",
        "../up.txt",
        "c:\\x.txt",
        "audit.csv",
        'quo"te.m4a',
        "𠮷.amr",
        "%41.txt",
    ]
    files = {name: os.urandom(500) + name.encode() for name in names}
    xml = lead(door, more="<photo>照片 1.jpg</photo><sound>𠮷.amr</sound>")
    assert door.post(xml, files, title="困难 线索 (二)").status == 201
    assert door.post(xml, {"照片 1.jpg": b"other"}).status == 201
    [kept] = door.kept()
    assert kept["xml"] == sha256(xml)
    expected = {name: [sha256(data)] for name, data in files.items()}
    expected["照片 1.jpg"].append(sha256(b"other"))
    assert kept["files"] == expected
    assert {*kept["mentioned"]} == {"照片 1.jpg", "𠮷.amr"}


@pytest.mark.wire("W-41")
def test_102_parts(door: Door) -> None:
    files = {f"{number:03}.jpg": b"%d" % number for number in range(101)}
    assert door.post(lead(door), files).status == 201
    assert len(door.kept()[0]["files"]) == 101


@pytest.mark.wire("W-42", "W-43")
def test_pieces_in_any_order(door: Door) -> None:
    """The last piece first, one of them twice, and a hint that contradicts itself."""
    xml = lead(door)
    pieces = [{f"{number}.bin": os.urandom(2000)} for number in range(4)]
    statuses = [
        door.post(xml, pieces[number], is_incomplete=hint).status
        for number, hint in ((3, False), (1, True), (0, True), (1, False), (2, True))
    ]
    assert statuses == [201, 201, 201, 202, 201]
    [kept] = door.kept()
    assert kept["files"] == {name: [sha256(data)] for piece in pieces for name, data in piece.items()}
    assert kept["state"] in ("applied", "parked"), "not waiting for a rest that may never come"


@pytest.mark.wire("W-44")
def test_one_large_file(door: Door) -> None:
    large = {"录像.mp4": os.urandom(9_000_000)}
    assert door.post(lead(door), large).status == 201
    assert door.kept()[0]["files"] == {"录像.mp4": [sha256(large["录像.mp4"])]}


@pytest.mark.wire("W-51", "W-52", "W-81")
def test_refusals_are_one_sentence(door: Door) -> None:
    kind, data = body(lead(door), {"a.bin": os.urandom(5000)})
    head = {"Content-Type": kind}
    said = [
        door.post(b"<half"),
        door.post(b'<data id="lead" version="1"><meta/></data>'),
        door.post(lead(door).replace(b'id="lead"', b'id="unheard"')),
        door.ask("POST", "/submission", {"Content-Type": "text/xml"}, b"<a/>"),
        door.ask("POST", "/submission", head, data[:-40]),
        door.ask("POST", "/submission", {**head, "Content-Length": "30000001"}, b""),
    ]
    assert [one.status for one in said] == [400, 400, 404, 400, 400, 413]
    for one in said:
        assert one.header("Content-Type").startswith("text/xml") and one.header("X-OpenRosa-Version") == "1.0"
        assert re.search("[\u4e00-\u9fff].*。$", one.message)
    assert door.kept() == []


@pytest.mark.wire("W-55", "W-60")
def test_put_aside(door: Door) -> None:
    """An unknown version, and one that the form itself encrypted."""
    unknown = lead(door, version="2999010101")
    sealed = (
        '<data xmlns="http://www.opendatakit.org/xforms/encrypted" encrypted="yes" id="lead" version="'
        f'{version_of(door, "lead")}"><base64EncryptedKey>AAAA</base64EncryptedKey>'
        f'<orx:meta xmlns:orx="http://openrosa.org/xforms"><orx:instanceID>uuid:{uuid.uuid4()}</orx:instanceID>'
        "</orx:meta><media><file>p.jpg.enc</file></media><encryptedXmlFile>submission.xml.enc</encryptedXmlFile>"
        "<base64EncryptedElementSignature>AAAA</base64EncryptedElementSignature></data>"
    ).encode()
    files = {"submission.xml.enc": os.urandom(900), "p.jpg.enc": os.urandom(4000)}
    first, second = door.post(unknown), door.post(sealed, files)
    assert (first.status, second.status) == (202, 202)
    assert "没有这个表单版本" in first.message and "加密" in second.message
    assert door.post(sealed, files).status == 202
    one, two = door.kept()
    assert (one["xml"], one["state"]) == (sha256(unknown), "parked")
    assert (two["xml"], two["state"], two["encrypted"]) == (sha256(sealed), "parked", True)
    assert two["files"] == {name: [sha256(data)] for name, data in files.items()}
    assert {*two["mentioned"]} == {*files}


@pytest.mark.wire("W-58")
def test_meta_in_another_namespace(door: Door) -> None:
    xml = (
        f'<l:lead xmlns:l="http://example.org/l" xmlns:orx="http://openrosa.org/xforms" id="lead" version="'
        f'{version_of(door, "lead")}"><orx:meta><orx:instanceID>uuid:orx</orx:instanceID></orx:meta></l:lead>'
    )
    assert door.post(xml.encode()).status == 201
    assert [one["instance"] for one in door.kept()] == ["uuid:orx"]


@pytest.mark.wire("W-54", "W-57", "W-74", "W-75")
def test_a_chain_backwards(door: Door) -> None:
    """A household made offline, visited, then corrected by an edit: sent in the opposite order."""
    made = door.register()
    visited = door.visit(made.entity)
    edited = door.hand.fill(
        "screening", DAY, {"dup_action": "unsure", "phone": "13900009999"}, edit_of=made.instance
    )
    assert b'create="1"' in edited.instance.xml
    for done in (edited, visited, made):
        assert door.post(done.instance.xml).status == 201
    door.tell("from django.core.management import call_command; call_command('work', '--drain')")
    assert [one["state"] for one in door.kept()] == ["applied"] * 3
    fresh = door.held.phone(door.house.url)
    fresh.sync()
    [row] = [row for row in fresh.lists["households"].rows.values() if row.id == made.entity]
    assert row.properties["phone"] == "13900009999"


@pytest.mark.wire("W-65")
def test_no_key_in_any_log(door: Door) -> None:
    door.get("/nowhere")
    door.post(b"<half")
    door.ask("GET", "/formList", {"Host": "elsewhere.example"})
    assert door.held.token not in door.house.log("web.log")


@pytest.mark.wire("W-46", "W-52")
def test_one_line_for_all(door: Door) -> None:
    """A connection kept open, as OkHttp keeps it: a refusal in between leaves it usable."""
    line = http.client.HTTPConnection("127.0.0.1", door.house.port, timeout=60)
    xml = lead(door)
    statuses = []
    for text in (xml, b"<half", xml):
        kind, data = body(text, {"a.bin": b"1"})
        line.request("POST", f"{door.base}/submission", data, {"Content-Type": kind})
        answer = line.getresponse()
        answer.read()
        statuses.append(answer.status)
        line.request("HEAD", f"{door.base}/submission")
        answer = line.getresponse()
        answer.read()
        assert answer.status == 204
    assert statuses == [201, 400, 202]
