"""What the roof (server/urls.py) hands to this package, which itself knows no household.

urlpatterns += openrosa_urls(lists=PhoneLists(), apply=apply)
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol


class Lists(Protocol):
    """The programme's lists, as each person's phone gets them. `user` is the AUTH_USER_MODEL row of the key."""

    def known(self) -> Collection[str]:
        """Names (without `.csv`) of all lists and media a form may attach."""

    def entity_lists(self) -> Collection[str]:
        """Those of them that are entity lists (served from PhoneRow); the others come from `media`."""

    def columns(self, list: str) -> Sequence[str]:
        """Columns of an entity list after `name`, `label` and `__version`, in order."""

    def scopes(self, user: Any, list: str, today: date) -> Sequence[str]:
        """The scopes whose rows this person gets. Empty: he gets the explaining row instead."""

    def explaining_row(self, user: Any, list: str, today: date) -> Mapping[str, str] | None:
        """For a person without scopes: {"name", "label", columns…}; None: the list is truly empty."""

    def media(self, user: Any, filename: str) -> bytes | None:
        """The bytes of a plain media file (`villages.csv`); None: there is no such file. Asked often: be quick."""

    def standing(self, user: Any, today: date) -> "PersonStanding":
        """What this person is here on that day: written on every submission at receipt."""


@dataclass(frozen=True)
class PersonStanding:
    """``villages`` a person visits; ``answers_for``: codes of the areas whose homes the person may speak for;
    ``has_role``: whether the person is still somebody here. Whoever is nobody is heard all the same, and flagged."""

    villages: Sequence[str]
    answers_for: Sequence[str]
    has_role: bool


class Apply(Protocol):
    """Beat two: read, translate, file, refresh.

    Called inside a transaction that also marks the submission applied. Called again whenever it failed. Never called
    for what was put aside: encrypted, quarantined, of an unknown form version, or a CLASH (another text with the same
    instanceID was received earlier and counts).

    :raises sync.troubles.Trouble: it cannot be done (yet); the sentence is shown on the desk.
    """

    def __call__(self, submission_id: int, now: datetime) -> None: ...
