"""Conflicts that follow from ``was``, ``as_of`` and the fold alone (architecture: Conflict)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from server.households.facts import kind_of
from server.households.kinds import FactKind
from server.households.values import MISSING, Clash, Held, Word
from server.households.words import same


def seen_clashes(words: Iterable[Word], facts: Mapping[str, Held]) -> list[Clash]:
    """Statements made on top of something their author had not seen.

    A statement with a ``was``, not corrected, conflicts when its forerunner in place is neither what it saw nor what
    it says, unless the forerunner stood at or below the ``as_of`` it carries, or is another id's screening or
    import, or the forerunner under its own id agrees. A correction stands in the place of what it corrects, so
    its place tells nothing about who has seen it: one that had been filed when the statement was made was not seen,
    one that was filed later is no news about it.
    """
    by_fact: dict[str, list[Word]] = defaultdict(list)
    for word in words:
        if kind_of(word.fact) in (FactKind.TIMELESS, FactKind.CHANGING):
            by_fact[word.fact].append(word)
    clashes = []
    for fact, said in by_fact.items():
        said.sort(key=lambda w: w.place)
        for index, word in enumerate(said):
            if word.was is MISSING or word.corrected or index == 0:
                continue
            before = said[index - 1]
            if _agrees(before, word):
                continue
            if word.as_of is not None and before.place <= word.as_of and not _overlooked(before, word):
                continue
            if before.entity != word.entity and before.creates:
                continue
            own = [w for w in said[:index] if w.entity == word.entity]
            if own and _agrees(own[-1], word):
                continue
            stands = facts[fact].value if fact in facts else None
            clashes.append(
                Clash(
                    "seen", fact, word.key, word.instance, word.value, word.was, before.value, before.instance, stands
                )
            )
    return clashes


def _overlooked(before: Word, word: Word) -> bool:
    return before.corrected_at is not None and before.corrected_at <= word.place.instant


def _agrees(before: Word, word: Word) -> bool:
    return same(before.value, word.was) or same(before.value, word.value)
