"""The vault: what goes in comes out, for the right key only."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.vault.current import current_ring
from sync.vault.envelope import (
    CannotOpen,
    new_data_key,
    open_row,
    open_sealed,
    rewrap,
    seal,
    seal_row,
    sealed_under,
    unwrap,
)
from sync.vault.keyring import (
    KeyRingMissing,
    add_key,
    create_keyring,
    drop_old_keys,
    load_keyring,
    new_ring,
    save_keyring,
)
from sync.vault.lookup import keyed


@given(st.binary(), st.binary(max_size=40))
def test_sealed_opens_again(plain: bytes, aad: bytes) -> None:
    wrapped, key = new_data_key()
    assert unwrap(wrapped) == key
    assert open_sealed(key, seal(key, plain, aad), aad) == plain


def test_nothing_shows_and_nothing_repeats() -> None:
    _, key = new_data_key()
    plain = b"319999199001010013"
    one, two = seal(key, plain), seal(key, plain)
    assert plain not in one and one != two


@given(st.data())
def test_any_changed_byte_is_noticed(data: st.DataObject) -> None:
    wrapped, key = new_data_key()
    for sealed, opener in [(seal(key, b"text"), lambda b: open_sealed(key, b)), (wrapped, unwrap)]:
        at = data.draw(st.integers(0, len(sealed) - 1))
        bent = bytes(b ^ (1 if i == at else 0) for i, b in enumerate(sealed))
        with pytest.raises(CannotOpen):
            opener(bent)


def test_aad_binds_to_its_place() -> None:
    _, key = new_data_key()
    with pytest.raises(CannotOpen):
        open_sealed(key, seal(key, b"text", b"here"), b"there")


@pytest.mark.parametrize("bytes_", [b"", b"\x01", b"\x07" + bytes(40)])
def test_rubbish_is_refused(bytes_: bytes) -> None:
    _, key = new_data_key()
    with pytest.raises(CannotOpen):
        open_sealed(key, bytes_)
    with pytest.raises(CannotOpen):
        open_row(bytes_)


def test_row_keeps_json() -> None:
    value = {"姓名": "张三", "ids": ["319999199001010013", None], "n": 2, "rare": "𠮷"}
    sealed = seal_row(value)
    assert open_row(sealed) == value and open_row(memoryview(sealed)) == value  # type: ignore[arg-type]


def test_a_row_is_no_data_key() -> None:
    with pytest.raises(CannotOpen):
        unwrap(seal_row("x"))


def test_keyed_is_stable_and_kinds_are_apart() -> None:
    assert keyed("id", "a") == keyed("id", "a") != keyed("phone", "a")
    assert len(keyed("id", "a")) == 64


def test_rotation(tmp_path: Path, settings) -> None:  # type: ignore[no-untyped-def]
    settings.KEY_RING_PATH = path = tmp_path / "ring.json"
    assert create_keyring(path) is True
    wrapped, key = new_data_key()
    row, mac = seal_row([1]), keyed("id", "x")
    save_keyring(add_key(load_keyring(path)), path)

    assert current_ring().active == "k2"
    assert unwrap(wrapped) == key and open_row(row) == [1]  # the old key still opens
    moved = rewrap(wrapped)
    assert sealed_under(moved) == "k2" and rewrap(moved) == moved
    save_keyring(drop_old_keys(load_keyring(path)), path)
    assert unwrap(moved) == key
    with pytest.raises(CannotOpen):
        open_row(row)
    assert keyed("id", "x") == mac  # look-ups survive every rotation


def test_create_twice_is_once_and_private(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "ring.json"
    assert create_keyring(path) is True
    before = path.read_bytes()
    assert create_keyring(path) is False
    assert path.read_bytes() == before and path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"active":"k1","keys":{},"hashing":""}', '{"active":1}'])
def test_a_broken_ring_is_never_replaced(tmp_path: Path, text: str) -> None:
    path = tmp_path / "ring.json"
    with pytest.raises(KeyRingMissing):
        load_keyring(path)
    path.write_text(text)
    with pytest.raises(KeyRingMissing):
        create_keyring(path)
    assert path.read_text() == text


def test_a_ring_does_not_print_its_keys() -> None:
    ring = new_ring()
    assert repr(ring.keys["k1"]) not in repr(ring) and repr(ring.hashing) not in repr(ring)
