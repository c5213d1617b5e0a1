"""Who a line is about: the id it is registered under, the same whenever and in whatever file it comes again."""

from collections.abc import Mapping
from uuid import UUID

from server.households.idno import valid_id
from sync.vault.lookup import keyed


def identity_of(answers: Mapping[str, str]) -> str:
    """What tells one line from another: a number that holds, else 村居, name, telephone and address together."""
    number = answers.get("id_no", "")
    if valid_id(number):
        return f"id {number}"
    return "\x1f".join(("said", *(answers.get(name, "") for name in ("village", "rep_name", "id_no", "phone", "addr"))))


def entity_of(answers: Mapping[str, str]) -> str:
    """The household id a line makes. A keyed hash: phones carry it, and no ID number can be computed from it."""
    return str(UUID(hex=keyed("imported-line", identity_of(answers))[:32], version=4))
