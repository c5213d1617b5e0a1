"""formList, form, manifest, media, lists, integrity over HTTP."""

import gzip
import hashlib
import re

import pytest
from django.db import transaction
from django.test import Client
from lxml import etree

from forms.catalogue import set_open
from forms.models import FormMedia
from sync.rows import put_rows
from tests.sync import house
from tests.sync.house import LISTS, NOW

pytestmark = pytest.mark.django_db
XF = "{http://openrosa.org/xforms/xformsList}"
MF = "{http://openrosa.org/xforms/xformsManifest}"


@pytest.fixture
def base() -> str:
    house.publish_plain()
    return f"/key/{house.make_key(house.make_worker())}"


def serve(entity_id: str, name: str, scope: str = "v1") -> None:
    with transaction.atomic():
        put_rows("households", entity_id, {scope: {"label": name, "rep_name": name}}, "test", NOW)


def path(url: str) -> str:
    return url.removeprefix("http://testserver")


def urls(base: str) -> dict[str, str]:
    """Every address a phone learns, from formList and manifest alone."""
    client = Client()
    form = etree.fromstring(client.get(f"{base}/formList").content)[0]
    found = {"form": form.findtext(XF + "downloadUrl"), "manifest": form.findtext(XF + "manifestUrl")}
    for file in etree.fromstring(client.get(path(found["manifest"])).content):
        found[file.findtext(MF + "filename")] = file.findtext(MF + "downloadUrl")
        if file.findtext(MF + "integrityUrl"):
            found["integrity"] = file.findtext(MF + "integrityUrl")
    return {"formList": f"{base}/formList", **{name: path(url) for name, url in found.items()}}


@pytest.mark.wire("W-10", "W-11", "W-22")
def test_hashes_are_of_the_bytes_served(base: str) -> None:
    client, at = Client(), urls(base)
    form = etree.fromstring(client.get(at["formList"]).content)[0]
    served = client.get(at["form"]).content
    assert form.findtext(XF + "hash") == "md5:" + hashlib.md5(served).hexdigest()
    root = next(e for e in etree.fromstring(served).iter() if isinstance(e.tag, str) and e.get("version"))
    assert (root.get("id"), root.get("version")) == (
        form.findtext(XF + "formID"),
        form.findtext(XF + "version"),
    )
    hashes = {f.findtext(MF + "filename"): f.findtext(MF + "hash") for f in manifest(client, at)}
    assert hashes["villages.csv"] == "md5:" + hashlib.md5(client.get(at["villages.csv"]).content).hexdigest()


def manifest(client: Client, at: dict[str, str]) -> "etree._Element":
    return etree.fromstring(client.get(at["manifest"]).content)


@pytest.mark.wire("W-6", "W-7", "W-16")
def test_headers_on_every_fetch(base: str) -> None:
    client = Client()
    for name, url in urls(base).items():
        for answer in (client.get(url), client.head(url)):
            assert answer.status_code == 200, name
            assert answer["X-OpenRosa-Version"] == "1.0"
            assert "private" in answer["Cache-Control"]
            assert not answer.cookies
        if name in ("formList", "manifest", "integrity"):
            assert answer["Content-Type"].startswith("text/xml")
        assert client.head(url).content == b""


@pytest.mark.wire("W-14", "W-24")
def test_nothing_is_sent_twice(base: str) -> None:
    serve("h1", "张")
    client = Client()
    for url in urls(base).values():
        answer = client.get(url)
        again = client.get(url, headers={"If-None-Match": answer["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again["X-OpenRosa-Version"] == "1.0"
    list_url = urls(base)["households.csv"]
    etag = client.get(list_url)["ETag"]
    serve("h2", "李", scope="v2")
    assert client.get(list_url, headers={"If-None-Match": etag}).status_code == 304, "another village's row"
    serve("h1", "章")
    assert client.get(list_url, headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.wire("W-15")
def test_gzip(base: str) -> None:
    for index in range(700):
        serve(f"h{index:03}", "张")
    client, at = Client(), urls(base)
    for name in ("formList", "form", "manifest", "households.csv"):
        plain = client.get(at[name])
        packed = client.get(at[name], headers={"Accept-Encoding": "gzip"})
        content = b"".join(packed.streaming_content) if packed.streaming else packed.content
        expected = b"".join(plain.streaming_content) if plain.streaming else plain.content
        assert packed["Content-Encoding"] == "gzip"
        assert gzip.decompress(content) == expected
        assert packed["ETag"] == plain["ETag"]
        assert packed["Vary"] == "Accept-Encoding"
    assert expected.count(b"\n") == 701


@pytest.mark.wire("W-64")
def test_addresses_repeat_what_the_client_used(base: str) -> None:
    client = Client()
    answer = client.get(f"{base}/formList", headers={"Host": "127.0.0.1:8110"}, secure=True)
    found = re.findall(r"<(?:downloadUrl|manifestUrl)>([^<]+)<", answer.content.decode())
    assert all(url.startswith(f"https://127.0.0.1:8110{base}/") for url in found)
    forwarded = client.get(f"{base}/formList", headers={"X-Forwarded-Host": "evil.example"})
    assert b"evil" not in forwarded.content


@pytest.mark.parametrize(
    "slashes", ["/formList/", "//formList", "//formList//", "/formList?deviceID=collect%3AAb1"]
)
@pytest.mark.wire("W-1")
def test_slashes_too_many_are_forgiven(base: str, slashes: str) -> None:
    answer = Client().get(base + slashes)
    assert answer.status_code == 200
    assert f"http://testserver{base}/forms/".encode() in answer.content


@pytest.mark.wire("W-19")
def test_a_closed_form_is_not_offered_but_its_definition_stays(base: str) -> None:
    at = urls(base)
    house.publish_plain("visit")
    set_open("screening", False)
    listed = Client().get(at["formList"]).content
    assert b"<formID>visit<" in listed
    assert b"<formID>screening<" not in listed
    assert Client().get(at["form"]).status_code == 200


@pytest.mark.wire("W-17")
def test_old_versions_stay_downloadable(base: str) -> None:
    at = urls(base)
    house.publish_plain(version="2025090101")
    assert urls(base)["form"] != at["form"]
    assert b"2025080101" in Client().get(at["form"]).content


def test_fixed_files_of_a_form(base: str) -> None:
    version = house.publish_plain("visit", media=[{"filename": "图 1.png", "kind": "file"}])
    FormMedia.objects.create(form_version=version, filename="图 1.png", content=b"png", md5="0" * 32)
    client = Client()
    form = next(f for f in etree.fromstring(client.get(f"{base}/formList").content) if f[0].text == "visit")
    file = etree.fromstring(client.get(path(form.findtext(XF + "manifestUrl"))).content)[0]
    assert client.get(path(file.findtext(MF + "downloadUrl"))).content == b"png"


@pytest.mark.wire("W-12", "W-13")
def test_never_an_empty_list_in_doubt(base: str) -> None:
    set_open("screening", False)
    answer = Client().get(f"{base}/formList")
    assert answer.status_code == 503
    house.publish_plain("visit", media=[{"filename": "unheard.csv", "kind": "csv"}])
    assert Client().get(f"{base}/formList").status_code == 503


def test_a_manifest_bound_to_fail_is_an_error(base: str) -> None:
    at = urls(base)
    LISTS.files.clear()
    assert Client().get(at["manifest"]).status_code == 503


@pytest.mark.wire("W-31", "W-34")
def test_another_workers_rows_never_show(base: str) -> None:
    serve("h1", "张")
    serve("h2", "李", scope="v2")
    rows = b"".join(Client().get(urls(base)["households.csv"]).streaming_content).decode()
    assert "张" in rows
    assert "李" not in rows
    answer = Client().get(urls(base)["integrity"] + "?id=h1%2Ch2%2Ch3&deviceID=x")
    states = {e.get("id"): e.findtext("deleted") for e in etree.fromstring(answer.content).find("entities")}
    assert states == {"h1": "false", "h2": "true"}


def test_few_statements(base: str, django_assert_max_num_queries: object) -> None:
    # One is the key. A form's version and its XForm are one each, for the first request of a process only. From which
    # scopes a list is fetched is looked up, and written down the first time.
    at = urls(base)
    b"".join(Client().get(at["households.csv"]).streaming_content)
    most_of = {"formList": 2, "form": 3, "manifest": 3, "villages.csv": 1, "households.csv": 4}
    for name, most in most_of.items():
        with django_assert_max_num_queries(most):  # type: ignore[operator]
            answer = Client().get(at[name])
            b"".join(answer.streaming_content) if answer.streaming else answer.content
