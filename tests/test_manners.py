"""Manners of the house that a reader relies on: names, sizes, the clock, keys and saves."""

import ast

import pytest

from tests.house import ROOT, Source, dotted, imports, sources
from tests.test_floors import is_migration

#: A longer one is several files; length follows sense below that.
LONGEST = 600
NO_NAMES = {"utils", "util", "common", "helpers", "helper", "core", "misc", "lib", "libs", "tools", "shared"}
KEYS = {"ForeignKey", "OneToOneField", "ManyToManyField"}
CLOCKS = {
    "timezone.now", "timezone.localdate", "timezone.localtime", "datetime.now", "datetime.utcnow", "date.today",
    "datetime.today", "time.time", "datetime.datetime.now", "datetime.date.today",
}  # fmt: skip
# Where the hour is read: at the doors (HTTP) and in commands. Everything else is told it.
READS_THE_CLOCK = ("server.desk", "server.api", "server.management", "sync.views", "sync.auth")

written = [source for source in sources() if not is_migration(source)]


def calls(source: Source) -> list[tuple[str, ast.Call]]:
    return [(dotted(node.func), node) for node in ast.walk(source.tree) if isinstance(node, ast.Call)]


def test_no_file_is_long() -> None:
    files = [*written, *sources("tests")]
    wrong = [f"{s.at(1)}: {n} lines" for s in files if (n := len(s.text.splitlines())) > LONGEST]
    assert not wrong, "\n".join(wrong)


def test_no_dumping_grounds() -> None:
    """A tool lives beside the verb that uses it."""
    wrong = [s.module for s in (*written, *sources("tests")) if NO_NAMES & set(s.module.split("."))]
    assert not wrong, wrong


def test_keys_name_the_class() -> None:
    """A string reference would hide an import from the floors; settings.AUTH_USER_MODEL is the one exception."""
    wrong = [
        source.at(call.lineno)
        for source in written
        for name, call in calls(source)
        if name.split(".")[-1] in KEYS
        for target in [*call.args[:1], *(k.value for k in call.keywords if k.arg == "to")]
        if isinstance(target, ast.Constant) and target.value != "self"
    ]
    assert not wrong, "\n".join(wrong)


def test_the_clock_is_an_argument() -> None:
    wrong = [
        f"{source.at(call.lineno)}: {name}()"
        for source in written
        if not source.module.startswith(READS_THE_CLOCK)
        for name, call in calls(source)
        if name in CLOCKS
    ]
    assert not wrong, "\n".join(wrong)


def test_no_field_reads_the_clock() -> None:
    wrong = [
        source.at(call.lineno)
        for source in written
        for _, call in calls(source)
        if {k.arg for k in call.keywords} & {"auto_now", "auto_now_add"}
    ]
    assert not wrong, "\n".join(wrong)


def test_no_work_in_save() -> None:
    wrong = [
        source.at(node.lineno)
        for source in written
        if source.module.endswith(".models") or ".models." in source.module
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef) and node.name in {"save", "delete"}
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", ["django.dispatch", "django.db.models.signals", "django.core.signals"])
def test_no_signals(name: str) -> None:
    wrong = [s.at(i.line) for s in written for i in imports(s) if i.module.startswith(name)]
    assert not wrong, "\n".join(wrong)


def test_html_forms_live_in_inputs() -> None:
    """`forms` is the phone's; Django's own stay in one file of the desk."""
    wrong = []
    for source in written:
        if source.module == "server.desk.inputs":
            continue
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Import) and any(a.name in {"forms", "django.forms"} for a in node.names):
                wrong.append(source.at(node.lineno))
            if isinstance(node, ast.ImportFrom):
                names = {alias.name for alias in node.names}
                if (node.module or "").startswith("django.forms") or (
                    node.module == "django" and "forms" in names
                ):
                    wrong.append(source.at(node.lineno))
    assert not wrong, "\n".join(wrong)


def test_no_star_imports() -> None:
    wrong = [
        source.at(node.lineno)
        for source in sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)
    ]
    assert not wrong, "\n".join(wrong)


def test_every_module_says_what_it_is() -> None:
    """Except package files and the app declarations, each file begins with a sentence."""
    quiet = [
        source.at(1)
        for source in written
        if not source.is_package and source.path.name != "apps.py" and not ast.get_docstring(source.tree)
    ]
    assert not quiet, "\n".join(quiet)


def test_the_version_is_the_changelogs() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    first = next(line.split()[1] for line in text.splitlines() if line.startswith("## "))
    assert first.count(".") == 2 and all(part.isdigit() for part in first.split("."))
