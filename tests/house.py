"""The source of the house, read as syntax trees: what the tests of its shape stand on. Imports nothing it looks at."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CODE = ("forms", "sync", "server")


@dataclass(frozen=True)
class Import:
    """One imported module, by its full name, and where it is written."""

    module: str
    line: int
    is_hidden: bool  # inside a function


@dataclass(frozen=True)
class Source:
    """One file of code."""

    path: Path
    module: str
    text: str = field(repr=False)
    tree: ast.Module = field(repr=False)

    @property
    def is_package(self) -> bool:
        return self.path.name == "__init__.py"

    def at(self, line: int) -> str:
        return f"{self.path.relative_to(ROOT)}:{line}"


@cache
def sources(*tops: str) -> tuple[Source, ...]:
    """Every Python file of the packages (all code by default), migrations included."""
    return tuple(_read(path) for top in tops or CODE for path in sorted((ROOT / top).rglob("*.py")))


def _read(path: Path) -> Source:
    parts = path.relative_to(ROOT).with_suffix("").parts
    text = path.read_text(encoding="utf-8")
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    return Source(path, name, text, ast.parse(text, str(path)))


@cache
def modules() -> frozenset[str]:
    """Names of all our own modules and packages."""
    return frozenset(source.module for source in sources())


def imports(source: Source) -> Iterator[Import]:
    """Everything a file imports, also inside functions and under TYPE_CHECKING; relative names made full.

    `from package import name` counts as the module package.name where there is such a module of ours.
    """
    hidden = {id(node) for function in _functions(source.tree) for node in ast.walk(function)}
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, node.lineno, id(node) in hidden)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(source, node)
            for alias in node.names:
                full = f"{base}.{alias.name}"
                yield Import(full if full in modules() else base, node.lineno, id(node) in hidden)


def _functions(tree: ast.Module) -> Iterator[ast.AST]:
    return (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda))


def _absolute(source: Source, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    parts = source.module.split(".")
    kept = parts[: len(parts) - node.level + (1 if source.is_package else 0)]
    return ".".join([*kept, node.module] if node.module else kept)


def is_ours(module: str) -> bool:
    return module.split(".")[0] in CODE


def dotted(node: ast.AST) -> str:
    """`a.b.c` of a name or attribute chain; "" for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return ""


def circles(edges: dict[str, set[str]]) -> list[list[str]]:
    """One closed path for each circle a depth-first walk meets; [] for a graph without any."""
    found: list[list[str]] = []
    done: set[str] = set()

    def walk(name: str, path: list[str]) -> None:
        if name in path:
            found.append([*path[path.index(name) :], name])
        elif name not in done:
            for target in sorted(edges.get(name, ())):
                walk(target, [*path, name])
            done.add(name)

    for name in sorted(edges):
        walk(name, [])
    return found
