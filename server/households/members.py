"""Members of a household: joined by ID number or by name and birth, unless two valid numbers differ."""

from collections.abc import Iterable, Mapping
from typing import Any

from server.households.idno import normal_id, valid_id
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
        at = _place_in(found, said)
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


def _place_in(found: list[Member], said: Mapping[str, Any]) -> int | None:
    """Which of the known members a statement speaks of: the one of its number, else the first it may be."""
    number = normal_id(str(said.get("id_no") or ""))
    if valid_id(number):
        for at, member in enumerate(found):
            if normal_id(member.id_no) == number:
                return at
    return next((at for at, member in enumerate(found) if same_person(member, said)), None)


def same_person(member: Member, said: Mapping[str, Any]) -> bool:
    """Whether a statement may speak of this member."""
    mine, theirs = normal_id(member.id_no), normal_id(str(said.get("id_no") or ""))
    if valid_id(mine) and valid_id(theirs):
        return mine == theirs
    name, birth, known = said.get("old_name") or said.get("name"), said.get("birth") or "", member.birth or ""
    # A year alone agrees with every day of it, nothing with everything.
    return bool(name and name == member.name) and (birth.startswith(known) or known.startswith(birth))


def _overlaid(member: Member, said: Mapping[str, Any], instance: str) -> Member:
    kept = {name: said.get(name) or getattr(member, name) for name in FIELDS}
    tags = tuple(said["tags"]) if said.get("tags") else member.tags
    return Member(**kept, tags=tags, instance=instance)
