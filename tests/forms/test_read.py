"""Submission XML in, answers out; and whatever else a stranger may send."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from forms.compile import compile_xlsform
from forms.fields import Field
from forms.head import EntityBlock, NoFormId, NoInstanceId, read_head
from forms.read import Answers, read_answers
from forms.xml import MAX_BYTES, MAX_DEPTH, HasDoctype, NotXml, TooDeep, TooLarge, Unreadable
from tests.forms.samples import FORM, INSTANCE, md

FIELDS = compile_xlsform(md(FORM), validate=False).fields
ID = "<meta><instanceID>uuid:1</instanceID></meta>"


def read(xml: str) -> Answers:
    return read_answers(xml.encode(), FIELDS)


def read_body(body: str) -> Answers:
    return read(f'<data id="screening" version="1">{body}{ID}</data>')


def test_what_collect_writes() -> None:
    answers = read(INSTANCE)
    assert (answers.form_id, answers.version) == ("screening", "2025010101")
    assert answers.instance_id == "uuid:7f4f4d4e-0d9c-4a53-9d84-8a7a6f3a4f10"
    assert answers.deprecated_id == ""
    assert answers.instance_name == "沈阿大"
    assert answers.start == "2025-01-02T09:00:00.000+08:00"
    assert answers.end == "2025-01-02T09:20:00.000+08:00"
    assert (answers.today, answers.deviceid, answers.username) == ("2025-01-02", "collect:abc", "小李")
    assert not answers.is_encrypted
    assert answers.extra == ()


def test_values_are_kept_as_sent_and_read_without_blanks() -> None:
    answers = read(INSTANCE)
    assert answers.values["rep_name"] == " 沈阿大 "
    assert answers.get("rep_name") == "沈阿大"
    assert answers.get("insur") == "medical pension"


@pytest.mark.wire("W-59")
def test_not_asked_and_left_empty_are_two_things() -> None:
    answers = read(INSTANCE)
    assert answers.values["income_pc"] == ""
    assert answers.was_asked("income_pc")
    assert not answers.was_asked("signature")
    assert answers.get("signature") == ""


def test_repeats_are_rows_of_answers() -> None:
    answers = read(INSTANCE)
    assert [row.get("m_name") for row in answers.rows("member")] == ["沈小妹", "沈小弟"]
    assert answers.rows("member")[0].get("m_ok") == "yes"
    assert "m_name" not in answers.values
    assert read_body("").rows("member") == ()
    assert len(read_body("<member/><member/>").rows("member")) == 2


def test_files_mentioned() -> None:
    assert read(INSTANCE).head.mentions >= {"audit.csv", "m1.jpg", "照片 1.jpg"}


def test_entity_block_of_a_create() -> None:
    assert read(INSTANCE).entities == (
        EntityBlock(
            list="households",
            id="5a1b0f7e-52f1-4f0e-9a38-6a5a0d1c2b3a",
            create=True,
            update=False,
            base=None,
            trunk=None,
            branch="",
            label="沈阿大",
        ),
    )


@pytest.mark.parametrize(
    ("attributes", "create", "update", "base", "trunk"),
    [
        ('update="1" baseVersion="4" trunkVersion="3"', False, True, 4, 3),
        ('update="true" baseVersion="2" trunkVersion=""', False, True, 2, None),
        ('create="0" update="1" baseVersion="x"', False, True, None, None),
        ('create="1" update="0" baseVersion="-1"', True, False, None, None),
        ('create="" update="" baseVersion="9999999999999999999999"', False, False, None, None),
        ('baseVersion="٣"', False, False, None, None),
    ],
)
@pytest.mark.wire("W-73")
def test_entity_versions(attributes: str, create: bool, update: bool, base: int | None, trunk: int | None) -> None:
    block = read(
        f'<data id="visit"><meta><entity dataset="households" id="e" branchId="b" {attributes}><label/></entity>'
        "<instanceID>uuid:1</instanceID></meta></data>"
    ).entities[0]
    assert (block.create, block.update, block.base, block.trunk) == (create, update, base, trunk)
    assert (block.branch, block.label) == ("b", "")


def test_entity_blocks_in_groups_and_repeats() -> None:
    one = '<meta><entity dataset="{}" id="{}" create="1"/></meta>'
    answers = read_body(
        f"<money>{one.format('funds', 'a')}</money><member>{one.format('people', 'b')}</member>"
        f"<member>{one.format('people', 'c')}</member>"
    )
    assert [(block.list, block.id, block.path) for block in answers.entities] == [
        ("funds", "a", "money"),
        ("people", "b", "member"),
        ("people", "c", "member"),
    ]
    assert answers.extra == ()


@pytest.mark.wire("W-58")
def test_meta_in_another_namespace() -> None:
    answers = read(
        '<data xmlns="urn:x" xmlns:orx="http://openrosa.org/xforms" id="screening"><rep_name>甲</rep_name><orx:meta>'
        "<orx:instanceID>uuid:1</orx:instanceID><orx:deprecatedID>uuid:0</orx:deprecatedID></orx:meta></data>"
    )
    assert (answers.instance_id, answers.deprecated_id, answers.version) == ("uuid:1", "uuid:0", "")
    assert answers.get("rep_name") == "甲"


def test_unknown_nodes_are_kept_aside() -> None:
    answers = read_body(
        "<rep_name>甲</rep_name><new>x</new><money><more>y</more></money><box><a><b>z</b></a></box>"
        "<member><m_name>乙</m_name><odd>w</odd></member>"
    )
    assert answers.get("rep_name") == "甲"
    assert answers.extra == (("new", "x"), ("money/more", "y"), ("box/a/b", "z"))
    assert answers.rows("member")[0].extra == (("member/odd", "w"),)


def test_a_question_answered_twice_keeps_its_first_word() -> None:
    answers = read_body("<rep_name>甲</rep_name><rep_name>乙</rep_name>")
    assert answers.get("rep_name") == "甲"
    assert answers.extra == (("rep_name", "乙"),)


def test_comments_instructions_and_cdata() -> None:
    answers = read_body("<rep_name>沈<!-- x -->阿<?php y ?>大</rep_name><hello><![CDATA[<b> & <!DOCTYPE]]></hello>")
    assert answers.get("rep_name") == "沈阿大"
    assert answers.get("hello") == "<b> & <!DOCTYPE"


@pytest.mark.wire("W-60")
def test_an_encrypted_envelope_is_known_as_such() -> None:
    answers = read(
        '<data xmlns="http://www.opendatakit.org/xforms/encrypted" encrypted="yes" id="screening" version="7">'
        "<base64EncryptedKey>k</base64EncryptedKey>"
        '<orx:meta xmlns:orx="http://openrosa.org/xforms"><orx:instanceID>uuid:1</orx:instanceID></orx:meta>'
        "<media><file>a.jpg.enc</file></media><encryptedXmlFile>submission.xml.enc</encryptedXmlFile>"
        "<base64EncryptedElementSignature>s</base64EncryptedElementSignature></data>"
    )
    assert answers.is_encrypted
    assert (answers.instance_id, answers.form_id, answers.version) == ("uuid:1", "screening", "7")
    assert answers.head.mentions >= {"a.jpg.enc", "submission.xml.enc"}
    assert answers.values == {}


@pytest.mark.parametrize(
    ("xml", "error"),
    [
        (b"", NotXml),
        (b"hello", NotXml),
        (b"\xff\xfe\x00", NotXml),
        (b"<data", NotXml),
        (b"<data id='a'>&nbsp;</data>", NotXml),
        (b"<data id='a'>\x00</data>", NotXml),
        (b"<?xml version='1.0' encoding='no-such'?><data/>", NotXml),
        (b"<!DOCTYPE data><data id='a'/>", HasDoctype),
        ("<?xml version='1.0' encoding='utf-16'?><!DOCTYPE d><d id='a'/>".encode("utf-16"), HasDoctype),
        (b"<!DOCTYPE d [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><d id='a'>&x;</d>", HasDoctype),
        (b"<!DOCTYPE d SYSTEM 'http://127.0.0.1:9/x.dtd'><d id='a'/>", HasDoctype),
        (b"<a>" * (MAX_DEPTH + 1) + b"</a>" * (MAX_DEPTH + 1), TooDeep),
        (b"<a>" * 100_000 + b"</a>" * 100_000, NotXml),
        (b"<data id='a'>" + b" " * MAX_BYTES + b"</data>", TooLarge),
        (b"<data/>", NoFormId),
        (b"<data id=' '/>", NoFormId),
        (b"<data id='" + b"x" * 201 + b"'/>", NoFormId),
        (b"<data id='a'/>", NoInstanceId),
        (b"<data id='a'><meta/></data>", NoInstanceId),
        (b"<data id='a'><meta><instanceID> </instanceID></meta></data>", NoInstanceId),
        (b"<data id='a'><group><meta><instanceID>x</instanceID></meta></group></data>", NoInstanceId),
        (b"<data id='a'><meta><instanceID>" + b"x" * 201 + b"</instanceID></meta></data>", NoInstanceId),
    ],
)
def test_each_refusal_has_its_kind_and_a_sentence(xml: bytes, error: type[Unreadable]) -> None:
    with pytest.raises(error) as refused:
        read_answers(xml, FIELDS)
    assert refused.value.sentence.endswith("。")


@pytest.mark.parametrize("inside", ["<a>&g;</a>", "<a x='&g;'/>"])
def test_an_entity_bomb_is_refused_at_once(inside: str) -> None:
    entities = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(6))
    bomb = f'<!DOCTYPE d [<!ENTITY a "{"x" * 1000}">{entities}]><d id="a">{inside}{ID}</d>'
    began = time.perf_counter()
    with pytest.raises(HasDoctype):
        read_answers(bomb.encode(), FIELDS)
    assert time.perf_counter() - began < 2


@given(st.binary(max_size=300))
def test_bytes_of_any_kind_are_read_or_refused(data: bytes) -> None:
    for xml in (data, b"<data id='a'>" + data + ID.encode() + b"</data>"):
        try:
            read_answers(xml, FIELDS)
        except Unreadable:
            pass


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=12)
NAMES = st.sampled_from([field.name for field in FIELDS] + ["other", "meta", "entity", "audit", "label"])


def _tree(children: st.SearchStrategy[list[etree._Element]]) -> st.SearchStrategy[etree._Element]:
    def build(name: str, text: str, below: list[etree._Element], attributes: dict[str, str]) -> etree._Element:
        node = etree.Element(name, attributes)
        node.text = text
        node.extend(below)
        return node

    keys = st.sampled_from(["id", "dataset", "create", "baseVersion", "{urn:x}id"])
    return st.builds(build, NAMES, TEXT, children, st.dictionaries(keys, TEXT, max_size=2))


@given(st.lists(st.recursive(_tree(st.just([])), lambda below: _tree(st.lists(below, max_size=4)), max_leaves=12)))
def test_any_tree_is_read_and_no_leaf_is_lost(nodes: list[etree._Element]) -> None:
    """Every leaf outside meta ends as a value, in a repeat's row, or in `extra`."""
    root = etree.Element("data", id="screening")
    root.extend([etree.fromstring(ID), *nodes])
    answers = read_answers(etree.tostring(root), FIELDS)

    def count(part: Answers) -> int:
        below = [row for rows in part.repeats.values() for row in rows]
        return len(part.values) + len(part.extra) + sum(count(row) for row in below)  # type: ignore[arg-type]

    leaves = [
        node
        for node in root.iter()
        if not len(node) and not any(up.tag == "meta" for up in [node, *node.iterancestors()])
    ]
    containers = {"money": "group", "member": "repeat"}
    empty = [node for node in leaves if containers.get(str(node.tag)) and _path(node) in containers]
    assert count(answers) == len(leaves) - len(empty)


def _path(node: etree._Element) -> str:
    return "/".join([str(up.tag) for up in reversed(list(node.iterancestors()))][1:] + [str(node.tag)])


@given(st.dictionaries(st.sampled_from(["rep_name", "village", "told", "photo"]), TEXT))
def test_answers_come_back_as_they_were_written(said: dict[str, str]) -> None:
    root = etree.Element("data", id="screening")
    for name, text in said.items():
        etree.SubElement(root, name).text = text
    root.append(etree.fromstring(ID))
    answers = read_answers(etree.tostring(root, encoding="utf-8"), FIELDS)
    assert dict(answers.values) == said


def test_what_is_no_forms_answers_can_still_be_named() -> None:
    """Too large or too deep for answers: whoever keeps it needs its name all the same."""
    deep = f"<data id='a'>{ID}{'<a>' * MAX_DEPTH}{'</a>' * MAX_DEPTH}</data>".encode()
    for xml, error in ((deep, TooDeep), (f"<data id='a'>{ID}{' ' * MAX_BYTES}</data>".encode(), TooLarge)):
        assert read_head(xml).instance_id == "uuid:1"
        with pytest.raises(error):
            read_answers(xml, FIELDS)


def test_the_head_is_read_without_the_form() -> None:
    head = read_head(INSTANCE.encode())
    assert head == read(INSTANCE).head
    assert head.entities[0].list == "households"


def test_fields_decide_not_the_document() -> None:
    one = Field(path="a/b", name="b", type="text")
    answers = read_answers(f"<data id='x'><a><b>1</b></a><b>2</b>{ID}</data>".encode(), (one,))
    assert dict(answers.values) == {"b": "1"}
    assert answers.extra == (("b", "2"),)
