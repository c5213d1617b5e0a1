"""What the documents name exists: files, functions, links, pictures, commands, targets, packages."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from django.core.management import get_commands

from tests.house import ROOT, sources

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "deploy").glob("*.md")])
TOPS = ("server/", "sync/", "forms/", "tests/", "docs/", "deploy/", "xlsforms/")


@cache
def names_in(path: Path) -> frozenset[str]:
    """Functions, classes, methods and constants that a module defines."""
    tree = ast.parse(path.read_text("utf-8"))
    found = {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    for node in tree.body:
        found |= {name.id for name in ast.walk(node) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)}
    return frozenset(found)


def code_words(page: Path) -> list[str]:
    """What stands in backticks, blocks left out."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.S))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_path_and_function_exists(page: Path) -> None:
    wrong = []
    for word in code_words(page):
        path, _, name = word.partition(":")
        if not word.startswith(TOPS) or re.search(r"[ *{…<]", word):
            continue
        is_there = (ROOT / path).exists()
        if not is_there or (name and path.endswith(".py") and name not in names_in(ROOT / path)):
            wrong.append(word)
    assert not wrong, wrong


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    links = [link for link in re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8")) if "://" not in link]
    wrong = [link for link in links if not (page.parent / link).exists()]
    assert not wrong, wrong


def everything() -> str:
    return "\n".join(page.read_text("utf-8") for page in PAGES)


def test_every_command_is_named() -> None:
    """By what one types: `manage.py NAME` (deploy's shorthand: `manage NAME`)."""
    own = {name for name, app in get_commands().items() if app == "server"}
    text = everything()
    assert own and not {name for name in own if not re.search(rf"\bmanage(\.py)? {name}\b", text)}


def test_every_target_is_named() -> None:
    targets = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text("utf-8"), re.M))
    text = everything()
    assert targets and not {name for name in targets if not re.search(rf"\bmake {name}\b", text)}


def test_every_requirement_is_named() -> None:
    """docs/dependencies.md says of each package what it is for and under which licence, and of no other."""
    wanted = set()
    for file in ("requirements.txt", "requirements-dev.txt", "requirements-spark.txt"):
        wanted |= set(re.findall(r"^([A-Za-z0-9_.-]+)==", (ROOT / file).read_text("utf-8"), re.M))
    page = (ROOT / "docs" / "dependencies.md").read_text("utf-8").split("## Beside")[0]
    lines = [line.strip("|").split("|") for line in page.splitlines() if line.startswith("| ")]
    rows = [[cell.strip() for cell in line] for line in lines]
    named = {row[0]: row for row in rows if row[0] not in ("package", "---")}
    assert set(named) == wanted
    assert not [name for name, row in named.items() if len(row) != 3 or not all(row)]


def test_the_glossary_speaks_of_what_the_code_has() -> None:
    code = "\n".join(source.text for source in sources())
    page = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    words = {word for line in page.splitlines() if line.startswith("| ") for word in re.findall(r"`([\w.]+)`", line)}
    wrong = [word for word in words if not re.search(rf"\b{word.split('.')[-1]}\b", code)]
    assert words and not wrong
