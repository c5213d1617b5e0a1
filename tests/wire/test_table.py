"""The page of the wire's rules is what the tests say: no rule without a test, no mark without a rule, no drift."""

from collections import Counter
from pathlib import Path

import pytest

from tests.wire import table
from tests.wire.__main__ import main
from tests.wire.rules import RULES, SECTIONS
from tests.wire.table import Unmarked


def test_the_page_is_what_the_tests_say(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0, capsys.readouterr().out


def test_numbers_are_given_once_and_rise() -> None:
    numbers = [rule.number for _, rules in SECTIONS for rule in rules]
    assert [number for number, times in Counter(numbers).items() if times > 1] == []
    for _, rules in SECTIONS:
        order = [int(rule.number.removeprefix("W-")) for rule in rules]
        assert order == sorted(order)


def suite(folder: Path, monkeypatch: pytest.MonkeyPatch, mark: str) -> None:
    (folder / "tests").mkdir()
    (folder / "tests" / "test_one.py").write_text(f"@pytest.mark.wire({mark})\ndef test_x(): ...\n", "utf-8")
    monkeypatch.setattr(table, "ROOT", folder)


@pytest.mark.parametrize("mark", ['"W-0"', "", "RULE", '"W-1", RULE'])
def test_a_mark_names_rules_that_exist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mark: str) -> None:
    suite(tmp_path, monkeypatch, mark)
    with pytest.raises(Unmarked):
        table.marks()


def test_a_rule_without_a_test_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    suite(tmp_path, monkeypatch, '"W-1"')
    assert table.marks()["W-1"] == ["tests/test_one.py:test_x"]
    assert main(["--check"]) == 1
    told = capsys.readouterr().out
    assert "no test proves" in told and not [n for n in RULES if n != "W-1" and n not in told]
