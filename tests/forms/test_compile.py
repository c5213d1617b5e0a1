"""XLSForm in, XForm out: what is made, what it says of itself, that its bytes stay the same."""

import hashlib
import os
import shutil
import subprocess
import sys

import pytest

from forms.compile import MAX_BYTES, Compiled, compile_xlsform
from forms.faults import PublishRefused
from forms.fields import CONTAINERS, Choice, Field, fill, from_json, to_json
from tests.forms.samples import CHOICES, FORM, SETTINGS, md, xlsx


@pytest.fixture(scope="module")
def form() -> Compiled:
    return compile_xlsform(md(FORM), name="screening.xlsx", validate=False)


def _by_name(form: Compiled) -> dict[str, Field]:
    return {field.name: field for field in form.fields}


def test_it_says_who_it_is(form: Compiled) -> None:
    assert (form.form_id, form.version, form.title) == ("screening", "2025010101", "新户排摸登记")
    assert form.checked_by == "pyxform"
    assert form.described.entities_version == "2024.1.0"


def test_questions_in_form_order_with_their_types(form: Compiled) -> None:
    assert [(field.path, field.type) for field in form.fields] == [
        ("start", "start"),
        ("end", "end"),
        ("today", "today"),
        ("deviceid", "deviceid"),
        ("username", "username"),
        ("village", "select_one"),
        ("rep_name", "text"),
        ("hello", "note"),
        ("money", "group"),
        ("money/income_pc", "decimal"),
        ("money/insur", "select_multiple"),
        ("member", "repeat"),
        ("member/m_name", "text"),
        ("member/m_ok", "select_one"),
        ("member/m_photo", "image"),
        ("id_tail4", "calculate"),
        ("was_name", "calculate"),
        ("told", "acknowledge"),
        ("photo", "image"),
        ("signature", "image"),
        ("geo", "geopoint"),
    ]


def test_labels_hints_choices_and_the_rest(form: Compiled) -> None:
    field = _by_name(form)
    village = field["village"]
    assert (village.label, village.hint, village.appearance) == ("所属村居", "选一个", "minimal")
    assert (village.from_file, village.value_column, village.label_column) == ("villages.csv", "code", "title")
    assert village.choices == ()
    assert village.save_to == "village"
    assert village.required == "true()"
    assert field["rep_name"].label == "姓名"
    assert field["hello"].label == "您好，${rep_name}"
    assert fill(field["hello"].label, {"rep_name": "沈阿大"}) == "您好，沈阿大"
    assert fill(field["hello"].label, {}) == "您好，…"
    assert field["money"].label == "收入"
    assert field["income_pc"].relevant == "/data/rep_name != ''"
    assert field["insur"].choices == (Choice("medical", "医保"), Choice("pension", "养老保险"))
    assert field["insur"].label_of("medical pension") == "医保、养老保险"
    assert field["insur"].label_of("medical gone") == "医保、gone"
    assert field["rep_name"].label_of("沈 阿大") == "沈 阿大"
    assert field["m_ok"].repeat == "member"
    assert field["member"].label == "成员"


def test_what_a_person_answers(form: Compiled) -> None:
    assert [field.name for field in form.fields if field.is_question] == [
        "village", "rep_name", "income_pc", "insur", "m_name", "m_ok", "m_photo", "told", "photo", "signature", "geo",
    ]


def test_files_and_entity(form: Compiled) -> None:
    assert form.media == ("villages.csv",)
    assert form.entity is not None
    assert (form.entity.list, form.entity.actions) == ("households", ("create",))
    assert form.entity.properties == {"village": "village", "rep_name": "rep_name"}


def test_a_form_that_creates_or_updates_says_both() -> None:
    form = compile_xlsform(
        md(SETTINGS, """
| survey |
| | type | name | label | calculation | save_to |
| | select_one_from_file leads.csv | ref | 线索 |
| | text | rep_name | 姓名 | | brief |
| | csv-external | households | |
| | calculate | new_id | | once(uuid()) |
| entities |
| | list_name | label | entity_id | create_if | update_if |
| | leads | ${rep_name} | coalesce(${ref}, ${new_id}) | ${ref} = '' | ${ref} != '' |
"""), validate=False)
    assert form.entity is not None
    assert form.entity.actions == ("create", "update")
    assert form.media == ("leads.csv", "households.csv")
    assert form.row("survey", "households.csv") == 4


def test_rows_are_those_of_the_spreadsheet(form: Compiled) -> None:
    assert form.row("survey", "start") == 2
    assert form.row("survey", "rep_name") == 9
    assert form.row("survey", "villages.csv") == 8
    assert form.row("entities", "households") == 2
    assert form.row("survey", "nobody") is None


def test_fields_go_through_json(form: Compiled) -> None:
    assert from_json(to_json(form.fields)) == form.fields
    assert all("choices" not in row for row in to_json(form.fields) if row["type"] in CONTAINERS)


def test_xlsx_and_markdown_give_the_same_form(form: Compiled) -> None:
    made = compile_xlsform(xlsx(FORM), validate=False)
    assert made.xform == form.xform
    assert made.rows == form.rows


def test_bytes_do_not_depend_on_the_process(form: Compiled) -> None:
    """The hash in a phone's form list is that of these bytes: another worker must make the same ones."""
    script = (
        "import hashlib,sys; from forms.compile import compile_xlsform;"
        "print(hashlib.md5(compile_xlsform(sys.stdin.buffer.read(), validate=False).xform).hexdigest())"
    )
    for seed in ("0", "4711"):
        done = subprocess.run(
            [sys.executable, "-c", script],
            input=md(FORM),
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        assert done.stdout.decode().strip() == hashlib.md5(form.xform).hexdigest()


@pytest.mark.skipif(not shutil.which("java"), reason="ODK Validate needs Java")
def test_odk_validate_is_asked_where_java_is() -> None:
    assert compile_xlsform(md(FORM)).checked_by == "pyxform+odk_validate"


@pytest.mark.skipif(not shutil.which("java"), reason="ODK Validate needs Java")
def test_odk_validate_errors_name_the_row() -> None:
    broken = """
| survey |
| | type | name | label | relevant |
| | text | rep_name | 姓名 | |
| | text | phone | 电话 | nosuchfunction(${rep_name}) |
"""
    with pytest.raises(PublishRefused) as refused:
        compile_xlsform(md(SETTINGS, broken), validate=True)
    assert "ODK Validate" in refused.value.sentence
    assert (refused.value.sheet, refused.value.row) == ("survey", 3)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"PK\x03\x04 not an archive",
        b"PK\x03\x04|settings|",
        "姓名|电话".encode("gb18030"),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1|",
        b"\0|\0",
        b"x" * (MAX_BYTES + 1),
    ],
)
def test_what_is_no_workbook_is_refused(data: bytes) -> None:
    with pytest.raises(PublishRefused) as refused:
        compile_xlsform(data, validate=False)
    assert refused.value.sentence
    assert refused.value.cure


@pytest.mark.parametrize(
    ("survey", "sheet", "row", "word"),
    [
        ("| | text | rep_name | 甲 |\n| | text | rep_name | 乙 |", "survey", 3, "两个相同"),
        ("| | text | rep_name | 问 ${nobody} |", "survey", 2, "不存在的题目"),
        ("| | text | 姓 名 | 问 |", "survey", 2, "名称"),
        ("| | select_one nolist | q | 问 |", "survey", 2, "选项"),
        ("| | begin_group | g | 组 |\n| | text | rep_name | 甲 |", "survey", 2, "没有结束"),
        ("| | text | rep_name | 甲 |\n| | end_group | | |", "survey", 3, "end_group"),
        ("| | | rep_name | 甲 |", "survey", 2, "没有写 type"),
        ("| | nosuchtype | rep_name | 甲 |", "survey", 2, "题型"),
        ("| | calculate | rep_name | |", "survey", 2, "算式"),
    ],
)
def test_the_converters_errors_say_where(survey: str, sheet: str, row: int | None, word: str) -> None:
    with pytest.raises(PublishRefused) as refused:
        compile_xlsform(
            md(SETTINGS, "| survey |\n| | type | name | label |\n", survey, CHOICES), validate=False
        )
    fault = refused.value
    assert word in fault.sentence, fault
    assert (fault.sheet, fault.row) == (sheet, row), fault
    assert fault.cure
