"""Questions about persons: the registrant's ID block and the members' repeat. Pure."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from forms.read import Part
from server.households.idno import birth_of, normal_id, sex_of, valid_id
from server.households.values import Said

#: The dots people type inside minority names, all meant as U+00B7 (domain C-3).
DOTS = dict.fromkeys(map(ord, "•・･‧∙⋅．"), "\u00b7")
_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
#: With tones, with accents or in Cyrillic: a word is a word, and the matcher reads them apart too.
_BESIDE_HAN = re.compile(f"(?<=[{_HAN}]) | (?=[{_HAN}])")
#: Papers whose number carries a check digit (GB 11643).
CHECKED = ("resident", "hmt_residence", "foreign_pr")


def tidy_name(text: str) -> str:
    """A name without blanks beside Han, its dots as U+00B7; one space stays between words of other scripts."""
    return _BESIDE_HAN.sub("", " ".join(text.translate(DOTS).split()))


def person_words(answers: Part) -> Iterator[Said]:
    """Name, papers, sex and birth of the registrant: from the number where it holds, else as asked."""
    if answers.get("rep_name"):
        yield Said("rep_name", tidy_name(answers.get("rep_name")))
    kind, number = answers.get("id_type"), answers.get("id_no")
    if kind:
        yield Said("id_type", kind)
    checked = kind in CHECKED or (not kind and bool(number))
    holds = checked and valid_id(number)
    if number:
        yield Said("id_no", normal_id(number) if checked else number, verified=holds)
    born = birth_of(number) if holds else None
    sex = sex_of(number) if holds else ""
    if sex or answers.get("sex_q"):
        yield Said("sex", sex or answers.get("sex_q"), verified=holds)
    if born or answers.get("birth_q"):
        yield Said("birth", born.isoformat() if born else answers.get("birth_q"), verified=holds)


def member_words(answers: Part, repeat: str) -> Iterator[Said]:
    """One statement a row: who, and what changed (joined, left, corrected; none in a first registration)."""
    for line, row in enumerate(answers.rows(repeat), start=1):
        number = normal_id(row.get("m_id_no"))
        born = birth_of(number) if valid_id(number) else None
        value: dict[str, Any] = {
            "name": tidy_name(row.get("m_name")),
            "old_name": tidy_name(row.get("m_old_name")),
            "id_no": number,
            "relation": row.get("m_relation"),
            "birth": born.isoformat() if born else row.get("m_birth_year"),
            "age_band": row.get("m_age_band"),
            "tags": sorted(row.get("m_tags").split()),
            "change": row.get("m_what"),
        }
        value = {name: entry for name, entry in value.items() if entry}
        if value:
            yield Said("member", value, since=_day(row.get("m_since")), key=str(line))


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    # A phone may send any day; what nobody living can mean would only break the calendar.
    return day if 1900 < day.year < 2200 else None
