"""Where the sealed bytes of attachments lie.

Any Django storage will do: put one under STORAGES["sealed"] (S3 comes so, through django-storages). Without one it is a
folder, settings.FILES_DIR, written so that what was stored survives a power cut. A file's address follows from its
content and its submission's key: the same file sent twice is the same address, and the address tells nothing.
"""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, Storage, storages

from sync.vault.envelope import open_sealed, seal

_AAD = b"attachment "


class SealedFolder(FileSystemStorage):
    """A folder of files that never change: written beside, flushed to disk, then put in place."""

    def __init__(self) -> None:
        super().__init__(location=str(settings.FILES_DIR))

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name  # same address, same content

    def _save(self, name: str, content: "File[bytes]") -> str:
        path = Path(self.path(name))
        if path.exists():
            return name
        _make_folder(path.parent)
        beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for chunk in content.chunks():
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        _flush(path.parent)
        return name


def _make_folder(folder: Path) -> None:
    """Like mkdir(parents), each new folder's name flushed into its parent."""
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        _flush(folder.parent)


def _flush(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def room() -> Storage:
    """The storage in use."""
    return storages["sealed"] if "sealed" in storages.backends else SealedFolder()


def put_file(data: bytes, sha256: str, key: bytes) -> str:
    """Seal a file under its submission's data key and store it; the address. On disk when this returns."""
    address = hmac.new(key, sha256.encode("ascii"), hashlib.sha256).hexdigest()
    name = f"{address[:2]}/{address[2:4]}/{address[4:]}"
    place = room()
    if place.exists(name):
        return name
    return place.save(name, ContentFile(seal(key, data, _AAD + sha256.encode("ascii"))))


def get_file(stored: str, sha256: str, key: bytes) -> bytes:
    """The bytes as the phone sent them.

    :raises FileNotFoundError: the storage has lost it.
    :raises sync.vault.envelope.CannotOpen: changed bytes or another key.
    """
    with room().open(stored) as file:
        return open_sealed(key, file.read(), _AAD + sha256.encode("ascii"))
