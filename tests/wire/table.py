"""Which tests carry which marks, and the page made of it. Reads the tests' source; runs none."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.wire.rules import RULES, SECTIONS

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "wire.md"
INTRO = """# The wire: what phones demand, and the tests that prove it

Made by `python -m tests.wire` from `tests/wire/rules.py` and the marks `@pytest.mark.wire(…)` in the tests; do not
edit. The clients are ODK Collect (to v2026.3) and KoboCollect (v2025.3.3). Each rule is a thing they do, turned into
what the server must do; behind the dash, what happens on the phone otherwise. The network that fails is `make storm` at
its full length; what the door costs is printed by `make bench-door`.
"""


class Unmarked(Exception):
    """A mark that cannot be read, an unknown rule, a rule without a test."""


def marks() -> dict[str, list[str]]:
    """Rule → tests (`path:function`), in the order of the files.

    :raises Unmarked: a mark names no rule, or a rule that does not exist.
    """
    found: dict[str, list[str]] = {number: [] for number in RULES}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        text = path.read_text("utf-8")
        if "mark.wire(" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for number in _numbers(node, path):
                    if number not in found:
                        raise Unmarked(f"{path.name}:{node.name} is marked {number}: there is no such rule")
                    found[number].append(f"{path.relative_to(ROOT).as_posix()}:{node.name}")
    return found


def _numbers(node: ast.FunctionDef, path: Path) -> Iterator[str]:
    for mark in node.decorator_list:
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.wire":
            named = [arg.value for arg in mark.args if isinstance(arg, ast.Constant)]
            if not named or len(named) != len(mark.args):
                raise Unmarked(f"{path.name}:{node.name}: a mark names its rules in plain words")
            yield from map(str, named)


def page() -> str:
    """The text of docs/wire.md.

    :raises Unmarked: also for a rule that no test proves.
    """
    proofs = marks()
    if bare := [number for number, tests in proofs.items() if not tests]:
        raise Unmarked(f"no test proves {', '.join(bare)}")
    parts = [INTRO]
    for title, rules in SECTIONS:
        parts += [f"\n## {title}\n", "\n| | rule | proved by |\n| --- | --- | --- |\n"]
        for rule in rules:
            tests = "<br>".join(f"`{test}`" for test in proofs[rule.number])
            parts.append(f"| {rule.number} | {rule.text} — {rule.because} | {tests} |\n")
    return "".join(parts)
