"""The key ring: a small file with the master keys. Pure: told its path, reads no settings.

The file is JSON, mode 600: {"active": "k1", "keys": {"k1": base64 of 32 bytes, …}, "hashing": base64 of 32 bytes}.
New data keys are wrapped under the active key; older keys stay until everything wrapped under them was re-wrapped
(`manage.py rotate_keys`). The hashing key never changes: look-up keys in the database depend on it.
Whoever loses this file has lost every name and number in the database; whoever steals it with a backup has them.
"""

import base64
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

KEY_BYTES = 32


class KeyRingMissing(Exception):
    """There is no key ring file, or it cannot be read as one."""


@dataclass(frozen=True)
class KeyRing:
    """Master keys by key id; `active` names the one that wraps from now on."""

    active: str
    keys: Mapping[str, bytes] = field(repr=False)
    hashing: bytes = field(repr=False)


def new_ring() -> KeyRing:
    """A ring with one fresh key."""
    return KeyRing("k1", {"k1": secrets.token_bytes(KEY_BYTES)}, secrets.token_bytes(KEY_BYTES))


def add_key(ring: KeyRing) -> KeyRing:
    """The ring with one more key, which becomes the active one."""
    key_id = f"k{max(int(name[1:]) for name in ring.keys) + 1}"
    return replace(ring, active=key_id, keys={**ring.keys, key_id: secrets.token_bytes(KEY_BYTES)})


def drop_old_keys(ring: KeyRing) -> KeyRing:
    """The ring with its active key only. What is still wrapped under another can never be read again."""
    return replace(ring, keys={ring.active: ring.keys[ring.active]})


def load_keyring(path: Path) -> KeyRing:
    """Read the ring file.

    :raises KeyRingMissing: no such file, or not a ring (never guess: a new ring would orphan the database).
    """
    try:
        data = json.loads(path.read_text(encoding="ascii"))
        keys = {name: base64.b64decode(text, validate=True) for name, text in data["keys"].items()}
        ring = KeyRing(data["active"], keys, base64.b64decode(data["hashing"], validate=True))
    except FileNotFoundError:
        raise KeyRingMissing(f"no key ring at {path}") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise KeyRingMissing(f"{path} is not a readable key ring: {error!r}") from error
    if ring.active not in keys or any(len(key) != KEY_BYTES for key in [*keys.values(), ring.hashing]):
        raise KeyRingMissing(f"{path} is not a whole key ring")
    return ring


def save_keyring(ring: KeyRing, path: Path) -> None:
    """Write the ring beside the old file, flush it to disk, then put it in place: never half a ring."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    data = {
        "active": ring.active,
        "keys": {name: base64.b64encode(key).decode() for name, key in ring.keys.items()},
        "hashing": base64.b64encode(ring.hashing).decode(),
    }
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    with os.fdopen(
        os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii"
    ) as file:
        json.dump(data, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the new name must survive a power cut before anything is wrapped under a new key
    finally:
        os.close(folder)


def create_keyring(path: Path) -> bool:
    """Make a ring at `path` unless there is one; True if it was made. Done twice it changes nothing."""
    if path.exists():
        load_keyring(path)
        return False
    save_keyring(new_ring(), path)
    return True
