"""What each statement changed: the fold told as a story, for people who review. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from server.households.component import Component
from server.households.facts import kind_of
from server.households.kinds import FactKind
from server.households.values import MISSING, Folded, Word, programme_of
from server.households.words import desk_words, same


@dataclass(frozen=True)
class Change:
    """One statement beside the one it followed. ``before`` is MISSING where nothing stood before, ``was`` where the
    form showed nothing; ``stands``: it is what the registry holds now."""

    fact: str
    key: str
    before: Any
    after: Any
    was: Any
    since: date
    instance: str
    stands: bool
    corrected: bool

    @property
    def is_news(self) -> bool:
        """It says something else than what stood before."""
        return self.before is MISSING or not same(self.before, self.after)


def words_about(component: Component, served: str) -> list[Word]:
    """Every statement that counts for one household, in order of place."""
    inside = set(component.clusters.members.get(served, ()))
    words = [word for spoken in component.spoken if spoken.home in inside for word in spoken.words]
    words += desk_words(act for act in component.decisions if act.subject in inside)
    return sorted(words, key=lambda word: (word.place, word.fact, word.key))


def changes_in(words: Iterable[Word], folded: Folded) -> list[Change]:
    """All statements of a household with their forerunners, in order of place."""
    last: dict[tuple[str, str], Any] = defaultdict(lambda: MISSING)
    found = []
    for word in words:
        keyed = {"relief": programme_of(word.key), "member": word.instance}
        slot = (word.fact, keyed.get(word.fact, ""))
        held = folded.facts.get(word.fact)
        stands = kind_of(word.fact) in (FactKind.KEYED, FactKind.RULED) or (
            held is not None and held.instance == word.instance
        )
        found.append(Change(word.fact, word.key, last[slot], word.value, word.was, word.since, word.instance, stands,
                            word.corrected))
        last[slot] = word.value
    return found


def changes_of(component: Component, served: str, folded: Folded, instance: str) -> list[Change]:
    """What one version of a submission said, statement by statement."""
    return [change for change in changes_in(words_about(component, served), folded) if change.instance == instance]
