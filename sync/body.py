"""Read the body of a submission off the wire, whole or not at all."""

import contextlib

from django.conf import settings
from django.http import HttpRequest

from sync.multipart import MAX_PARTS, CutShort, NotMultipart, boundary_of, read_parts
from sync.problems import Refusal, Refused
from sync.receive import Envelope, SentFile

XML_PART = "xml_submission_file"
INCOMPLETE = "*isIncomplete*"
_PIECE = 1 << 16


def read_envelope(request: HttpRequest) -> Envelope:
    """The POST as Collect built it.

    :raises Refused: too large (by its header, before a byte is read), cut short, not multipart, no XML in it.
    """
    boundary = _boundary(request)
    body = _read(request)
    xml: bytes | None = None
    files: list[SentFile] = []
    is_incomplete = False
    try:
        for count, part in enumerate(read_parts(body, boundary)):
            if count >= MAX_PARTS:
                raise Refused(Refusal.TOO_MANY_PARTS)
            if part.name == XML_PART:
                xml = bytes(part.data)
            elif part.name == INCOMPLETE:
                is_incomplete = bytes(part.data).strip() == b"yes"
            elif part.filename:
                files.append(SentFile(part.filename, part.content_type, part.data))
    except NotMultipart:
        raise Refused(Refusal.NOT_MULTIPART) from None
    except CutShort:
        raise Refused(Refusal.CUT_SHORT) from None
    if xml is None:
        raise Refused(Refusal.NO_XML)
    return Envelope(
        xml=xml,
        files=tuple(files),
        is_incomplete=is_incomplete,
        device=request.GET.get("deviceID", ""),
        agent=request.headers.get("User-Agent", ""),
    )


def pass_over(request: HttpRequest) -> None:
    """Behind a web server (and TLS ends nowhere else) take the rest of a refused body from it, unread and unkept.

    It has the whole body before it passes any of it on, and takes an answer that comes too early for a broken line:
    the phone would be told that the server is away. Without one in front nobody waits for a stranger's bytes.
    """
    left = _length(request)
    if not request.is_secure() or left > settings.PHONE_POST_MOST_BYTES:
        return
    with contextlib.suppress(OSError):
        while left > 0 and (piece := request.read(min(_PIECE, left))):
            left -= len(piece)


def _boundary(request: HttpRequest) -> bytes:
    try:
        return boundary_of(request.META.get("CONTENT_TYPE", ""))
    except NotMultipart:
        raise Refused(Refusal.NOT_MULTIPART) from None


def _read(request: HttpRequest) -> bytes:
    length = _length(request)
    if length < 0:
        raise Refused(Refusal.NO_LENGTH)
    if length > settings.PHONE_POST_MOST_BYTES:
        raise Refused(Refusal.TOO_LARGE)
    body = bytearray()
    while len(body) < length:
        try:
            piece = request.read(min(_PIECE, length - len(body)))
        except OSError:  # Django's UnreadablePostError among them: the line broke
            raise Refused(Refusal.CUT_SHORT) from None
        if not piece:
            raise Refused(Refusal.CUT_SHORT)
        body += piece
    return bytes(body)


def _length(request: HttpRequest) -> int:
    """As announced; -1 where it is not."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or -1)
    except ValueError:
        return -1
