"""What travels through this room: what was read from the lines of a file, and what is wrong with them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from server.exchange.villages import Villages
from server.ledgers.kinds import LedgerKind


@dataclass(frozen=True)
class Problem:
    """Something about a cell (``column``: its heading), a line or a file. An error keeps the whole file out; ``cure``
    says what to do. No sentence names a person or repeats a number."""

    sentence: str
    cure: str = ""
    column: str = ""
    is_error: bool = False


@dataclass(frozen=True)
class Where:
    """A line of a file, as people find it: file, sheet, row number as shown there."""

    file: str
    sheet: str
    row: int

    def __str__(self) -> str:
        return f"{self.sheet} 第 {self.row} 行"


@dataclass(frozen=True)
class LineRead:
    """A line as read: ``answers`` are the words of a kept line (``server.field.ledger_line``)."""

    where: Where
    kind: LedgerKind
    answers: Mapping[str, str]
    problems: tuple[Problem, ...] = ()

    @property
    def is_refused(self) -> bool:
        return any(problem.is_error for problem in self.problems)


@dataclass(frozen=True)
class SheetRead:
    """A sheet: which table it is (None: none of the four), how many lines it has, what is wrong with it as a whole."""

    file: str
    name: str
    kind: LedgerKind | None
    lines: tuple[LineRead, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Context:
    """What reading needs besides the file: the 街镇, the month's last day, names by code."""

    town: str
    town_name: str
    day: date
    villages: Villages
    village_names: Mapping[str, str] = field(default_factory=dict)
    consultants: Mapping[str, str] = field(default_factory=dict)
    policies: Mapping[str, str] = field(default_factory=dict)
    other_towns: tuple[str, ...] = ()


def error(sentence: str, cure: str, column: str = "") -> Problem:
    """A problem that keeps the file out."""
    return Problem(sentence, cure, column, is_error=True)
