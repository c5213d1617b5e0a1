"""Members of a household: joined by ID number or by name and birth, unless two valid numbers differ."""

from collections.abc import Iterable, Mapping
from typing import Any

from server.households.idno import valid_id
from server.households.values import Member, Word

FIELDS = ("name", "id_no", "relation", "birth")


def members_of(words: Iterable[Word]) -> tuple[Member, ...]:
    """Fold member statements in the order of their places.

    A statement about a member already known adds what it says (blanks say nothing) or, with ``change`` = "left",
    ends the membership; any other makes a new member.
    """
    found: list[Member] = []
    for word in sorted(words, key=lambda w: (w.place, w.key)):
        said: Mapping[str, Any] = word.value if isinstance(word.value, Mapping) else {}
        at = next((i for i, member in enumerate(found) if same_person(member, said)), None)
        if said.get("change") == "left":
            if at is not None:
                del found[at]
            continue
        if at is None:
            if any(said.get(name) for name in (*FIELDS, "tags")):
                found.append(_overlaid(Member(), said, word.instance))
        else:
            found[at] = _overlaid(found[at], said, word.instance)
    return tuple(found)


def same_person(member: Member, said: Mapping[str, Any]) -> bool:
    """Whether a statement speaks of this member."""
    mine, theirs = member.id_no or "", str(said.get("id_no") or "")
    both_valid = valid_id(mine) and valid_id(theirs)
    if both_valid:
        return mine.upper() == theirs.upper()
    name, birth = said.get("name"), said.get("birth")
    if name and member.name == name:
        return birth == member.birth or not birth or not member.birth
    return False


def _overlaid(member: Member, said: Mapping[str, Any], instance: str) -> Member:
    kept = {name: said.get(name) or getattr(member, name) for name in FIELDS}
    tags = tuple(said["tags"]) if said.get("tags") else member.tags
    return Member(**kept, tags=tags, instance=instance)
