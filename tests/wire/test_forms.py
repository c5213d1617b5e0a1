"""formList, XForms and manifests over sockets, from the server as it is started, with the forms as they are."""

import gzip
import re
from email.utils import parsedate_to_datetime
from hashlib import md5 as plain_md5

import pytest
from lxml import etree

from tests.wire.door import LIST, MANIFEST, Door, md5

pytestmark = pytest.mark.slow
PAIR = re.compile(rb"<([\w:.-]+)(?:\s[^<>]*)?></\1\s*>")
XML_OF = ("/formList", "/forms/manifest?id=screening&v=", "/lists/households/integrity")


@pytest.mark.wire("W-1", "W-2", "W-5")
@pytest.mark.parametrize("path", ["/formList", "/formList/", "//formList", "//formList//", "/formList?a=/"])
def test_slashes(door: Door, path: str) -> None:
    said = door.get(path)
    assert (said.status, said.header("Location"), said.all("Set-Cookie")) == (200, "", [])
    assert re.findall(r"<formID>(\w+)<", said.body.decode()) == ["lead", "referral", "screening", "visit"]
    assert f"http://127.0.0.1:{door.house.port}{door.base}/forms/".encode() in said.body


@pytest.mark.wire("W-3")
@pytest.mark.parametrize(
    "query",
    [
        "deviceID=collect%3AAbC",
        "deviceID=",
        "deviceID=%00",
        "x=%zz&=&&",
        "x=" + "%E6%B1%89" * 200,
        "formID=visit",
    ],
)
def test_queries_change_nothing(door: Door, query: str) -> None:
    plain, said = door.get("/formList"), door.get(f"/formList?{query}")
    if "%00" in query:  # the one letter no database knows: told, and not in HTML
        assert (said.status, bool(said.message)) == (404, True)
    else:
        assert (said.status, said.body) == (200, plain.body)


@pytest.mark.wire("W-4")
@pytest.mark.parametrize(
    "date", ["Sun, 03 Aug 2025 03:00:38 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "yesterday"]
)
def test_the_clients_date_means_nothing(door: Door, date: str) -> None:
    assert door.get("/formList", Date=date).status == 200
    assert door.ask("HEAD", "/submission", {"Date": date}).status == 204
    assert parsedate_to_datetime(door.get("/formList").header("Date")).tzinfo is not None


@pytest.mark.wire("W-6", "W-7")
@pytest.mark.parametrize(
    ("method", "url", "status"),
    [
        ("GET", "/formList", 200),
        ("GET", "manifest", 200),
        ("GET", "/lists/households/integrity?id=x", 200),
        ("GET", "/nothing", 404),
        ("GET", "", 404),
        ("GET", "/forms/manifest?id=x&v=1", 404),
        ("GET", "/lists/nobody/integrity?id=x", 404),
        ("PUT", "/formList", 405),
        ("GET", "/submission", 405),
        ("POST", "/submission", 400),
        ("GET", "/key/nobody/formList", 403),
        ("GET", "/key/nobody/lists/households/integrity", 403),
        ("GET", "/key//formList", 403),
    ],
)
def test_marked_as_openrosa_whatever_the_answer(door: Door, method: str, url: str, status: int) -> None:
    url = door.forms[0]["manifestUrl"] if url == "manifest" else url
    said = door.ask(method, url)
    assert said.status == status, said.body
    assert said.header("X-OpenRosa-Version") == "1.0"
    assert said.header("Content-Type") == "text/xml; charset=utf-8"
    assert said.body.decode("utf-8").startswith("<?xml version='1.0' encoding='UTF-8'?>")
    assert (said.header("Location"), said.all("Set-Cookie")) == ("", [])
    etree.fromstring(said.body)


@pytest.mark.wire("W-6", "W-7", "W-64")
def test_another_host_is_told_so(door: Door) -> None:
    said = door.ask("GET", "/formList", {"Host": "elsewhere.example"})
    assert (said.status, said.header("X-OpenRosa-Version")) == (400, "1.0")
    assert said.header("Content-Type").startswith("text/xml") and said.message


@pytest.mark.wire("W-8", "W-9", "W-10", "W-11", "W-64")
def test_the_list_of_forms(door: Door) -> None:
    root = door.get("/formList").xml
    assert root.tag == LIST + "xforms" and all(e.tag.startswith(LIST) for e in root.iter())
    assert all(element.text for element in root.iter() if not len(element)), "nothing empty"
    assert len(door.forms) == 4
    for form in door.forms:
        assert {"formID", "name", "version", "hash", "downloadUrl", "manifestUrl"} == {*form}
        assert all(
            form[name].startswith(f"{door.house.url}{door.base}/") for name in ("downloadUrl", "manifestUrl")
        )
        served = door.get(form["downloadUrl"])
        assert form["hash"] == "md5:" + plain_md5(served.body).hexdigest()
        unpacked = gzip.decompress(door.get(form["downloadUrl"], Accept_Encoding="gzip").body)
        assert unpacked == served.body, "the hash is that of what the phone has in hand"
        named = next(
            e for e in etree.fromstring(served.body).iter() if isinstance(e.tag, str) and e.get("version")
        )
        assert (named.get("id"), named.get("version")) == (form["formID"], form["version"])


@pytest.mark.wire("W-20", "W-21", "W-22", "W-23", "W-64", "W-72")
def test_the_manifests(door: Door) -> None:
    lists: dict[str, set[tuple[str, str]]] = {}
    created, attached, plain = set(), set(), set()
    for form in door.forms:
        root = door.get(form["manifestUrl"]).xml
        assert root.tag == MANIFEST + "manifest" and all(e.tag.startswith(MANIFEST) for e in root.iter())
        xform = door.get(form["downloadUrl"]).body
        created |= {name.decode() for name in re.findall(rb'<entity[^>]* dataset="(\w+)"', xform)}
        for file in door.files(form):
            assert all(file[name] for name in ("filename", "hash", "downloadUrl"))
            assert "/" not in file["filename"] and file["hash"].startswith("md5:")
            assert file["downloadUrl"].startswith(f"{door.house.url}{door.base}/")
            assert ("type" in file) == ("integrityUrl" in file)
            if "type" in file:
                assert file["type"] == "entityList"
                attached.add(file["filename"].removesuffix(".csv"))
                lists.setdefault(file["filename"], set()).add((file["downloadUrl"], file["hash"]))
            else:
                plain.add(file["filename"])
                assert file["hash"] == "md5:" + md5(door.get(file["downloadUrl"]).body)
    assert all(len(known) == 1 for known in lists.values()), "one address and one hash in all forms"
    assert created == attached == {"households", "leads", "referrals"}
    assert not plain & {*lists}


@pytest.mark.wire("W-14")
def test_what_a_phone_has_is_not_sent_again(door: Door) -> None:
    for name, url in door.everything.items():
        tag = door.get(url).header("ETag")
        again = door.get(url, If_None_Match=tag)
        assert (again.status, again.body, again.header("ETag")) == (304, b"", tag), name
        assert door.get(url, If_None_Match='"other"').status == 200
        assert door.get(url, If_None_Match=f'"other", {tag}').status == 304


@pytest.mark.wire("W-15")
def test_compressed_on_demand(door: Door) -> None:
    packed_ones = 0
    for name, url in door.everything.items():
        plain, packed = door.get(url), door.get(url, Accept_Encoding="gzip")
        assert plain.header("Content-Encoding") == ""
        if packed.header("Content-Encoding") == "gzip":
            packed_ones += 1
            assert gzip.decompress(packed.body) == plain.body, name
        else:
            assert packed.body == plain.body and len(plain.body) < 1000
        assert packed.header("ETag") == plain.header("ETag")
    assert packed_ones >= 10


@pytest.mark.wire("W-16")
def test_head_is_answered(door: Door) -> None:
    for name, url in door.everything.items():
        plain, head = door.get(url), door.ask("HEAD", url)
        assert (head.status, head.body) == (200, b""), name
        for header in ("Content-Type", "ETag", "X-OpenRosa-Version", "Cache-Control"):
            assert head.header(header) == plain.header(header)


@pytest.mark.wire("W-19", "W-56")
def test_a_closed_form(door: Door) -> None:
    """Not offered, still served, still taken. Also: once it is open again, it is offered as before."""
    lead = next(form for form in door.forms if form["formID"] == "lead")
    try:
        door.tell("from forms.catalogue import set_open; set_open('lead', False)")
        assert [form["formID"] for form in door.forms] == ["referral", "screening", "visit"]
        assert door.get(lead["downloadUrl"]).status == door.get(lead["manifestUrl"]).status == 200
        xml = f'<data id="lead" version="{lead["version"]}"><meta><instanceID>uuid:closed</instanceID></meta></data>'
        assert door.post(xml.encode()).status == 201
    finally:
        door.tell("from forms.catalogue import set_open; set_open('lead', True)")
    assert len(door.forms) == 4


@pytest.mark.wire("W-13")
def test_no_forms_is_an_error(door: Door) -> None:
    every = "from forms.catalogue import set_open\nfor n in 'screening visit lead referral'.split(): set_open(n, {})"
    try:
        door.tell(every.format(False))
        said = door.get("/formList")
        assert said.status == 503 and "手机里的表单和记录都不变" in said.message
    finally:
        door.tell(every.format(True))


@pytest.mark.wire("W-82")
def test_no_start_tag_stands_before_its_end_tag(door: Door) -> None:
    """In everything a phone can fetch, the forms among it, and in what it is told of what it sends."""
    made = door.register()
    said = {name: door.get(url) for name, url in door.everything.items()}
    said["integrity of an unknown one"] = door.get(f"/lists/households/integrity?id={made.entity}")
    said |= {"new": door.post(made.instance.xml), "again": door.post(made.instance.xml), "none": door.post(b"<a/>")}
    said |= {"nowhere": door.get("/nowhere"), "stranger": door.ask("GET", "/key/stranger/formList")}
    xml = {name: one.body for name, one in said.items() if one.header("Content-Type").startswith("text/xml")}
    assert len(xml) > 12
    assert {name: found[0] for name, body in xml.items() if (found := PAIR.search(body))} == {}
