"""The workbooks are their sources', neat, and accepted by the validators."""

import io
import shutil

import pytest
from openpyxl import load_workbook

from forms.compile import Compiled
from server.field.names import FORMS, QUESTIONS
from tests.engine.conftest import XLSFORMS
from xlsforms.build import SOURCES, main, workbook
from xlsforms.src.choices import CHOICES


def test_four_forms() -> None:
    assert tuple(SOURCES) == FORMS
    assert sorted(path.stem for path in XLSFORMS.glob("*.xlsx")) == sorted(FORMS)


@pytest.mark.parametrize("form", FORMS)
def test_the_workbook_is_its_sources(form: str) -> None:
    """Stale? `python -m xlsforms.build`."""
    assert (XLSFORMS / f"{form}.xlsx").read_bytes() == workbook(SOURCES[form]) == workbook(SOURCES[form])


def test_check_says_fresh(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0
    assert "none" in capsys.readouterr().out


@pytest.mark.parametrize("form", FORMS)
def test_it_opens_as_a_neat_table(form: str) -> None:
    book = load_workbook(io.BytesIO(workbook(SOURCES[form])))
    assert book.sheetnames == ["survey", "choices", "entities", "settings"]
    survey = book["survey"]
    assert survey.freeze_panes == "C2"
    assert all(survey.column_dimensions[cell.column_letter].width >= 10 for cell in survey[1])
    assert not any(cell.data_type == "f" for row in survey for cell in row), "no cell may be taken for a formula"
    settings = dict(zip(*((cell.value for cell in row) for row in book["settings"].iter_rows()), strict=True))
    assert settings["form_id"] == form
    assert settings["default_language"] == "中文(zh)"
    assert settings["client_editable"] == "yes"
    assert len(settings["version"]) == 10 and settings["version"].isdigit()


@pytest.mark.parametrize("form", FORMS)
def test_the_validators_accept_it(compiled: dict[str, Compiled], form: str) -> None:
    if shutil.which("java") is None:
        pytest.skip("no Java: ODK Validate has not seen the forms")
    assert compiled[form].checked_by == "pyxform+odk_validate"
    assert compiled[form].warnings == ()


@pytest.mark.parametrize("form", FORMS)
def test_every_question_speaks_chinese(compiled: dict[str, Compiled], form: str) -> None:
    for field in compiled[form].described.fields:
        if field.is_question:
            assert any("\u4e00" <= letter <= "\u9fff" for letter in field.label), field.name
            assert all(choice.label for choice in field.choices), field.name


def test_the_notices_own_lists() -> None:
    """Codes and order of the notice: nine service lines (三.3), four programmes (附表三), six and six groups (一)."""
    assert "、".join(CHOICES["service_line"].values()) == "民政、公安、人社、医保、卫健、住建、粮食、总工会、残联"
    assert "、".join(CHOICES["programme"].values()) == "低保家庭、特困供养对象、重残无业对象、因病支出型家庭"
    assert [len(CHOICES[name]) for name in ("vuln6", "focus6", "event", "towns")] == [6, 6, 4, 11]


@pytest.mark.parametrize("form", FORMS)
def test_nothing_of_the_traces_is_wanted(compiled: dict[str, Compiled], form: str) -> None:
    wanted = {field.name for field in compiled[form].described.fields if field.required not in ("", "false()")}
    assert not wanted & {"photo", "geo", "signature", "receipt"}


@pytest.mark.parametrize("form", ["screening", "visit"])
def test_they_are_told_in_screening_and_visit_only(xforms: dict[str, str], form: str) -> None:
    assert "国办发〔2023〕39号" in xforms[form]
    assert "告知" not in xforms["lead"] + xforms["referral"]


@pytest.mark.parametrize("form", FORMS)
def test_the_page_for_maintainers_names_every_question(form: str) -> None:
    page = (XLSFORMS.parent / "docs" / "forms-fields.md").read_text(encoding="utf-8")
    part = page.split(f"\n## `{form}`", 1)[1].split("\n## ", 1)[0]
    named = [line.split("`")[1] for line in part.splitlines() if line.startswith("| `")]
    assert named == list(QUESTIONS[form])
