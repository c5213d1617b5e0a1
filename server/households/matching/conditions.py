"""Conditions on a pair of records, written once and rendered to SQL (DuckDB, Spark) and to Python. Pure.

Only what all engines do alike may stand here: equality, comparing numbers, one-character wildcards, shared list items,
and Levenshtein distance on ASCII. Han characters are never measured: engines count bytes there, or characters.
An empty text, 0 or an empty list says nothing and agrees with nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass

#: Renders a column of one side, "l" or "r": ``lambda side, column: f"{column}_{side}"``.
Naming = Callable[[str, str], str]


def as_suffix(side: str, column: str) -> str:
    """Splink's names: ``name_l``."""
    return f"{column}_{side}"


def as_alias(side: str, column: str) -> str:
    """Two tables joined: ``l.name``."""
    return f"{side}.{column}"


@dataclass(frozen=True)
class Dialect:
    """How an engine spells what is not the same everywhere."""

    name: str
    shares: str
    contains: str
    size: str


DUCKDB = Dialect("duckdb", "list_has_any({a}, {b})", "list_contains({a}, {b})", "len")
SPARK = Dialect("spark", "arrays_overlap({a}, {b})", "array_contains({a}, {b})", "size")
DIALECTS = {dialect.name: dialect for dialect in (DUCKDB, SPARK)}


class Condition:
    """A condition on a pair; symmetric: it holds of (a, b) exactly when it holds of (b, a)."""

    def sql(self, dialect: Dialect, name: Naming) -> str:
        """As an SQL expression that is never NULL where no column is."""
        raise NotImplementedError

    def py(self, col: Callable[[str], int]) -> str:
        """As a Python expression over two tuples ``a`` and ``b``; (``distance``, ``fits``)."""
        raise NotImplementedError


@dataclass(frozen=True)
class Same(Condition):
    """Given on both sides, and equal."""

    column: str

    def sql(self, dialect: Dialect, name: Naming) -> str:
        left, right = name("l", self.column), name("r", self.column)
        return f"({left} <> '' AND {left} = {right})"

    def py(self, col: Callable[[str], int]) -> str:
        n = col(self.column)
        return f"(a[{n}] and a[{n}] == b[{n}])"


@dataclass(frozen=True)
class Lacks(Condition):
    """Not given on at least one side."""

    column: str

    def sql(self, dialect: Dialect, name: Naming) -> str:
        return f"({name('l', self.column)} = '' OR {name('r', self.column)} = '')"

    def py(self, col: Callable[[str], int]) -> str:
        n = col(self.column)
        return f"(not a[{n}] or not b[{n}])"


@dataclass(frozen=True)
class LacksNumber(Condition):
    """A number not given on at least one side."""

    column: str

    def sql(self, dialect: Dialect, name: Naming) -> str:
        return f"({name('l', self.column)} = 0 OR {name('r', self.column)} = 0)"

    def py(self, col: Callable[[str], int]) -> str:
        n = col(self.column)
        return f"(not a[{n}] or not b[{n}])"


@dataclass(frozen=True)
class LacksList(Condition):
    """A list empty on at least one side."""

    column: str

    def sql(self, dialect: Dialect, name: Naming) -> str:
        left, right = (f"{dialect.size}({name(side, self.column)})" for side in "lr")
        return f"({left} = 0 OR {right} = 0)"

    def py(self, col: Callable[[str], int]) -> str:
        n = col(self.column)
        return f"(not a[{n}] or not b[{n}])"


@dataclass(frozen=True)
class Slip(Condition):
    """Given on both sides, and at most ``most`` single characters inserted, left out or replaced. ASCII only."""

    column: str
    most: int

    def sql(self, dialect: Dialect, name: Naming) -> str:
        left, right = name("l", self.column), name("r", self.column)
        return f"({left} <> '' AND {right} <> '' AND levenshtein({left}, {right}) <= {self.most})"

    def py(self, col: Callable[[str], int]) -> str:
        n = col(self.column)
        return f"(a[{n}] and b[{n}] and distance(a[{n}], b[{n}], score_cutoff={self.most}) <= {self.most})"


@dataclass(frozen=True)
class Fits(Condition):
    """One side's whole number agrees with what the other's pattern shows (``_``: any character)."""

    text: str
    mask: str

    def sql(self, dialect: Dialect, name: Naming) -> str:
        sides = (("l", "r"), ("r", "l"))
        return "({} OR {})".format(
            *(
                f"({name(x, self.text)} <> '' AND {name(y, self.mask)} <> ''"
                f" AND {name(x, self.text)} LIKE {name(y, self.mask)})"
                for x, y in sides
            )
        )

    def py(self, col: Callable[[str], int]) -> str:
        t, m = col(self.text), col(self.mask)
        return f"(a[{m}] and fits(b[{t}], a[{m}]) or b[{m}] and fits(a[{t}], b[{m}]))"


@dataclass(frozen=True)
class OneEach(Condition):
    """One column given on one side and the other on the other side."""

    one: str
    other: str

    def sql(self, dialect: Dialect, name: Naming) -> str:
        return (
            f"(({name('l', self.one)} <> '' AND {name('r', self.other)} <> '') OR "
            f"({name('r', self.one)} <> '' AND {name('l', self.other)} <> ''))"
        )

    def py(self, col: Callable[[str], int]) -> str:
        x, y = col(self.one), col(self.other)
        return f"(a[{x}] and b[{y}] or b[{x}] and a[{y}])"


@dataclass(frozen=True)
class Shares(Condition):
    """Lists with an item in common."""

    column: str

    def sql(self, dialect: Dialect, name: Naming) -> str:
        return dialect.shares.format(a=name("l", self.column), b=name("r", self.column))

    def py(self, col: Callable[[str], int]) -> str:
        n = col(self.column)
        return f"(a[{n}] and b[{n}] and (a[{n}] == b[{n}] or not set(a[{n}]).isdisjoint(b[{n}])))"


@dataclass(frozen=True)
class InList(Condition):
    """One side's text is an item of the other's list."""

    text: str
    column: str

    def sql(self, dialect: Dialect, name: Naming) -> str:
        parts = [
            f"({name(x, self.text)} <> '' AND "
            + dialect.contains.format(a=name(y, self.column), b=name(x, self.text)) + ")"
            for x, y in (("l", "r"), ("r", "l"))
        ]
        return "(" + " OR ".join(parts) + ")"

    def py(self, col: Callable[[str], int]) -> str:
        t, n = col(self.text), col(self.column)
        return f"(b[{n}] and a[{t}] in b[{n}] or a[{n}] and b[{t}] in a[{n}])"


@dataclass(frozen=True)
class Overlap(Condition):
    """Two ranges of numbers at most ``apart`` from each other, both given."""

    low: str
    high: str
    apart: int = 0

    def sql(self, dialect: Dialect, name: Naming) -> str:
        low, high, apart = self.low, self.high, self.apart
        return (
            f"({name('l', low)} > 0 AND {name('r', low)} > 0 AND {name('l', low)} <= {name('r', high)} + {apart}"
            f" AND {name('r', low)} <= {name('l', high)} + {apart})"
        )

    def py(self, col: Callable[[str], int]) -> str:
        x, y, d = col(self.low), col(self.high), self.apart
        return f"(a[{x}] and b[{x}] and a[{x}] <= b[{y}] + {d} and b[{x}] <= a[{y}] + {d})"


@dataclass(frozen=True)
class All(Condition):
    """Every one holds; cheap ones first: they are asked in this order."""

    parts: tuple[Condition, ...]

    def sql(self, dialect: Dialect, name: Naming) -> str:
        return "(" + " AND ".join(part.sql(dialect, name) for part in self.parts) + ")"

    def py(self, col: Callable[[str], int]) -> str:
        return "(" + " and ".join(part.py(col) for part in self.parts) + ")"


@dataclass(frozen=True)
class Any(Condition):
    """At least one holds."""

    parts: tuple[Condition, ...]

    def sql(self, dialect: Dialect, name: Naming) -> str:
        return "(" + " OR ".join(part.sql(dialect, name) for part in self.parts) + ")"

    def py(self, col: Callable[[str], int]) -> str:
        return "(" + " or ".join(part.py(col) for part in self.parts) + ")"


@dataclass(frozen=True)
class Not(Condition):
    """It does not hold."""

    part: Condition

    def sql(self, dialect: Dialect, name: Naming) -> str:
        return f"(NOT {self.part.sql(dialect, name)})"

    def py(self, col: Callable[[str], int]) -> str:
        return f"(not {self.part.py(col)})"


@dataclass(frozen=True)
class Always(Condition):
    """What is left."""

    def sql(self, dialect: Dialect, name: Naming) -> str:
        return "TRUE"

    def py(self, col: Callable[[str], int]) -> str:
        return "True"


def both(*parts: Condition) -> Condition:
    """All of them."""
    return All(parts)


def either(*parts: Condition) -> Condition:
    """Any of them."""
    return Any(parts)
