"""The ring this process uses. The only place of the vault that reads settings."""

import os
from pathlib import Path

from django.conf import settings

from sync.vault.keyring import KeyRing, load_keyring

# Asked for every row that is opened: no more than one stat.
_held: dict[str, tuple[int, KeyRing]] = {}


def current_ring() -> KeyRing:
    """The ring at `settings.KEY_RING_PATH`, read again when its file changed (another process rotated).

    :raises KeyRingMissing: there is none; `manage.py make_keyring` makes one.
    """
    path = str(settings.KEY_RING_PATH)
    try:
        changed = os.stat(path).st_mtime_ns
    except OSError:
        return load_keyring(Path(path))  # raises with the reason
    held = _held.get(path)
    if held is None or held[0] != changed:
        held = _held[path] = (changed, load_keyring(Path(path)))
    return held[1]
