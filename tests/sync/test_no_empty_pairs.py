"""No XML answer of the door has a start tag with its end tag right behind it, over HTTP: kxml2 reads a text there."""

import re

import pytest
from django.test import Client

from server.demo.multipart import body
from sync.brake import Brake
from sync.problems import Refusal
from tests.sync import house
from tests.sync.house import screening
from tests.sync.test_refusals import CASES, Bench

pytestmark = pytest.mark.django_db
PAIR = re.compile(rb"<([\w:.-]+)(?:\s[^<>]*)?></\1\s*>")


@pytest.fixture
def base() -> str:
    house.publish_plain()
    return f"/key/{house.make_key(house.make_worker())}"


@pytest.mark.wire("W-82")
@pytest.mark.parametrize(
    "path",
    [
        "formList",
        "forms/form.xml?id=screening&v=2025080101",
        "forms/manifest?id=screening&v=2025080101",
        "lists/households/integrity?id=00000000-0000-4000-8000-0000000000aa",
        "lists/households/integrity?id=00000000-0000-4000-8000-0000000000aa%2C00000000-0000-4000-8000-0000000000ab&deviceID=x",
        "lists/households/integrity?id=",
        "lists/households/integrity",
    ],
)
def test_what_is_fetched(base: str, path: str) -> None:
    answer = Client().get(f"{base}/{path}")
    assert answer.status_code == 200 and answer["Content-Type"].startswith("text/xml")
    assert not PAIR.search(answer.content), answer.content


@pytest.mark.wire("W-82")
def test_a_form_without_files_has_a_manifest_without_children() -> None:
    house.publish_plain(media=[])
    key = house.make_key(house.make_worker())
    answer = Client().get(f"/key/{key}/forms/manifest?id=screening&v=2025080101")
    assert answer.status_code == 200
    assert not PAIR.search(answer.content), answer.content


@pytest.mark.wire("W-82")
def test_what_is_said_of_submissions(base: str) -> None:
    one = screening(instance_id="uuid:1")
    other, unknown = screening("又一个", instance_id="uuid:1"), screening(version="none")
    photo = {"p.jpg": b"no picture"}
    for xml, files, status in ((one, {}, 201), (one, {}, 202), (one, photo, 201), (other, {}, 202), (unknown, {}, 202)):
        content_type, data = body(xml, files)
        answer = Client().generic("POST", f"{base}/submission", data, content_type)
        assert answer.status_code == status
        assert not PAIR.search(answer.content), answer.content


@pytest.mark.wire("W-82")
@pytest.mark.parametrize("refusal", Refusal, ids=lambda r: r.name)
def test_every_refusal(refusal: Refusal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.login.BRAKE", Brake())
    answer = CASES[refusal](Bench())
    assert answer.status_code == refusal.status  # type: ignore[attr-defined]  # Client answers are untyped
    assert not PAIR.search(answer.content), answer.content  # type: ignore[attr-defined]  # as above
