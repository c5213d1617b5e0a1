"""The XML phones see, held against what Collect's parser demands."""

import re

import pytest
from lxml import etree

from sync import openrosa
from sync.openrosa import ListedFile, ListedForm

LIST = "{http://openrosa.org/xforms/xformsList}"
MANIFEST = "{http://openrosa.org/xforms/xformsManifest}"
MD5 = "0123456789abcdef0123456789abcdef"


@pytest.mark.wire("W-8", "W-9")
def test_form_list() -> None:
    plain = ListedForm("a", "排摸 & 登记", "1", MD5, "http://h/f?id=a&v=1", "http://h/m?id=a&v=1")
    bare = ListedForm("b", "", "", MD5, "http://h/f?id=b&v=")
    root = etree.fromstring(openrosa.form_list([plain, bare]))
    assert root.tag == LIST + "xforms"
    one, two = root
    assert {etree.QName(e).localname: e.text for e in one} == {
        "formID": "a",
        "name": "排摸 & 登记",
        "version": "1",
        "hash": "md5:" + MD5,
        "downloadUrl": "http://h/f?id=a&v=1",
        "manifestUrl": "http://h/m?id=a&v=1",
    }
    assert [etree.QName(e).localname for e in two] == ["formID", "name", "hash", "downloadUrl"], (
        "nothing empty"
    )
    assert all(e.tag.startswith(LIST) for e in root.iter())


@pytest.mark.wire("W-20", "W-21")
def test_manifest() -> None:
    files = [
        ListedFile("households.csv", MD5, "http://h/l.csv", "http://h/l/integrity", True),
        ListedFile("villages.csv", MD5, "http://h/v.csv"),
    ]
    entity, plain = etree.fromstring(openrosa.manifest(files))
    assert entity.get("type") == "entityList"
    assert plain.get("type") is None
    assert entity.findtext(MANIFEST + "integrityUrl") == "http://h/l/integrity"
    assert plain.find(MANIFEST + "integrityUrl") is None
    assert entity.findtext(MANIFEST + "hash") == "md5:" + MD5


@pytest.mark.wire("W-33")
def test_integrity() -> None:
    root = etree.fromstring(openrosa.integrity([("a&b", True), ("c", False)]))
    assert [(e.get("id"), e.findtext("deleted")) for e in root.find("entities")] == [
        ("a&b", "true"),
        ("c", "false"),
    ]


NOTHING = {
    "no forms": openrosa.form_list([]),
    "no files": openrosa.manifest([]),
    "no ids known": openrosa.integrity([]),
    "an id without letters": openrosa.integrity([("", False)]),
    "no sentence": openrosa.refusal(""),
    "a sentence XML cannot carry": openrosa.thanks("\x00\x01"),
    "a form without texts": openrosa.form_list([ListedForm("a", "\x00", "\x0b", MD5, "http://h/f", " ")]),
    "a file without texts": openrosa.manifest([ListedFile("a", MD5, "http://h/f", "\x00")]),
}


@pytest.mark.wire("W-9", "W-82")
@pytest.mark.parametrize("answer", NOTHING.values(), ids=NOTHING)
def test_where_nothing_is_inside_there_is_one_tag(answer: bytes) -> None:
    etree.fromstring(answer)
    assert not re.search(rb"<([\w:.-]+)(?:\s[^<>]*)?></\1\s*>", answer), answer
    assert not re.search(rb"<(formID|name|version|hash|downloadUrl|manifestUrl|integrityUrl)/>", answer), answer


def test_a_name_that_cannot_be_written_is_the_forms_id() -> None:
    root = etree.fromstring(openrosa.form_list([ListedForm("a", "\x00", "", MD5, "http://h/f")]))
    assert root[0].findtext(LIST + "name") == "a"


@pytest.mark.wire("W-51", "W-61")
def test_a_message_is_found_the_way_collect_looks_for_it() -> None:
    for answer in (openrosa.thanks(), openrosa.refusal("坏 <了>\x00")):
        assert b"OpenRosaResponse" in answer
        message = etree.fromstring(answer)[0]
        assert etree.QName(message).localname == "message"
        assert message.prefix is None
    assert etree.fromstring(openrosa.thanks())[0].text == "full submission upload was successful!"
