"""Publishing: what is kept, that twice is once, and every refusal with its place and cure."""

import hashlib
from datetime import UTC, datetime

import pytest

from forms.catalogue import find_file
from forms.models import Form, FormVersion
from forms.publish import PublishRefused, publish
from tests.cast import Cast
from tests.forms.samples import CHOICES, ENTITIES, FORM, LISTS, PROPERTIES, SETTINGS, SURVEY, md, xlsx

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 1, 2, 3, 4, tzinfo=UTC)
QUESTIONS = {
    "screening": {
        "village", "rep_name", "income_pc", "insur", "member/m_name", "member/m_ok", "member/m_photo",
        "told", "photo", "signature", "geo",
    }
}


def put(*sheets: str, **more: object) -> FormVersion:
    said = {"lists": LISTS, "now": NOW, "validate": False, "properties": PROPERTIES, **more}
    return publish(md(*sheets), **said)  # type: ignore[arg-type]


def refused(*sheets: str, **more: object) -> PublishRefused:
    with pytest.raises(PublishRefused) as caught:
        put(*sheets, **more)
    assert not FormVersion.objects.filter(published_at__gt=NOW).exists()
    assert all(fault.sentence and fault.cure for fault in caught.value.faults)
    return caught.value


def survey(*rows: str) -> str:
    head = "| survey |\n| | type | name | label | save_to | required | calculation |\n"
    return head + "".join(f"| | {row} |\n" for row in ("text | rep_name | 姓名 | rep_name", *rows))


def test_what_is_kept(cast: Cast) -> None:
    version = put(FORM, by=cast.admin, known_questions=QUESTIONS)
    kept = FormVersion.objects.get()
    assert kept == version
    assert (kept.form.form_id, kept.form.title, kept.version) == ("screening", "新户排摸登记", "2025010101")
    assert (kept.published_at, kept.published_by) == (NOW, cast.admin)
    assert bytes(kept.xlsx) == md(FORM)
    assert kept.media == [{"filename": "villages.csv", "kind": "csv"}]
    assert kept.entity == {
        "list": "households",
        "actions": ["create"],
        "properties": {"village": "village", "rep_name": "rep_name"},
    }
    assert kept.fields == version.fields
    assert [one.name for one in kept.fields if one.repeat == "member"] == ["m_name", "m_ok", "m_photo"]
    assert kept.checked_by == "pyxform"
    assert str(kept) == "screening 2025010101"


@pytest.mark.wire("W-10")
def test_the_hash_is_that_of_the_bytes_served() -> None:
    version = FormVersion.objects.get(pk=put(FORM).pk)
    assert version.md5 == hashlib.md5(version.xform_bytes).hexdigest()
    assert version.xform_bytes.startswith(b'<?xml version="1.0"?>')
    assert b'id="screening" version="2025010101"' in version.xform_bytes


def test_twice_is_once() -> None:
    first = put(FORM)
    assert put(FORM) == first
    # Saved again by a spreadsheet program: other bytes, the same form.
    assert publish(xlsx(FORM), lists=LISTS, now=NOW, validate=False) == first
    assert FormVersion.objects.count() == 1


def test_a_new_version_stands_beside_the_old() -> None:
    old = put(FORM)
    new = put(FORM.replace("2025010101", "2025020101").replace("新户排摸登记", "新户登记"))
    assert list(Form.objects.get().versions.all()) == [new, old]
    assert Form.objects.get().title == "新户登记"
    # An older workbook brought again changes nothing.
    assert put(FORM) == old
    assert Form.objects.get().title == "新户登记"


@pytest.mark.wire("W-18")
def test_a_published_version_never_changes() -> None:
    put(FORM)
    fault = refused(FORM.replace("已告知", "已经告知"))
    assert (fault.sheet, fault.row) == ("settings", 2)
    assert "2025010101" in fault.sentence
    assert "version" in fault.cure
    assert FormVersion.objects.count() == 1


def test_static_files_come_with_the_form() -> None:
    picture = survey("select_one_from_file streets.csv | street | 路名")
    version = put(SETTINGS, picture, ENTITIES, files={"streets.csv": b"name,label\n1,a\n", "unused.png": b"x"})
    assert version.media == [{"filename": "streets.csv", "kind": "file"}]
    file = find_file(version, "streets.csv")
    assert file is not None
    assert bytes(file.content) == b"name,label\n1,a\n"
    assert file.md5 == hashlib.md5(b"name,label\n1,a\n").hexdigest()
    assert find_file(version, "unused.png") is None
    again = refused(SETTINGS, picture, ENTITIES, files={"streets.csv": b"name,label\n2,b\n"})
    assert "已经发布过" in again.sentence


def test_without_knowledge_of_properties_every_list_takes_entities() -> None:
    form = survey("select_one_from_file households.csv | hh | 户")
    version = put(SETTINGS, form.replace("| rep_name |\n", "| anything |\n"), ENTITIES, properties=None)
    assert version.media == [{"filename": "households.csv", "kind": "entity"}]


def test_refused_without_instance_id() -> None:
    fault = refused(SETTINGS.replace("client_editable", "omit_instanceID"), survey(), ENTITIES)
    assert (fault.sheet, fault.row) == ("settings", 2)
    assert "instanceID" in fault.sentence
    assert "omit_instanceID" in fault.cure


def test_refused_with_an_unknown_entity_list() -> None:
    fault = refused(FORM.replace("| households |", "| houses |"))
    assert (fault.sheet, fault.row) == ("entities", 2)
    assert "houses" in fault.sentence
    assert "households" in fault.cure


def test_refused_when_a_plain_list_is_used_for_entities() -> None:
    fault = refused(FORM.replace("| households |", "| villages |"))
    assert (fault.sheet, fault.row) == ("entities", 2)


def test_refused_with_an_unknown_file() -> None:
    fault = refused(FORM.replace("villages.csv", "hamlets.csv"))
    assert (fault.sheet, fault.row) == ("survey", 8)
    assert "hamlets.csv" in fault.sentence


@pytest.mark.wire("W-72")
def test_refused_when_the_list_to_update_is_not_attached() -> None:
    entities = "| entities |\n| | list_name | entity_id |\n| | households | ${rep_name} |"
    fault = refused(SETTINGS, survey(), entities)
    assert (fault.sheet, fault.row) == ("entities", 2)
    assert "csv-external households" in fault.cure


def test_refused_with_an_unknown_property() -> None:
    fault = refused(SETTINGS, survey("text | nick | 小名 | nickname"), ENTITIES)
    assert (fault.sheet, fault.row) == ("survey", 3)
    assert "nickname" in fault.sentence
    assert "phone、rep_name、village" in fault.cure


@pytest.mark.wire("W-71")
def test_refused_with_a_newer_entities_specification() -> None:
    entities = ENTITIES + "| | leads | ${m} |\n"
    rows = "begin_group | g | 组\n| | text | m | 话 | leads#brief |\n| | end_group | "
    fault = refused(SETTINGS, survey(rows).replace("| rep_name |\n", "| households#rep_name |\n"), entities)
    assert (fault.sheet, fault.row) == ("entities", 3)
    assert "2025.1.0" in fault.sentence


@pytest.mark.parametrize("kind", ["image", "geopoint", "audio", "file"])
@pytest.mark.parametrize("required", ["yes", "${rep_name} != ''"])
def test_refused_when_a_photo_or_position_is_required(kind: str, required: str) -> None:
    fault = refused(SETTINGS, survey(f"{kind} | photo | 照片 | | {required}"), ENTITIES)
    assert (fault.sheet, fault.row) == ("survey", 3)
    assert "必填" in fault.sentence


def test_refused_when_a_question_binds_to_nothing() -> None:
    known = {"screening": QUESTIONS["screening"] - {"member/m_ok"} | {"m_ok"}}
    fault = refused(FORM, known_questions=known)
    assert (fault.sheet, fault.row) == ("survey", 17)
    assert "m_ok" in fault.sentence
    assert len(fault.faults) == 1


def test_notes_calculations_and_metadata_bind_to_nothing_and_need_not() -> None:
    assert put(FORM, known_questions=QUESTIONS.get)


def test_refused_when_nobody_knows_the_form() -> None:
    fault = refused(FORM, known_questions={"visit": {"hh"}}.get)
    assert (fault.sheet, fault.row) == ("settings", 2)
    assert "screening" in fault.sentence


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ("| | form_title | version |\n| | 甲 | 1 |", "form_id"),
        ("| | form_id | form_title |\n| | screening | 甲 |", "version"),
        (f"| | form_id | version |\n| | {'x' * 65} | 1 |", "64"),
        (f"| | form_id | version | form_title |\n| | screening | 1 | {'长' * 201} |", "200"),
        ("| | form_id | version | submission_url |\n| | screening | 1 | https://example.org |", "提交地址"),
        ("| | form_id | version | public_key |\n| | screening | 1 | MIIB |", "加密"),
    ],
)
def test_refused_for_its_settings(settings: str, word: str) -> None:
    fault = refused("| settings |\n", settings, "\n", survey(), ENTITIES)
    assert (fault.sheet, fault.row) == ("settings", 2)
    assert word in fault.sentence


def test_refused_when_a_name_is_used_in_two_groups() -> None:
    groups = "".join(f"| | begin_group | {g} | 组 |\n| | text | more | 话 |\n| | end_group | |\n" for g in "ab")
    fault = refused(SETTINGS, survey() + groups, ENTITIES)
    assert (fault.sheet, fault.row) == ("survey", 7)
    assert "more" in fault.sentence


def test_all_faults_are_told_at_once_in_the_order_of_the_sheets() -> None:
    bad = FORM.replace("| households |", "| houses |").replace("villages.csv", "hamlets.csv")
    fault = refused(bad.replace("| 2025010101 |", "| |"))
    assert [(one.sheet, one.row) for one in fault.faults] == [("settings", 2), ("survey", 8), ("entities", 2)]
    assert str(fault).splitlines()[1].startswith("survey 表第 8 行：")


def test_the_converters_refusal_is_a_refusal_too() -> None:
    fault = refused(SETTINGS, SURVEY, ENTITIES)
    assert (fault.sheet, fault.row) == ("choices", None)
    assert not Form.objects.exists()


def test_choices_alone_are_no_form() -> None:
    assert refused(SETTINGS, CHOICES).sheet == "survey"
