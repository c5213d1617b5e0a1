"""Read the body of a submission off the wire, whole or not at all."""

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


def _boundary(request: HttpRequest) -> bytes:
    try:
        return boundary_of(request.META.get("CONTENT_TYPE", ""))
    except NotMultipart:
        raise Refused(Refusal.NOT_MULTIPART) from None


def _read(request: HttpRequest) -> bytes:
    try:
        length = int(request.META.get("CONTENT_LENGTH") or -1)
    except ValueError:
        length = -1
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
