"""What a dry run tells: line by line what was read, what is wrong with it, and which household it would join. Pure."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from server.exchange.values import LineRead, Problem, SheetRead
from server.ledgers.kinds import LedgerKind
from server.ledgers.values import canonical

#: More problems than this are counted, not listed: then something is wrong with the file as a whole.
MOST_LISTED = 500


@dataclass(frozen=True)
class Joins:
    """The household a line would join: its served id, whether it is in this 街镇, the table it stands in now."""

    household: str
    is_here: bool
    table: int | None


@dataclass(frozen=True)
class LineTold:
    """A line with the id it gets, whom it joins (None: a new household) and everything there is to say about it."""

    read: LineRead
    entity: str
    joins: Joins | None
    problems: tuple[Problem, ...]

    @property
    def is_refused(self) -> bool:
        return any(problem.is_error for problem in self.problems)


@dataclass(frozen=True)
class Report:
    """A dry run. ``batch`` names what the lines say; ``faults`` are about files and sheets as a whole."""

    town: str
    month: str
    batch: str
    sheets: tuple[SheetRead, ...]
    lines: tuple[LineTold, ...]
    faults: tuple[Problem, ...]

    @property
    def is_refused(self) -> bool:
        """One error keeps everything out: nothing of a file is half imported."""
        return self.errors > 0

    @property
    def errors(self) -> int:
        return sum(problem.is_error for problem in self._all())

    @property
    def warnings(self) -> int:
        return sum(not problem.is_error for problem in self._all())

    @property
    def new(self) -> int:
        """How many lines would be new households."""
        return sum(line.joins is None and not line.is_refused for line in self.lines)

    @property
    def counts(self) -> dict[str, int]:
        """Lines by table, every table named."""
        counted = Counter(line.read.kind.value for line in self.lines)
        return {kind.value: counted[kind.value] for kind in LedgerKind}

    def _all(self) -> list[Problem]:
        return [
            *self.faults, *(problem for sheet in self.sheets for problem in sheet.problems),
            *(problem for line in self.lines for problem in line.problems),
        ]


def line_name(batch: str, number: int) -> str:
    """The instanceID of a line, counted from 1."""
    return f"{batch}/{number}"


def batch_of(town: str, month: str, lines: Sequence[Mapping[str, str]]) -> str:
    """The name of what some lines say: equal lines in equal order, however they were saved, equal name."""
    said = {"town": town, "month": month, "lines": [dict(line) for line in lines]}
    return f"import:{hashlib.sha256(canonical(said)).hexdigest()[:40]}"
