"""What is printed for a choice is what the worker chose."""

import pytest

from server.households.kinds import Programme
from server.ledgers import words
from server.ledgers.kinds import LedgerKind
from xlsforms.src.choices import CHOICES


@pytest.mark.parametrize(("name", "ours"), [
    ("insur", words.INSUR), ("needs", words.NEEDS), ("vuln6", words.VULNERABLE), ("focus6", words.FOCUS),
    ("watch", words.WATCH),
])
def test_printed_words_are_the_forms(name: str, ours: dict[str, str]) -> None:
    asked = {code: words.ASKED_AS.get((name, code), word) for code, word in ours.items()}
    assert asked == CHOICES[name]
    assert list(ours) == list(CHOICES[name])


def test_codes_that_decide_about_a_table_exist() -> None:
    assert {words.APPLYING, words.REFUSED} <= set(CHOICES["in_relief"])
    assert words.NOT_QUALIFYING in CHOICES["yes_no_unsure"]


def test_the_four_programmes_are_the_forms() -> None:
    assert {str(p.value): str(p.label) for p in Programme} == CHOICES["programme"]


def test_every_kind_has_its_table_word() -> None:
    assert [kind.label for kind in LedgerKind] == ["表一", "表二", "表三", "表四"]
