"""A small world for the door's tests: one form that writes `households`, fake lists, a conductor that can fail."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.test import Client

from forms.models import Form, FormVersion
from server.accounts.models import User
from server.demo.instance import Entity, write_instance
from server.demo.line import Answer
from server.demo.phone import Phone
from sync.keys import issue_key
from sync.roof import PersonStanding
from sync.urls import openrosa_urls

NOW = datetime(2025, 8, 3, 1, 30, tzinfo=UTC)
XFORM = """<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:entities="http://www.opendatakit.org/xforms/entities">
<h:head><h:title>{title}</h:title><model entities:entities-version="2024.1.0"><instance>
<data id="{form_id}" version="{version}"><rep_name/><phone/><photo/>
<meta><entity/><instanceID/></meta></data></instance>
<bind nodeset="/data/rep_name" type="string" entities:saveto="rep_name"/>
<bind nodeset="/data/phone" type="string" entities:saveto="phone"/>
<bind nodeset="/data/photo" type="binary"/></model></h:head><h:body/></h:html>"""
MEDIA = [
    {"filename": "households.csv", "kind": "entity"},
    {"filename": "villages.csv", "kind": "csv"},
]


@dataclass
class FakeLists:
    """Scopes by user name; everything as the roof would hand it in."""

    scopes_of: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, bytes] = field(
        default_factory=lambda: {"villages.csv": "name,label\nv1,沈巷村\n".encode()}
    )

    def known(self) -> set[str]:
        return {"households", "leads", "villages"}

    def entity_lists(self) -> set[str]:
        return {"households", "leads"}

    def columns(self, list: str) -> Sequence[str]:
        return ("rep_name", "phone")

    def scopes(self, user: Any, list: str, today: date) -> Sequence[str]:
        return self.scopes_of.get(user.username, [])

    def explaining_row(self, user: Any, list: str, today: date) -> Mapping[str, str]:
        return {"name": "none", "label": "尚未分配村居，请联系街镇"}

    def media(self, user: Any, filename: str) -> bytes | None:
        return self.files.get(filename)

    def standing(self, user: Any, today: date) -> PersonStanding:
        villages = self.scopes_of.get(user.username, [])
        return PersonStanding(villages, villages, user.username in self.scopes_of)


class Conductor:
    """Stands for beat two: remembers its calls, and does what `then` says."""

    def __init__(self) -> None:
        self.calls: list[int] = []
        self.then: Callable[[int, datetime], None] = lambda submission_id, now: None

    def __call__(self, submission_id: int, now: datetime) -> None:
        self.calls.append(submission_id)
        self.then(submission_id, now)


LISTS, CONDUCTOR = FakeLists(), Conductor()
urlpatterns = openrosa_urls(lists=LISTS, apply=CONDUCTOR)


def fresh() -> None:
    """The world before a test, without what a test hung on it."""
    vars(LISTS).clear()
    LISTS.__init__()  # type: ignore[misc]
    CONDUCTOR.__init__()  # type: ignore[misc]


def publish_plain(form_id: str = "screening", version: str = "2025080101", media: Any = None) -> FormVersion:
    """A version put into the catalogue without the publisher: the door does not care how it came there."""
    xform = XFORM.format(title="新户排摸登记", form_id=form_id, version=version).encode()
    form, _ = Form.objects.get_or_create(form_id=form_id, defaults={"title": "新户排摸登记"})
    return FormVersion.objects.create(
        form=form,
        version=version,
        xlsx=b"",
        xform=xform,
        md5=hashlib.md5(xform).hexdigest(),
        fields_json=[],
        source_sha256="",
        media=MEDIA if media is None else media,
        entity={"list": "households", "actions": ["create", "update"]},
        checked_by="test",
        published_at=NOW,
    )


def make_worker(username: str = "li", scopes: Sequence[str] = ("v1",)) -> User:
    LISTS.scopes_of[username] = [*scopes]
    return User.objects.create_user(username, password="x", name=username)


def make_key(user: User) -> str:
    """A fresh token."""
    return issue_key(user.pk, label="测试机", by=None, now=NOW).token


def screening(name: str = "张阿福", *, id: str = "", instance_id: str = "", **more: Any) -> bytes:
    """A filled screening that creates the household `id`."""
    entity = Entity("households", id, name, is_create=True) if id else None
    answers = {"rep_name": name, "phone": "13800000000", "photo": more.pop("photo", "")}
    version = more.pop("version", "2025080101")
    form_id = more.pop("form_id", "screening")
    return write_instance(form_id, version, answers, instance_id=instance_id, entity=entity, **more)


class ClientLine:
    """Django's test client as a phone's line."""

    def __init__(self) -> None:
        self.client = Client(raise_request_exception=False)

    def ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
        rest = {name: value for name, value in headers.items() if name != "Content-Type"}
        got = self.client.generic(
            method,
            url.removeprefix("http://testserver"),
            body or b"",
            content_type=headers.get("Content-Type", ""),
            headers=rest,
        )
        content = b"".join(got.streaming_content) if got.streaming else got.content
        return Answer(got.status_code, {name.lower(): value for name, value in got.headers.items()}, content)


def phone_of(user: User) -> Phone:
    return Phone(f"http://testserver/key/{make_key(user)}", ClientLine())
