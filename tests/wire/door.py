"""A worker's door, looked at over sockets: bytes go out, bytes come back."""

import hashlib
import http.client
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from server.demo import said
from server.demo.hand import Done, Hand
from server.demo.multipart import body
from server.demo.people import People
from tests.running import Installation
from tests.wire.phones import Held, issue_phones

AGENT = "org.odk.collect.android/v2025.3.3 Dalvik/2.1.0 (Linux; U; Android 12)"
LIST = "{http://openrosa.org/xforms/xformsList}"
MANIFEST = "{http://openrosa.org/xforms/xformsManifest}"
DAY = date(2025, 8, 4)


@dataclass(frozen=True)
class Said:
    """What came back: `headers` as they were written, every one of them."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def header(self, name: str) -> str:
        """Its one value; "" where there is none, an error where there are two."""
        values = self.all(name)
        assert len(values) < 2, f"{name} stands there {len(values)} times"
        return values[0] if values else ""

    @property
    def xml(self) -> "etree._Element":
        return etree.fromstring(self.body)

    @property
    def message(self) -> str:
        """The one thing a phone shows."""
        assert self.xml.tag == "{http://openrosa.org/http/response}OpenRosaResponse"
        return self.xml.findtext("{http://openrosa.org/http/response}message") or ""


class Door:
    def __init__(self, house: Installation, held: Held) -> None:
        self.house, self.held = house, held
        self.base = f"/key/{held.token}"

    @classmethod
    def all(cls, house: Installation) -> Iterator["Door"]:
        """A fresh key for every worker of the demo."""
        for held in issue_phones(house):
            yield cls(house, held)

    # --- asking ---

    def ask(
        self, method: str, url: str, headers: Mapping[str, str] | None = None, data: bytes | None = None
    ) -> Said:
        """One request on a line of its own; `url`: below the key, or a whole address as the server wrote it."""
        if url.startswith("http"):
            parts = urlsplit(url)
            assert parts.netloc == f"127.0.0.1:{self.house.port}"
            path = parts.path + (f"?{parts.query}" if parts.query else "")
        else:
            path = url if url.startswith("/key/") else self.base + url
        line = http.client.HTTPConnection("127.0.0.1", self.house.port, timeout=60)
        try:
            line.request(
                method, path, data, {"X-OpenRosa-Version": "1.0", "User-Agent": AGENT, **(headers or {})}
            )
            answer = line.getresponse()
            return Said(answer.status, tuple(answer.getheaders()), answer.read())
        finally:
            line.close()

    def get(self, url: str, **headers: str) -> Said:
        return self.ask("GET", url, {name.replace("_", "-"): value for name, value in headers.items()})

    def post(self, xml: bytes, files: Mapping[str, bytes] | None = None, **how: Any) -> Said:
        kind, data = body(xml, files or {}, **how)
        return self.ask("POST", "/submission?deviceID=collect%3Awire", {"Content-Type": kind}, data)

    # --- what the server says of itself ---

    @property
    def forms(self) -> list[dict[str, str]]:
        return [
            {etree.QName(child).localname: child.text or "" for child in item}
            for item in self.get("/formList").xml.iterchildren(LIST + "xform")
        ]

    def files(self, form: Mapping[str, str]) -> list[dict[str, str]]:
        """The manifest's items; `type` among them where there is one."""
        return [
            {**item.attrib, **{etree.QName(child).localname: child.text or "" for child in item}}
            for item in self.get(form["manifestUrl"]).xml.iterchildren(MANIFEST + "mediaFile")
        ]

    @property
    def everything(self) -> dict[str, str]:
        """Every address a phone learns: name → URL."""
        found = {"formList": "/formList"}
        for form in self.forms:
            found |= {
                f"{form['formID']}.xml": form["downloadUrl"],
                f"{form['formID']} manifest": form["manifestUrl"],
            }
            for file in self.files(form):
                found[file["filename"]] = file["downloadUrl"]
                if "integrityUrl" in file:
                    found[f"{file['filename']} integrity"] = file["integrityUrl"]
        return found

    def kept(self) -> list[dict[str, Any]]:
        """What the server has of this phone, opened."""
        path = self.house.folder / "stored.json"
        self.house.run("-m", "tests.wire.stored", str(path))
        return [one for one in json.loads(path.read_text("utf-8")) if one["key"] == self.held.key_id]

    def tell(self, code: str) -> None:
        """Python in the installation, as an administrator's command would do it."""
        self.house.run("-c", f"import django; django.setup()\n{code}")

    # --- filling in ---

    @cached_property
    def hand(self) -> Hand:
        """The worker, his phone up to date."""
        hand = self.held.hand(self.house.url)
        hand.phone.sync()
        return hand

    def register(self, photos: int = 0, **more: Any) -> Done:
        """A household, filled in with the real form; not sent."""
        hand = self.hand
        people = People(hand.chance, first_phone=self.held.key_id * 50)
        family = people.family(*self.held.worker.villages[0], DAY)
        answers = said.screening(family, said.situation(hand.chance, DAY), hand.chance)
        return hand.fill("screening", DAY, {**answers, **more}, photos=photos)

    def visit(self, entity: str, **more: Any) -> Done:
        answers = said.visit("medical", "met_person", "none", self.hand.chance, day=DAY)
        told = {"difficulty": "长期看病吃药", "plan": "陪同申请医疗救助"}
        return self.hand.fill("visit", DAY, {"scope": "all", "hh": entity, **answers, **told, **more})


def md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
