"""The command: the program's own forms, published once, refused with place and cure."""

from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from forms.models import FormVersion
from tests.forms.samples import FORM, xlsx

pytestmark = pytest.mark.django_db


def run(folder: Path, *more: str) -> str:
    out = StringIO()
    call_command("publish_forms", str(folder), *more, stdout=out)
    return out.getvalue()


def test_the_four_forms_are_published_once() -> None:
    out = StringIO()
    call_command("publish_forms", stdout=out)
    kept = {one.form.form_id: one.md5 for one in FormVersion.objects.select_related("form")}
    assert sorted(kept) == ["lead", "referral", "screening", "visit"]
    call_command("publish_forms", stdout=out)
    assert {one.form.form_id: one.md5 for one in FormVersion.objects.select_related("form")} == kept
    assert out.getvalue().count("forms: screening") == 2
    assert FormVersion.objects.count() == 4


def test_the_day_of_publication_may_be_given() -> None:
    call_command("publish_forms", "--since", "2025-01-01", stdout=StringIO())
    assert {one.published_at for one in FormVersion.objects.all()} == {datetime(2024, 12, 31, 16, tzinfo=UTC)}


def test_a_refusal_stops_and_says_where(tmp_path: Path) -> None:
    (tmp_path / "screening.xlsx").write_bytes(xlsx(FORM.replace("| told |", "| tolled |")))
    (tmp_path / "~$screening.xlsx").write_bytes(b"a spreadsheet program's lock")
    with pytest.raises(CommandError) as refused:
        run(tmp_path)
    assert str(refused.value).startswith("screening.xlsx:\nsurvey 表第 ")
    assert not FormVersion.objects.exists()
