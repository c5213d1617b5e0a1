"""The demo's phone reads XML as kxml2 does, and fails where the real clients fail."""

import pytest

from server.demo.kxml import NotXml, read_kxml
from server.demo.line import Answer
from server.demo.wire import Unreadable, deleted_states, listed_files, listed_forms

HEADERS = {"x-openrosa-version": "1.0", "content-type": "text/xml; charset=utf-8"}
LIST = '<xforms xmlns="http://openrosa.org/xforms/xformsList">{}</xforms>'
FORM = "<xform><formID>a</formID><name>甲</name><downloadUrl>http://h</downloadUrl>{}</xform>"
FILES = '<manifest xmlns="http://openrosa.org/xforms/xformsManifest">{}</manifest>'


def answer(xml: str) -> Answer:
    return Answer(200, HEADERS, xml.encode())


@pytest.mark.parametrize(
    ("xml", "children"),
    [
        ("<a/>", []),
        ("<a />", []),
        ("<a x='/'/>", []),
        ("<a></a>", [""]),
        ("<a ></a >", [""]),
        ("<a x='/'></a>", [""]),
        ("<a>\n </a>", []),
        ("<a>x<![CDATA[<y>]]>&amp;</a>", ["x<y>&"]),
        ("<a><!-- nothing --></a>", [""]),
    ],
)
def test_what_is_inside(xml: str, children: list[str]) -> None:
    assert read_kxml(xml.encode()).children == children


def test_inside_of_another_and_with_letters_of_three_bytes() -> None:
    root = read_kxml("<?xml version='1.0'?>\n<甲 x='乙'>\n<b></b> <c/><d><e/></d></甲>".encode())
    b, c, d = root.children
    assert (root.name, root.attributes) == ("甲", {"x": "乙"})
    assert (b.children, c.children, [one.name for one in d.children]) == ([""], [], ["e"])  # type: ignore[union-attr]  # all elements


@pytest.mark.parametrize("body", [b"", b"<a>", b"<a></b>", b"\xff", b"<a/><b/>"])
def test_not_xml(body: bytes) -> None:
    with pytest.raises(NotXml):
        read_kxml(body)


@pytest.mark.parametrize("inside", ["<entities/>", "<entities>\n</entities>", "\n<entities>\n  </entities>\n"])
def test_no_ids_known(inside: str) -> None:
    assert deleted_states(answer(f"<data>{inside}</data>")) == []


def test_states() -> None:
    xml = "<data>\n<entities>\n<entity id='a'>\n<deleted>true</deleted></entity><entity id='b'><deleted>false</deleted>"
    assert deleted_states(answer(xml + "</entity><x/></entities></data>")) == [("a", True), ("b", False)]


@pytest.mark.parametrize(
    "xml",
    [
        "<data><entities></entities></data>",
        "<data><entities><!-- none --></entities></data>",
        "<data><entities>x</entities></data>",
        "<data></data>",
        "<data/>",
        "<data><entities/><entities/></data>",
        "<other><entities/></other>",
        "<data><entities><entity id='a'/></entities></data>",
        "<data><entities><entity id='a'><deleted/></entity></entities></data>",
        "<data><entities><entity id='a'><deleted></deleted></entity></entities></data>",
        "<data><entities><entity id='a'><deleted>True</deleted></entity></entities></data>",
    ],
)
def test_integrity_that_collect_cannot_read(xml: str) -> None:
    with pytest.raises(Unreadable):
        deleted_states(answer(xml))


def test_form_lists() -> None:
    assert listed_forms(answer(LIST.format(""))) == []
    assert listed_forms(answer(LIST.format(FORM.format("<hash>md5:1</hash>\n<x/>"))))[0]["hash"] == "md5:1"
    assert "hash" not in listed_forms(answer(LIST.format(FORM.format("<hash></hash>"))))[0], "a form that cannot come"


@pytest.mark.parametrize(
    "xml",
    [
        LIST.format(FORM.format("<hash/>")),
        LIST.format(FORM.replace("<name>甲</name>", "<name></name>").format("")),
        LIST.format(FORM.replace("<name>甲</name>", "<name/>").format("")),
        LIST.replace("xforms xmlns", "forms xmlns").replace("</xforms", "</forms").format(""),
        FORM.format(""),
    ],
)
def test_form_lists_that_collect_cannot_read(xml: str) -> None:
    with pytest.raises(Unreadable):
        listed_forms(answer(xml))


def test_manifests() -> None:
    assert listed_files(answer(FILES.format(""))) == []
    for part in ("<mediaFile/>", "<mediaFile><filename>a</filename><hash/><downloadUrl>u</downloadUrl></mediaFile>"):
        with pytest.raises(Unreadable):
            listed_files(answer(FILES.format(part)))
