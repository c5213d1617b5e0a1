"""What a text calls itself: one place to say it, and whoever says two things is refused."""

import pytest

from forms.head import MAX_FORM, MAX_ID, BadInstanceId, NoFormId, NoInstanceId, TwoNames, form_of, read_head
from forms.xml import NotXml, Unreadable
from tests.forms.samples import BOMB

ENTITY = '<entity dataset="households" id="h1" update="1" baseVersion="3"/>'


def named(inside: str, root: str = 'id="visit" version="7"') -> tuple[str, str]:
    head = read_head(f"<data {root}>{inside}</data>".encode())
    return head.instance_id, head.deprecated_id


def test_as_collect_writes_it() -> None:
    head = read_head(
        b"""<data id="visit" version="7" xmlns:orx="http://openrosa.org/xforms"><g><photo>a b.jpg</photo></g><meta>
        <entity dataset="households" id="h1" update="1" baseVersion="3"/><instanceID>uuid:1</instanceID>
        <deprecatedID>uuid:0</deprecatedID></meta></data>"""
    )
    assert (head.form_id, head.version, head.instance_id, head.deprecated_id) == ("visit", "7", "uuid:1", "uuid:0")
    assert head.named == (("households", "h1"),)
    assert head.mentions == {"a b.jpg"}
    assert not head.is_encrypted


@pytest.mark.wire("W-58")
def test_older_forms_put_meta_in_a_namespace() -> None:
    head = read_head(
        b"""<s:x xmlns:s="http://example.org/old" xmlns:orx="http://openrosa.org/xforms" id="old">
        <orx:meta><orx:instanceID>uuid:2</orx:instanceID></orx:meta></s:x>"""
    )
    assert (head.form_id, head.version, head.instance_id) == ("old", "", "uuid:2")


@pytest.mark.wire("W-60")
def test_encrypted_ones_name_their_files() -> None:
    head = read_head(
        b"""<data xmlns="http://www.opendatakit.org/xforms/encrypted" encrypted="yes" id="visit" version="7">
        <orx:meta xmlns:orx="http://openrosa.org/xforms"><orx:instanceID>uuid:3</orx:instanceID></orx:meta>
        <media><file>p.jpg.enc</file></media><encryptedXmlFile>submission.xml.enc</encryptedXmlFile></data>"""
    )
    assert head.is_encrypted
    assert {"p.jpg.enc", "submission.xml.enc"} <= head.mentions


@pytest.mark.parametrize("flag", ["no", "1", "true", "YES", ""])
def test_only_yes_is_encrypted(flag: str) -> None:
    """As clients write it and servers read it; anything else is a plain text with an odd attribute."""
    xml = f'<data id="v" encrypted="{flag}"><meta><instanceID>uuid:1</instanceID></meta></data>'
    assert not read_head(xml.encode()).is_encrypted


def test_the_name_in_all_its_spellings_is_one_name() -> None:
    for spelled in ("uuid:1", "\n  uuid:1\t", "uu<!-- x -->id:1", "uu<?x y?>id:1", "<![CDATA[uuid:1]]>", "uu&#105;d:1",
                    "\u3000uuid:1\u00a0", "uu<![CDATA[i]]>d:1"):  # fmt: skip
        assert named(f"<meta><instanceID>{spelled}</instanceID></meta>") == ("uuid:1", ""), spelled


def test_said_twice_alike_is_said_once() -> None:
    """Copies made by other servers repeat the name on the root; a form may hold it in a group's own meta."""
    one = "<meta><instanceID>uuid:1</instanceID><deprecatedID>uuid:0</deprecatedID></meta>"
    assert named(f"<g>{one}</g>{one}{one}", 'id="visit" instanceID="uuid:1"') == ("uuid:1", "uuid:0")
    assert named("<meta><instanceID>uuid:1</instanceID><deprecatedID/></meta>") == ("uuid:1", "")


def test_a_meta_of_a_group_may_hold_its_entity() -> None:
    """As forms of entities in groups write it: before the real one, without a name in it."""
    head = read_head(
        f'<data id="v"><g><meta>{ENTITY}</meta></g><meta><instanceID>uuid:1</instanceID></meta></data>'.encode()
    )
    assert (head.instance_id, head.named, head.entities[0].path) == ("uuid:1", (("households", "h1"),), "g")


def test_questions_of_these_names_are_questions() -> None:
    assert named("<instanceID>x</instanceID><g><deprecatedID>y</deprecatedID></g>"
                 "<meta><instanceID>uuid:1</instanceID></meta>") == ("uuid:1", "")  # fmt: skip
    head = read_head(b"<data id='x'><entity create='1' dataset='d' id='i'>text</entity>"
                     b"<meta><instanceID>uuid:1</instanceID></meta></data>")  # fmt: skip
    assert head.named == ()


TWICE = {
    "a meta further down, before": "<g><meta><instanceID>uuid:2</instanceID></meta></g>{meta}",
    "a meta further down, behind": "{meta}<g><meta><instanceID>uuid:2</instanceID></meta></g>",
    "a meta in the meta": "<meta><meta><instanceID>uuid:2</instanceID></meta><instanceID>uuid:1</instanceID></meta>",
    "two in one meta": "<meta><instanceID>uuid:1</instanceID><instanceID>uuid:2</instanceID></meta>",
    "one of two is blank": "<meta><instanceID/><instanceID>uuid:1</instanceID></meta>",
    "two metas": "{meta}<meta><instanceID>uuid:2</instanceID></meta>",
    "two metas of two namespaces": "{meta}<o:meta xmlns:o='urn:o'><o:instanceID>uuid:2</o:instanceID></o:meta>",
    "an edit further down": "<g><meta><deprecatedID>uuid:0</deprecatedID></meta></g>{meta}",
    "an edit of two": "<meta><instanceID>uuid:1</instanceID><deprecatedID>uuid:0</deprecatedID>"
                      "<deprecatedID>uuid:9</deprecatedID></meta>",
    "an edit, and none": "<meta><instanceID>uuid:1</instanceID><deprecatedID/>"
                         "<deprecatedID>uuid:9</deprecatedID></meta>",
}  # fmt: skip


@pytest.mark.wire("W-83")
@pytest.mark.parametrize("inside", TWICE.values(), ids=TWICE)
def test_two_names_are_refused(inside: str) -> None:
    with pytest.raises(TwoNames):
        named(inside.format(meta="<meta><instanceID>uuid:1</instanceID></meta>"))


def test_another_name_on_the_root_is_refused() -> None:
    with pytest.raises(TwoNames):
        named("<meta><instanceID>uuid:1</instanceID></meta>", 'id="visit" instanceID="uuid:2"')


@pytest.mark.parametrize(
    "inside",
    [
        "",
        "<meta/>",
        "<meta><instanceID/></meta>",
        "<meta><instanceID> \u3000\n</instanceID></meta>",
        "<g><meta><instanceID>uuid:1</instanceID></meta></g>",
        "<meta><g><instanceID>uuid:1</instanceID></g></meta>",
        "<instanceID>uuid:1</instanceID>",
    ],
)
def test_a_name_in_another_place_is_none(inside: str) -> None:
    with pytest.raises(NoInstanceId):
        named(inside)
    with pytest.raises(NoInstanceId):
        named(inside, 'id="visit" instanceID="uuid:1"')


def test_a_root_called_meta_is_no_meta() -> None:
    with pytest.raises(NoInstanceId):
        read_head(b"<meta id='visit'><instanceID>uuid:1</instanceID></meta>")


@pytest.mark.parametrize("which", ["instanceID", "deprecatedID"])
@pytest.mark.parametrize(
    "name",
    ["x" * (MAX_ID + 1), "uuid:<b/>1", "<instanceID>uuid:1</instanceID>", "uuid:1\u200b2", "uuid:1\n2", "\u202euuid"],
)
def test_what_cannot_be_a_name(which: str, name: str) -> None:
    other = "" if which == "instanceID" else "<instanceID>uuid:1</instanceID>"
    with pytest.raises(BadInstanceId):
        named(f"<meta>{other}<{which}>{name}</{which}></meta>")
    with pytest.raises(Unreadable):  # wherever it stands
        named(f"<g><meta><{which}>{name}</{which}></meta></g><meta><instanceID>uuid:1</instanceID></meta>")


def test_the_longest_name_is_one() -> None:
    assert named(f"<meta><instanceID>{'x' * MAX_ID}</instanceID></meta>") == ("x" * MAX_ID, "")


@pytest.mark.parametrize("root", ['xmlns="http://example.org/old"', 'id=""', 'id=" "', f'id="{"x" * (MAX_FORM + 1)}"',
                                  'xmlns:a="urn:a" a:id="visit"'])  # fmt: skip
def test_the_form_is_the_roots_id_and_nothing_else(root: str) -> None:
    with pytest.raises(NoFormId):
        named("<meta><instanceID>uuid:1</instanceID></meta>", root)


def test_form_and_version_are_read_to_the_letter() -> None:
    head = read_head(b"<data id='visit ' version=' 7'><meta><instanceID>uuid:1</instanceID></meta></data>")
    assert (head.form_id, head.version) == ("visit ", " 7")


def test_an_entity_is_told_by_attributes_in_no_namespace() -> None:
    block = '<entity xmlns:a="urn:a" dataset="households" id=" h1 " a:id="h2" create="{}" a:create="1"/>'
    inside = "<meta>{}<instanceID>uuid:1</instanceID></meta>"
    on, off = (f'<data id="v">{inside.format(block.format(flag))}</data>'.encode() for flag in "10")
    assert read_head(on).named == (("households", "h1"),)
    assert read_head(off).named == ()


@pytest.mark.parametrize(
    "xml",
    [b"", b"hello", b"<a>", b"\xff\xfe\x00", BOMB, BOMB.decode().encode("utf-16"), b"<!DOCTYPE a><a id='x'/>",
     b"<a>" * 100_000],
    ids=["empty", "text", "open", "bytes", "bomb", "bomb16", "doctype", "deep"],
)  # fmt: skip
def test_not_xml(xml: bytes) -> None:
    with pytest.raises(NotXml):
        read_head(xml)
    assert form_of(xml) == ""


def test_the_form_is_known_where_the_name_is_not() -> None:
    assert form_of(b"<data id='visit'><meta/></data>") == "visit"
