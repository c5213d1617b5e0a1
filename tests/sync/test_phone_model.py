"""The merge table of Collect, line by line (wire contract §2), and finalization (§5)."""

import uuid
from itertools import count

import pytest

from server.demo.phone_model import PhoneList, Row, Seen, ServedRow, Told

ID = str(uuid.UUID(int=1, version=4))


def branches() -> "object":
    numbers = count(1)
    return lambda: f"b{next(numbers)}"


def row(version: int, trunk: int | None, seen: Seen = Seen.ONLINE) -> Row:
    return Row(ID, "旧", version, {"a": "old"}, seen, trunk, "b0")


@pytest.mark.parametrize(
    ("here", "served", "expected"),
    [
        # on the phone, version in the CSV → label, version, trunk, branch, seen
        (None, 3, ("新", 3, 3, "b1", Seen.ONLINE)),
        (row(2, 2), 3, ("新", 3, 3, "b1", Seen.ONLINE)),
        (row(4, 3), 4, ("新", 4, 4, "b1", Seen.ONLINE)),  # changed here, same number: the server's values
        (row(1, None, Seen.OFFLINE), 1, ("新", 1, 1, "b1", Seen.ONLINE)),
        (row(4, 4), 4, ("旧", 4, 4, "b0", Seen.ONLINE)),  # unchanged here: ignored, though columns differ
        (row(5, 3), 4, ("旧", 5, 3, "b0", Seen.ONLINE)),  # newer here: own values
        (row(2, None, Seen.OFFLINE), 1, ("旧", 2, None, "b0", Seen.ONLINE)),
        (row(4, 4), None, None),
        (row(5, 4), None, None),
        (row(1, None, Seen.OFFLINE), None, ("旧", 1, None, "b0", Seen.OFFLINE)),
    ],
)
def test_the_merge_table(here: Row | None, served: int | None, expected: tuple[object, ...] | None) -> None:
    phone = PhoneList("households", rows={ID: here} if here else {})
    phone.take_over([ServedRow(ID, "新", served, {"a": "new"})] if served else [], branches())  # type: ignore[arg-type]
    got = phone.rows.get(ID)
    assert (got and (got.label, got.version, got.trunk, got.branch, got.seen)) == expected


def test_integrity_drops_only_what_was_made_here_and_is_called_deleted() -> None:
    other = str(uuid.UUID(int=2, version=4))
    phone = PhoneList("households", rows={ID: row(1, None, Seen.OFFLINE)})
    phone.rows[other] = Row(other, "x", 1, {}, Seen.ONLINE, 1, "b")
    assert phone.made_here() == [ID]
    phone.drop([(ID, False), (other, True)])
    assert set(phone.rows) == {ID, other}
    phone.drop([(ID, True)])
    assert set(phone.rows) == {other}


def test_create_then_update_offline() -> None:
    phone, new = PhoneList("households"), branches()
    phone.finalize(Told(ID, True, False, "张", {"a": "1"}), new)  # type: ignore[arg-type]
    assert phone.based(ID) == type(phone.based(ID))("1", "", "b1")
    phone.finalize(Told(ID, False, True, "", {"b": "2"}), new)  # type: ignore[arg-type]
    made = phone.rows[ID]
    assert (made.version, made.trunk, made.label, made.properties) == (2, None, "张", {"a": "1", "b": "2"})


def test_what_collect_leaves_out() -> None:
    phone, new = PhoneList("households"), branches()
    phone.finalize(Told("not-a-uuid", True, False, "张"), new)  # type: ignore[arg-type]
    phone.finalize(Told(ID, True, False, " "), new)  # type: ignore[arg-type]
    phone.finalize(Told(ID, False, True, "张"), new)  # type: ignore[arg-type]
    assert phone.rows == {}
    assert phone.based(ID).base == ""
