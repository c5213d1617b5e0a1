"""The ring this process uses. The only place of the vault that reads settings."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from sync.vault.keyring import KeyRing, load_keyring


@lru_cache(maxsize=4)
def _ring_as_of(path: Path, changed_ns: int) -> KeyRing:
    return load_keyring(path)


def current_ring() -> KeyRing:
    """The ring at `settings.KEY_RING_PATH`, read again when its file changed (another process rotated).

    :raises KeyRingMissing: there is none; `manage.py make_keyring` makes one.
    """
    path = Path(settings.KEY_RING_PATH)
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        return load_keyring(path)  # raises with the reason
    return _ring_as_of(path, changed)
