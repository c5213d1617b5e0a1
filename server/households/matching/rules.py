"""Rules over levels, as data of the model: conflicts, evidence of a person, hints at a household. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.households.matching.levels import COMPARISONS

_AT = {comparison.name: n for n, comparison in enumerate(COMPARISONS)}


@dataclass(frozen=True)
class Rule:
    """Holds where each comparison named came to one of its levels."""

    parts: tuple[tuple[int, frozenset[int]], ...]

    @classmethod
    def of(cls, given: Mapping[str, Sequence[str]]) -> "Rule":
        """From {comparison: [labels]}.

        :raises KeyError, ValueError: no such comparison or level.
        """
        return cls(
            tuple(
                (_AT[name], frozenset(COMPARISONS[_AT[name]].labels.index(label) for label in labels))
                for name, labels in given.items()
            )
        )

    def holds(self, levels: Sequence[int]) -> bool:
        return all(levels[at] in wanted for at, wanted in self.parts)


@dataclass(frozen=True)
class Rules:
    """``conflict``: different persons, whatever the score, ``unless`` one of these explains it. ``apart``: so
    surely different that a score below merging is not worth a look (a hint still is). ``person``: at
    least one is needed to join unasked. ``hint``: to be looked at, however low the score."""

    conflict: tuple[Rule, ...]
    unless: tuple[Rule, ...]
    apart: tuple[Rule, ...]
    person: tuple[Rule, ...]
    hint: tuple[Rule, ...]

    @classmethod
    def of(cls, given: Mapping[str, Iterable[Mapping[str, Any]]]) -> "Rules":
        """From the model file.

        :raises KeyError, ValueError: a list is missing, or names what does not exist.
        """
        names = ("conflict", "unless", "apart", "person", "hint")
        return cls(*(tuple(Rule.of(one) for one in given[name]) for name in names))

    def in_conflict(self, levels: Sequence[int]) -> bool:
        """Whether the evidence contradicts that this is one person."""
        return any(rule.holds(levels) for rule in self.conflict) and not any(
            rule.holds(levels) for rule in self.unless
        )
