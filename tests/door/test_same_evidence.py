"""A row of a list and the same row filled in on a phone tell the matcher the same, letter by letter."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.models import FormVersion
from forms.read import read_answers
from server.field.people import tidy_name
from server.field.told import told
from server.field.translate import Origin
from server.households.chains import chains_of
from server.households.idno import normal_id
from server.households.matching.claims import views_of
from server.households.matching.features import COLUMNS, Features
from server.households.matching.lists.read_list import rows_of
from server.households.matching.lists.tabulated import features_in
from server.households.matching.normal.address import committee_of
from server.households.matching.normal.name import name_of
from server.households.matching.normal.number import number_of
from tests.door.rows import answers_of, drawn, listed, screening, villages
from tests.law.world import _compiled

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@cache
def version() -> FormVersion:
    compiled = _compiled("screening")
    made = FormVersion(version=compiled.version)
    made.__dict__["fields"] = compiled.fields
    return made


def through_the_form(row: tuple[str, ...], *, always_resident: bool) -> Features:
    xml = screening(version(), f"e-{row[0]}", answers_of(row, always_resident=always_resident))
    answers = read_answers(xml, version().fields)
    list_name, filing = told(answers, Origin(NOW, NOW, None))
    assert list_name == "households" and filing.creates
    (view,) = views_of(chains_of([filing], [])[0], ())
    return view


@pytest.mark.parametrize("always_resident", (False, True))
def test_a_row_is_the_same_evidence_on_either_way(tmp_path: Path, always_resident: bool) -> None:
    rows = drawn(600, 11, noise=3.0, repeats=0.1)
    for row, read in zip(rows, rows_of(listed(tmp_path / "list.csv", rows)), strict=True):
        here, there = through_the_form(row, always_resident=always_resident), features_in(read, 2025)
        differs = {name: (a, b) for name, a, b in zip(COLUMNS, here, there, strict=True) if a != b}
        assert {*differs} == {"instance", "entity"}, (row, differs)


@given(st.text(alphabet="张伟小李欧阳 \u3000ab ZzǚǎüL\u00b7•．-（)(户主'\t", max_size=8))
def test_a_name_made_tidy_is_the_same_name(text: str) -> None:
    assert name_of(tidy_name(text)) == name_of(text)


@given(st.text(alphabet="0123456789Xx*×３ '-#_", max_size=19) | st.from_regex(r"[0-9]{15}", fullmatch=True))
def test_a_number_made_tidy_is_the_same_number(text: str) -> None:
    assert number_of(normal_id(text)) == number_of(text)


def test_a_committee_by_code_is_the_committee_by_name() -> None:
    assert not [name for name, code in villages().items() if committee_of(code) != committee_of(name)]
