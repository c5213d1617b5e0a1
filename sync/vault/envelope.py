"""Envelope encryption: a data key per thing kept, wrapped under the ring; AES-256-GCM.

What is written, always with the algorithm in the first byte so that another (SM4-GCM) can stand beside it:

    sealed  = algorithm(1) nonce(12) ciphertext+tag            under a data key
    wrapped = algorithm(1) length(1) key-id nonce(12) …        a data key, under a ring key
    row     = the same as wrapped, of a JSON text              under a ring key: derived rows, renewed by rebuild

Destroying a wrapped key destroys all that was sealed under it: that is how a person is deleted.
"""

import json
import os
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sync.vault.current import current_ring
from sync.vault.keyring import KEY_BYTES

AES_256_GCM = 1
NONCE_BYTES = 12
_WRAP = b"data key"
_ROW = b"row"


class CannotOpen(Exception):
    """Wrong key, wrong context, damaged bytes, or a key no longer on the ring."""


@lru_cache(maxsize=256)
def _cipher(algorithm: int, key: bytes) -> AESGCM:
    if algorithm != AES_256_GCM:
        raise CannotOpen(f"unknown algorithm {algorithm}")
    return AESGCM(key)


def seal(key: bytes, plain: bytes, aad: bytes = b"") -> bytes:
    """Encrypt `plain` under a data key. `aad` binds it to its place: the same must be given to open it."""
    nonce = os.urandom(NONCE_BYTES)
    return bytes([AES_256_GCM]) + nonce + _cipher(AES_256_GCM, key).encrypt(nonce, plain, aad)


def open_sealed(key: bytes, sealed: bytes, aad: bytes = b"") -> bytes:
    """What `seal` was given.

    :raises CannotOpen: wrong key or `aad`, or the bytes were changed.
    """
    if len(sealed) < 1 + NONCE_BYTES:
        raise CannotOpen("too short")
    nonce, rest = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        return _cipher(sealed[0], key).decrypt(nonce, rest, aad)
    except InvalidTag:
        raise CannotOpen("wrong key or changed bytes") from None


def _seal_under_ring(plain: bytes, aad: bytes) -> bytes:
    ring = current_ring()
    key_id = ring.active.encode("ascii")
    sealed = seal(ring.keys[ring.active], plain, aad + key_id)
    return sealed[:1] + bytes([len(key_id)]) + key_id + sealed[1:]


def _open_under(keys: Mapping[str, bytes], sealed: bytes, aad: bytes) -> bytes:
    sealed = bytes(sealed)  # PostgreSQL's driver may hand out a memoryview
    name = sealed_under(sealed)
    if name not in keys:
        raise CannotOpen(f"key {name} is not on the ring")
    key_id = name.encode("ascii")
    return open_sealed(keys[name], sealed[:1] + sealed[2 + len(key_id) :], aad + key_id)


def sealed_under(sealed: bytes) -> str:
    """The id of the ring key a wrapped key or a row was sealed under."""
    sealed = bytes(sealed)
    if len(sealed) < 2:
        raise CannotOpen("too short")
    return sealed[2 : 2 + sealed[1]].decode("ascii", "replace")


def new_data_key() -> tuple[bytes, bytes]:
    """A fresh data key: (wrapped, to be stored; the key itself, for use now)."""
    key = os.urandom(KEY_BYTES)
    return _seal_under_ring(key, _WRAP), key


@lru_cache(maxsize=2048)
def _unwrapped(wrapped: bytes) -> bytes:
    return _open_under(current_ring().keys, wrapped, _WRAP)


def unwrap(wrapped: bytes) -> bytes:
    """The data key inside `wrapped`; lately used ones are remembered by this process.

    :raises CannotOpen: its ring key is gone, or the bytes were changed.
    """
    return _unwrapped(bytes(wrapped))


def rewrap(wrapped: bytes) -> bytes:
    """The same data key under the ring's active key (unchanged if it already is)."""
    if sealed_under(wrapped) == current_ring().active:
        return bytes(wrapped)
    return _seal_under_ring(unwrap(wrapped), _WRAP)


def seal_row(obj: Any, tail: str = "") -> bytes:
    """Encrypt a JSON-able value for a column of a derived row; ``tail``: the same in other words, for `RowTexts`."""
    text = json.dumps(obj, ensure_ascii=False, separators=(",", ":"))
    return _seal_under_ring((f"{text}\0{tail}" if tail else text).encode(), _ROW)


def open_row(sealed: bytes) -> Any:
    """What `seal_row` was given.

    :raises CannotOpen: its ring key is gone, or the bytes were changed.
    """
    return json.loads(str(_open_under(current_ring().keys, sealed, _ROW), "utf-8").partition("\0")[0])


def renew_row(sealed: bytes) -> bytes:
    """The same row under the ring's active key."""
    return _seal_under_ring(_open_under(current_ring().keys, sealed, _ROW), _ROW)


class RowTexts:
    """Opens many rows: the ring is looked at once. Gives the text that was sealed: JSON, and after a NUL the tail."""

    def __init__(self) -> None:
        self._keys = current_ring().keys
        self._ready: dict[bytes, tuple[AESGCM, bytes]] = {}

    def __call__(self, sealed: bytes) -> str:
        """
        :raises CannotOpen: its ring key is gone, or the bytes were changed.
        """
        size = 2 + sealed[1] if len(sealed) > 2 else 0
        cipher, aad = self._ready.get(sealed[:size]) or self._get_ready(sealed, size)
        try:
            return cipher.decrypt(sealed[size : size + NONCE_BYTES], sealed[size + NONCE_BYTES :], aad).decode()
        except InvalidTag:
            raise CannotOpen("wrong key or changed bytes") from None

    def _get_ready(self, sealed: bytes, size: int) -> tuple[AESGCM, bytes]:
        name = sealed_under(sealed)
        if name not in self._keys:
            raise CannotOpen(f"key {name} is not on the ring")
        ready = self._ready[sealed[:size]] = (_cipher(sealed[0], self._keys[name]), _ROW + name.encode("ascii"))
        return ready
