"""The access matrix, read back against the sentences it was made from."""

import pytest

from server.accounts.kinds import Role
from server.accounts.matrix import CELLS, RIGHTS, Reach, Right, Thing, Verb, reaches, read_cell


def test_every_thing_has_a_row_and_every_role_is_known() -> None:
    assert set(CELLS) == set(Thing)
    assert {role for row in CELLS.values() for role in row} == set(Role.values)


def test_a_cell_is_read_letter_by_letter() -> None:
    assert read_cell("Cm:v X") == {
        Right(Verb.CREATE, Reach.VILLAGES),
        Right(Verb.READ, Reach.VILLAGES),
        Right(Verb.EXPORT, Reach.EVERYWHERE),
    }
    assert Right(Verb.READ_FULL, Reach.GRANT) in read_cell("R:g")
    with pytest.raises(ValueError):
        read_cell("Z:v")


@pytest.mark.parametrize(
    "thing", [Thing.HOUSEHOLD, Thing.IDENTITY, Thing.SENSITIVE, Thing.SUBMISSION, Thing.PHONE_LIST]
)
def test_the_administrator_has_no_business_with_households(thing: Thing) -> None:
    assert Role.AD not in RIGHTS[thing] and Role.PA not in RIGHTS[thing]


def test_a_grid_worker_never_sees_more_than_masks() -> None:
    full = [
        thing for thing in Thing if reaches(Role.GW, Verb.READ_FULL, thing) - {Reach.OWN, Reach.EVERYWHERE}
    ]
    assert full == [Thing.SCHEDULE]  # days and codes, no personal data


def test_who_decides() -> None:
    def who(verb: Verb, thing: Thing) -> set[str]:
        return {role for role in Role.values if reaches(role, verb, thing)}

    assert who(Verb.APPROVE, Thing.SUBMISSION) == {Role.SU}
    assert who(Verb.APPROVE, Thing.STATE) == {Role.SU, Role.DI}
    assert who(Verb.PROPOSE, Thing.STATE) == {Role.CO}
    assert who(Verb.LOCK, Thing.LEDGER) == {Role.LE}
    assert who(Verb.REOPEN, Thing.LEDGER) == {Role.DI}
    assert who(Verb.UPDATE, Thing.RULES) == {Role.DI}
    assert who(Verb.CREATE, Thing.FORM) == {Role.AD}
    assert who(Verb.CREATE, Thing.FEEDBACK) | {Role.DI, Role.IN, Role.AD} == set(Role.values)
