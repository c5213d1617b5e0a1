"""Rubbish over a real socket to the real server: a clear Chinese sentence in OpenRosa form, nothing stored by halves,
no traceback, no 500. Every case runs against one installation with the real forms and lists.
"""

import http.client
import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from lxml import etree

from server.demo.cast import DEMO_WORKER
from server.demo.instance import Entity, write_instance
from server.demo.multipart import body
from server.demo.phone import Phone
from tests.kills.test_kills import database
from tests.running import Installation

pytestmark = pytest.mark.slow
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE data [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(8))
    + b']><data id="screening" version="1"><x>&i;</x><meta><instanceID>uuid:bomb</instanceID></meta></data>'
)
FILE_BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE data [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    b'<data id="screening" version="1"><x>&x;</x><meta><instanceID>uuid:file</instanceID></meta></data>'
)
CHINESE = re.compile("[\u4e00-\u9fff]")


@dataclass(frozen=True)
class Said:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def sentence(self) -> str:
        """The OpenRosa message, the only thing a phone shows."""
        assert b"OpenRosaResponse" in self.body and b"Traceback" not in self.body
        root = etree.fromstring(self.body)
        assert root.tag == "{http://openrosa.org/http/response}OpenRosaResponse"
        return root.findtext("{*}message") or ""


class Running:
    """The installation, its demo worker's token, and what it has stored."""

    def __init__(self, house: Installation) -> None:
        self.house = house
        self.token = json.loads((house.folder / "demo.json").read_text())["tokens"][DEMO_WORKER]
        self.phone = Phone(f"{house.url}/key/{self.token}")

    def post(self, content_type: str, data: bytes, *, token: str = "", length: int | None = None) -> Said:
        line = http.client.HTTPConnection("127.0.0.1", self.house.port, timeout=60)
        try:
            line.putrequest("POST", f"/key/{token or self.token}/submission")
            line.putheader("Content-Type", content_type)
            line.putheader("Content-Length", str(len(data) if length is None else length))
            line.putheader("X-OpenRosa-Version", "1.0")
            line.endheaders()
            try:
                line.send(data)
            except (BrokenPipeError, ConnectionResetError):
                pass  # it answered before it had everything, which is its right
            answer = line.getresponse()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return Said(answer.status, headers, answer.read())
        finally:
            line.close()

    def send(self, xml: bytes, files: dict[str, bytes] | None = None, **how: str) -> Said:
        return self.post(*body(xml, files or {}), **how)

    def stored(self) -> str:
        """Rows of every table that beat one writes, and files on disk."""
        counts = [self.house.count(table) for table in ("submission", "attachment", "entityversion")]
        files = sum(path.is_file() for path in (self.house.folder / "files").rglob("*"))
        return f"{counts} {files}"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    house = Installation(tmp_path_factory.mktemp("door") / "house", database()).prepare()
    try:
        house.run("-m", "tests.kills.record", "-", house.url, "24", "1")
        house.start_web()
        found = Running(house)
        found.phone.sync()
        yield found
        log = house.log("web.log")
        assert "Traceback" not in log, log
    finally:
        house.remove()


def screening(version: str = "", form_id: str = "screening", **more: str) -> bytes:
    entity = Entity("households", str(uuid.uuid4()), "张阿福", is_create=True)
    return write_instance(
        form_id, version, {"rep_name": "张阿福", "photo": "门口.jpg"}, entity=entity, **more
    )


def without_id() -> bytes:
    return re.sub(b"<instanceID>[^<]*</instanceID>", b"", screening())


REFUSED = {
    "not XML": ("名单在此，请查收".encode(), 400),
    "half XML": (b"<data id='screening' version='1'><meta>", 400),
    "nothing": (b"", 400),
    "entity bomb": (BOMB, 400),
    "a file of ours": (FILE_BOMB, 400),
    "no instanceID": (without_id(), 400),
    "unknown form": (screening(form_id="nobody_published_this"), 404),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_whole(running: Running, name: str) -> None:
    xml, status = REFUSED[name]
    before = running.stored()
    said = running.send(xml, {"门口.jpg": b"\xff\xd8\xff\xe0" + b"x" * 500})
    assert (said.status, bool(CHINESE.search(said.sentence))) == (status, True), said
    assert "x-openrosa-version" in said.headers and said.headers["content-type"].startswith("text/xml")
    assert running.stored() == before


def test_not_multipart(running: Running) -> None:
    before = running.stored()
    said = running.post("application/json", b'{"hello": 1}')
    assert 400 <= said.status < 500 and CHINESE.search(said.sentence)
    assert running.stored() == before


def test_too_large(running: Running) -> None:
    """Over 30 MB: refused by its announced length, before it is read."""
    before = running.stored()
    content_type, data = body(screening(), {"门口.jpg": b"\xff\xd8\xff\xe0" + bytes(31_000_000)})
    said = running.post(content_type, data)
    assert said.status == 413 and CHINESE.search(said.sentence)
    assert running.stored() == before


def test_cut_off(running: Running) -> None:
    """The line breaks in the middle: nothing is there, and the whole of it is taken later."""
    before = running.stored()
    content_type, data = body(screening(running.phone.forms["screening"].version), {})
    line = http.client.HTTPConnection("127.0.0.1", running.house.port, timeout=60)
    line.putrequest("POST", f"/key/{running.token}/submission")
    line.putheader("Content-Type", content_type)
    line.putheader("Content-Length", str(len(data)))
    line.endheaders()
    line.send(data[: len(data) // 2])
    line.close()
    assert running.stored() == before
    assert running.post(content_type, data).status == 201


@pytest.mark.parametrize("token", ["nobody-has-this-token", "x" * 4000, "%00", "../../etc/passwd"])
def test_wrong_token(running: Running, token: str) -> None:
    before = running.stored()
    said = running.send(screening(), token=token)
    assert said.status in (403, 404, 405) and CHINESE.search(said.sentence)
    assert running.stored() == before
    assert running.phone.line.ask("GET", f"{running.house.url}/key/nobody/formList", {}).status == 403


def test_a_photo_that_is_none(running: Running) -> None:
    """Kept as it came (it may be all there is), named to the worker, and never a reason to lose the form."""
    version = running.phone.forms["screening"].version
    said = running.send(screening(version), {"门口.jpg": b"<html>this is no photo</html>"})
    assert said.status == 201 and "门口.jpg" in said.sentence and "不是有效的照片" in said.sentence


def test_stays_up(running: Running) -> None:
    """After all of it the server answers as before."""
    running.phone.sync()
    assert set(running.phone.forms) == {"screening", "visit", "lead", "referral"}
