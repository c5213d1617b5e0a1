"""multipart/form-data as ODK Collect writes it, read to the byte. Pure.

Django's parser is not used: it cuts and unescapes file names (Collect sends raw UTF-8 that must equal the name in the
XML), drops a part whose header it cannot read, takes a body cut short for a whole one, and spools photos to disk in
clear. A body is at most 30 MB and is held in memory. Sources: OkHttp `MultipartBody` (no escapes but %22 %0A %0D in
names), RFC 7578.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

MAX_PARTS = 1000

_BOUNDARY = re.compile(r'boundary=(?:"([^"]{1,200})"|([^\s;,"]{1,200}))', re.I)
_NAME = re.compile(rb'[;\s]name="([^"]*)"|[;\s]name=([^\s;"]+)', re.I)
_FILENAME = re.compile(rb'[;\s]filename="([^"]*)"|[;\s]filename=([^\s;"]+)', re.I)
_ESCAPED = {"%22": '"', "%0A": "\n", "%0D": "\r"}


class NotMultipart(Exception):
    """The content type or the body is not multipart/form-data."""


class CutShort(Exception):
    """The closing boundary never came."""


@dataclass(frozen=True)
class Part:
    """One part. `filename` is None for a plain field; `data` is a view into the body, not a copy."""

    name: str
    filename: str | None
    content_type: str
    data: memoryview = field(repr=False)


def boundary_of(content_type: str) -> bytes:
    """The boundary named in a Content-Type header.

    :raises NotMultipart: another type, or no boundary.
    """
    found = _BOUNDARY.search(content_type)
    if not content_type.lower().startswith("multipart/form-data") or not found:
        raise NotMultipart(content_type[:80])
    try:
        return (found[1] or found[2]).encode("ascii")
    except UnicodeEncodeError:
        raise NotMultipart("boundary") from None


def read_parts(body: bytes, boundary: bytes) -> Iterator[Part]:
    """The parts of a whole body, in order.

    :raises NotMultipart: no boundary in it, or a part without a readable head.
    :raises CutShort: it does not end with the closing boundary.
    """
    fence = b"\r\n--" + boundary
    if body.startswith(fence[2:]):
        at = len(fence) - 2
    elif (start := body.find(fence)) >= 0:  # a preamble is allowed
        at = start + len(fence)
    else:
        raise NotMultipart("no boundary")
    view = memoryview(body)
    while body[at : at + 2] != b"--":
        line_end = body.find(b"\r\n", at)
        # The next fence may begin with the line end that closes an empty head.
        end = body.find(fence, line_end) if line_end >= 0 else -1
        if end < 0:
            raise CutShort
        head_end = body.find(b"\r\n\r\n", line_end, end + 2)
        if head_end < 0:
            raise NotMultipart("a part without a head")
        yield _part(body[line_end + 2 : head_end], view[head_end + 4 : end])
        at = end + len(fence)


def _part(head: bytes, data: memoryview) -> Part:
    headers = {}
    for line in head.split(b"\r\n"):
        key, _, value = line.partition(b":")
        headers[key.strip().lower()] = value.strip()
    disposition = b"; " + headers.get(b"content-disposition", b"")
    name, filename = _NAME.search(disposition), _FILENAME.search(disposition)
    if not name:
        raise NotMultipart("a part without a name")
    return Part(
        name=_text(name[1] if name[1] is not None else name[2]),
        filename=_text(filename[1] if filename[1] is not None else filename[2]) if filename else None,
        content_type=headers.get(b"content-type", b"").decode("latin-1"),
        data=data,
    )


def _text(raw: bytes) -> str:
    """As OkHttp wrote it; bytes that are no UTF-8 become replacement marks, the file is kept all the same."""
    text = raw.decode("utf-8", "replace").replace("\0", "")  # PostgreSQL knows no such letter
    for written, meant in _ESCAPED.items():
        text = text.replace(written, meant)
    return text
