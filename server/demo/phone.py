"""A simulated phone: what ODK Collect does on the wire, with its strictness and its quirks.

    phone = Phone("http://127.0.0.1:8000/key/TOKEN")
    phone.sync()
    phone.finalize("visit", xml, {"门口.jpg": data})
    phone.send_all()

Sources: wire contract §1 (formList), §2 (manifest, lists), §3 (submission); what it is not: a form engine.
"""

import gzip
import hashlib
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from server.demo.entity_block import told_by
from server.demo.line import Answer, Line, SocketLine
from server.demo.multipart import body as multipart_body
from server.demo.multipart import split as split_files
from server.demo.phone_model import PhoneList
from server.demo.wire import (
    Media,
    Unreadable,
    deleted_states,
    listed_files,
    listed_forms,
    message_of,
    named_by,
    served_rows,
)

AGENT = "org.odk.collect.android/v2025.3.3 Dalvik/2.1.0 (Linux; U; Android 12)"


class SyncFailed(Exception):
    """The phone tells its owner that the update failed. What it had, it keeps."""


@dataclass
class BlankForm:
    """A form definition on the phone, with the files of its own media folder."""

    form_id: str
    version: str
    md5: str
    xform: bytes = field(repr=False)
    media: dict[str, bytes] = field(default_factory=dict, repr=False)
    lists: tuple[str, ...] = ()


@dataclass
class Instance:
    """A finalized form. `is_sent` only after every POST was answered 201 or 202."""

    xml: bytes = field(repr=False)
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    title: str = "表单"
    is_sent: bool = False
    said: str = ""  # what the phone shows its owner


class Phone:
    """`server_url` is what the QR carries: `http://host/key/TOKEN`."""

    def __init__(
        self,
        server_url: str,
        line: Line | None = None,
        *,
        device: str = "",
        new_branch: Callable[[], str] = lambda: str(uuid.uuid4()),
    ) -> None:
        self.server_url, self.line, self.new_branch = server_url, line or SocketLine(), new_branch
        self.device = device or f"collect:{uuid.uuid4().hex[:16]}"
        self.forms: dict[str, BlankForm] = {}
        self.lists: dict[str, PhoneList] = {}
        self.outbox: list[Instance] = []
        self._cache: dict[str, tuple[str, bytes]] = {}  # URL → (ETag, body), like OkHttp's

    # --- fetching ---

    def sync(self) -> None:
        """Match exactly: forms, media and lists become the server's.

        :raises SyncFailed: formList refused or unreadable (nothing changes), or a file that failed its form.
        """
        listed = self._form_list()
        troubles: list[str] = []
        fetched: set[str] = set()
        for item in listed:
            try:
                self._update(item, fetched)
            except SyncFailed as trouble:
                troubles.append(str(trouble))  # one failed form does not stop the rest
        for form_id in self.forms.keys() - {item["formID"] for item in listed}:
            del self.forms[form_id]
        if troubles:
            raise SyncFailed("; ".join(troubles))

    def _form_list(self) -> list[dict[str, str]]:
        try:
            return listed_forms(self._get(self.server_url.rstrip("/") + "/formList"))
        except Unreadable as why:
            raise SyncFailed(str(why)) from None

    def _update(self, item: Mapping[str, str], fetched: set[str]) -> None:
        md5 = item.get("hash", "").removeprefix("md5:")
        if not item.get("hash", "").startswith("md5:"):
            raise SyncFailed("form with no hash")
        files = self._manifest(item.get("manifestUrl", ""))
        here = self.forms.get(item["formID"])
        held = {_md5(data) for data in here.media.values()} if here else set()
        if here and here.md5 == md5 and all(file.hash in held for file in files):
            return  # never so with an entity list: that is not in the media folder
        xform = self._content(item["downloadUrl"])
        media = dict(here.media) if here else {}
        for file in files:
            if not file.type and (file.filename not in media or _md5(media[file.filename]) != file.hash):
                media[file.filename] = self._content(file.url)
        for file in files:
            if file.type:
                self._update_list(file, fetched)
        lists = tuple(file.filename.removesuffix(".csv") for file in files if file.type)
        named = named_by(xform)
        self.forms[item["formID"]] = BlankForm(
            named["id"], named["version"], _md5(xform), xform, media, lists
        )

    def _manifest(self, url: str) -> list[Media]:
        """A manifest that fails is no manifest, without complaint."""
        try:
            return listed_files(self._get(url)) if url else []
        except (SyncFailed, Unreadable):
            return []

    def _update_list(self, file: Media, fetched: set[str]) -> None:
        name = file.filename.removesuffix(".csv")
        mine = self.lists.setdefault(name, PhoneList(name))
        mine.is_approval = file.type == "approvalEntityList"
        if mine.hash != file.hash and name not in fetched:
            fetched.add(name)
            rows = served_rows(self._content(file.url))
            if rows is not None:  # a list without its three columns stops the import silently
                mine.take_over(rows, self.new_branch)
                mine.hash = file.hash
        if file.integrity_url and (made := mine.made_here()):
            joint = "&" if "?" in file.integrity_url else "?"
            answer = self._get(f"{file.integrity_url}{joint}id={quote(','.join(made), safe='')}")
            try:
                mine.drop(deleted_states(answer))
            except Unreadable as why:
                raise SyncFailed(str(why)) from None

    # --- filling in ---

    def finalize(self, form_id: str, xml: bytes, files: Mapping[str, bytes] | None = None) -> Instance:
        """A filled form is done: it waits in the outbox, and its entity shows in the phone's own list at once.

        An edit (`deprecatedID`) does not touch the list.
        """
        form = self.forms[form_id]
        list_name, told = told_by(form.xform, xml)
        if told is not None and list_name in self.lists:
            self.lists[list_name].finalize(told, self.new_branch)
        instance = Instance(xml, files or {}, form_id)
        self.outbox.append(instance)
        return instance

    # --- sending ---

    def send_all(self, order: Callable[[list[Instance]], Iterable[Instance]] = list) -> int:
        """Everything unsent, oldest first unless told otherwise; a failure does not stop the next. The number sent."""
        unsent = [instance for instance in self.outbox if not instance.is_sent]
        return sum(self.post(instance) for instance in order(unsent))

    def send(self, xml: bytes, files: Mapping[str, bytes] | None = None, **how: object) -> Instance:
        """One submission, now, without touching the phone's lists. `how` as in `post`."""
        instance = Instance(xml, files or {})
        self.outbox.append(instance)
        self.post(instance, **how)  # type: ignore[arg-type]
        return instance

    def post(
        self, instance: Instance, *, split: int | None = None, lose_answer: bool = False, twice: bool = False
    ) -> bool:
        """HEAD, then as many POSTs as it takes. `split`: pretend the server accepts only so many bytes at once;
        `lose_answer`: the last answer never arrives, so the phone believes it failed; `twice`: all of it once more."""
        url = self.server_url.removesuffix("/") + f"/submission?deviceID={quote(self.device, safe='')}"
        try:
            head = self.line.ask("HEAD", url, self._headers())
        except OSError as error:
            return self._failed(instance, type_name(error))
        if 200 <= head.status < 300 and head.status != 204:
            return self._failed(instance, "这个地址不是 OpenRosa 接收地址")
        accepted = int(head.headers.get("x-openrosa-accept-content-length", "10000000"))
        posts = split_files(instance.files, len(instance.xml), split or accepted)
        for _ in range(2 if twice else 1):
            for index, files in enumerate(posts):
                is_incomplete = index < len(posts) - 1
                type, content = multipart_body(
                    instance.xml, files, title=instance.title, is_incomplete=is_incomplete
                )
                try:
                    answer = self.line.ask("POST", url, {**self._headers(), "Content-Type": type}, content)
                except OSError as error:
                    return self._failed(instance, type_name(error))
                if answer.status not in (201, 202):
                    return self._failed(instance, f"{answer.status} {message_of(answer)}")
                instance.said = message_of(answer)
        if lose_answer:
            return self._failed(instance, "timeout")
        instance.is_sent = True
        return True

    def _failed(self, instance: Instance, why: str) -> bool:
        instance.said = why
        return False

    # --- the line ---

    def _headers(self) -> dict[str, str]:
        return {"X-OpenRosa-Version": "1.0", "User-Agent": AGENT, "Accept-Encoding": "gzip"}

    def _get(self, url: str) -> Answer:
        """A GET with the device's id, through the HTTP cache; 200 or SyncFailed."""
        url += ("&" if "?" in url else "?") + f"deviceID={quote(self.device, safe='')}"
        etag, held = self._cache.get(url, ("", b""))
        headers = self._headers() | ({"If-None-Match": etag} if etag else {})
        try:
            answer = self.line.ask("GET", url, headers)
        except OSError as error:
            raise SyncFailed(type_name(error)) from None
        if answer.status == 304:
            return Answer(200, answer.headers | {"content-type": "text/xml"}, held)  # type: ignore[operator]
        content = answer.body
        if answer.headers.get("content-encoding") == "gzip":
            content = gzip.decompress(content)
        if answer.status != 200:
            raise SyncFailed(f"{answer.status} {message_of(Answer(answer.status, {}, content))}")
        if "etag" in answer.headers:
            self._cache[url] = (answer.headers["etag"], content)
        return Answer(200, answer.headers, content)

    def _content(self, url: str) -> bytes:
        return self._get(url).body


def _md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def type_name(error: Exception) -> str:
    return type(error).__name__
