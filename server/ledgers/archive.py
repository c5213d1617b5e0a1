"""The same workbook, the same bytes."""

import re
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from shutil import copyfileobj
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_CORE = "docProps/core.xml"
_EPOCH = (1980, 1, 1, 0, 0, 0)


class _Steady(ZipFile):
    """A zip without the clock of the machine that wrote it: entries dated 1980, "modified" a moment given."""

    moment = b""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_: Any, **__: Any) -> None:
        content = data.encode() if isinstance(data, str) else bytes(data)
        if zinfo_or_arcname == _CORE:
            content = _MODIFIED.sub(rb"\g<1>" + self.moment + rb"\g<2>", content)
        super().writestr(_entry(str(zinfo_or_arcname)), content)

    def write(self, filename: Any, arcname: Any = None, *_: Any, **__: Any) -> None:
        with open(filename, "rb") as source, self.open(_entry(str(arcname)), "w") as target:
            copyfileobj(source, target, 1 << 16)


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, _EPOCH)
    entry.compress_type, entry.external_attr = ZIP_DEFLATED, 0o600 << 16
    return entry


def steady(book: Workbook, made_at: datetime) -> bytes:
    """A workbook as an .xlsx that is the same bytes whenever it is written; "modified" is ``made_at``."""
    out = BytesIO()
    with _Steady(out, "w", ZIP_DEFLATED, allowZip64=True) as archive:
        archive.moment = made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
        ExcelWriter(book, archive).save()
    return out.getvalue()


def content_digest(data: bytes) -> str:
    """SHA-256 (hex) over the entries of an .xlsx but for its properties: what is printed, and how."""
    digest = sha256()
    with ZipFile(BytesIO(data)) as source:
        for name in sorted(source.namelist()):
            if not name.startswith("docProps/"):
                digest.update(f"{name}\0{len(source.read(name))}\0".encode() + source.read(name))
    return digest.hexdigest()
