"""What the door reads of a submission before anybody understands it."""

import pytest

from sync.outline import NotXml, outline

BOMB = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;">
<!ENTITY lol3 "&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;">]><data id="screening"><a>&lol3;</a></data>"""


def test_as_collect_writes_it() -> None:
    told = outline(
        b"""<data id="visit" version="7" xmlns:orx="http://openrosa.org/xforms"><g><photo>a b.jpg</photo></g><meta>
        <entity dataset="households" id="h1" update="1" baseVersion="3"/><instanceID>uuid:1</instanceID>
        <deprecatedID>uuid:0</deprecatedID></meta></data>"""
    )
    assert (told.form_id, told.version, told.instance_id, told.deprecated_id) == (
        "visit",
        "7",
        "uuid:1",
        "uuid:0",
    )
    assert told.entities == (("households", "h1"),)
    assert "a b.jpg" in told.mentions
    assert not told.is_encrypted


@pytest.mark.wire("W-58")
def test_older_forms_put_meta_in_a_namespace() -> None:
    told = outline(
        b"""<s:x xmlns:s="http://example.org/old" xmlns:orx="http://openrosa.org/xforms" id="old">
        <orx:meta><orx:instanceID>uuid:2</orx:instanceID></orx:meta></s:x>"""
    )
    assert (told.form_id, told.version, told.instance_id) == ("old", "", "uuid:2")


@pytest.mark.wire("W-60")
def test_encrypted_ones_name_their_files() -> None:
    told = outline(
        b"""<data xmlns="http://www.opendatakit.org/xforms/encrypted" encrypted="yes" id="visit" version="7">
        <orx:meta xmlns:orx="http://openrosa.org/xforms"><orx:instanceID>uuid:3</orx:instanceID></orx:meta>
        <media><file>p.jpg.enc</file></media><encryptedXmlFile>submission.xml.enc</encryptedXmlFile></data>"""
    )
    assert told.is_encrypted
    assert {"p.jpg.enc", "submission.xml.enc"} <= told.mentions


def test_a_question_called_entity_is_no_entity() -> None:
    told = outline(b"<data id='x'><entity create='1' dataset='d' id='i'>text</entity></data>")
    assert told.entities == ()


@pytest.mark.parametrize(
    "xml",
    [b"", b"hello", b"<a>", b"\xff\xfe\x00", BOMB, BOMB.decode().encode("utf-16"), b"<!DOCTYPE a><a id='x'/>",
     b"<a>" * 100_000],
    ids=["empty", "text", "open", "bytes", "bomb", "bomb16", "doctype", "deep"],
)  # fmt: skip
def test_not_xml(xml: bytes) -> None:
    with pytest.raises(NotXml):
        outline(xml)
