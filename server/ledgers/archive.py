"""The same workbook, the same bytes."""

import re
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_EPOCH = (1980, 1, 1, 0, 0, 0)


def steady(data: bytes, made_at: datetime) -> bytes:
    """An .xlsx without the clock of the machine that wrote it: entries dated 1980, "modified" = ``made_at``."""
    moment = made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    out = BytesIO()
    with ZipFile(BytesIO(data)) as source, ZipFile(out, "w", ZIP_DEFLATED) as target:
        for entry in source.infolist():
            content = source.read(entry.filename)
            if entry.filename == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>" + moment + rb"\g<2>", content)
            fixed = ZipInfo(entry.filename, _EPOCH)
            fixed.compress_type, fixed.external_attr = ZIP_DEFLATED, 0o600 << 16
            target.writestr(fixed, content)
    return out.getvalue()


def content_digest(data: bytes) -> str:
    """SHA-256 (hex) over the entries of an .xlsx but for its properties: what is printed, and how."""
    digest = sha256()
    with ZipFile(BytesIO(data)) as source:
        for name in sorted(source.namelist()):
            if not name.startswith("docProps/"):
                digest.update(f"{name}\0{len(source.read(name))}\0".encode() + source.read(name))
    return digest.hexdigest()
