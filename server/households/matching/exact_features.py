"""What a statements-set tells the matcher. Pure."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from server.households.idno import birth_of, normal_id, valid_id
from server.households.values import Word


@dataclass(frozen=True)
class Features:
    """One screening's evidence, normalised. Empty strings where nothing is known."""

    instance: str
    entity: str
    name: str = ""
    id_no: str = ""
    birth: str = ""
    phones: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """Changes exactly when the evidence does."""
        text = "\x1f".join((self.name, self.id_no, self.birth, *self.phones))
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def features_of(instance: str, entity: str, words: Iterable[Word]) -> Features:
    """The evidence in one version's statements: the registrant's name, valid number, birth date, phones."""
    return features_from(instance, entity, {word.fact: word.value for word in words if not word.key})


def features_from(instance: str, entity: str, said: Mapping[str, Any]) -> Features:
    """The evidence in plain values by fact."""
    number = normal_id(str(said.get("id_no") or ""))
    number = number if valid_id(number) else ""
    born = birth_of(number) if number else None
    birth = born.isoformat() if born else str(said.get("birth") or "")
    phones = sorted({p for p in str(said.get("phone") or "").replace("、", "/").split("/") if len(p.strip()) >= 8})
    name = "".join(str(said.get("rep_name") or "").split())
    return Features(instance, entity, name, number, birth, tuple(p.strip() for p in phones))
