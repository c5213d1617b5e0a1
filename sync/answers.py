"""HTTP answers as phones expect them: the OpenRosa header, text/xml, gzip, ETag and 304, HEAD.

`X-OpenRosa-Version` must stand on formList, manifest and integrity and on their errors; it stands on everything. What
is cached is private to the phone and asked again each time, but for form definitions: they never change.
"""

import gzip
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import http_date, parse_etags
from django.utils.text import compress_sequence

from sync.openrosa import refusal, thanks
from sync.problems import Refusal

XML = "text/xml; charset=utf-8"
CSV = "text/csv; charset=utf-8"
ASK_AGAIN = "private, no-cache"
NEVER_CHANGES = "private, max-age=2592000, immutable"
NOT_KEPT = "no-store"
Answer = TypeVar("Answer", bound=HttpResponseBase)
_WORTH_GZIP = 400  # bytes; below it the answer fits one packet anyway


def document(
    request: HttpRequest, body: bytes, *, etag: str, type: str = XML, cache: str = ASK_AGAIN
) -> HttpResponse:
    """A whole document, or 304 if the phone has it."""
    if _has(request, etag):
        return _dressed(HttpResponse(status=304), etag, cache)
    answer = HttpResponse(body, content_type=type)
    if len(body) > _WORTH_GZIP and _takes_gzip(request):
        answer.content = gzip.compress(body, 5)
        answer["Content-Encoding"] = "gzip"
    answer["Content-Length"] = str(len(answer.content))
    _dressed(answer, etag, cache)
    if request.method == "HEAD":
        answer.content = b""
    return answer


def stream(request: HttpRequest, pieces: Iterable[bytes], *, etag: str, type: str = CSV) -> HttpResponseBase:
    """A long document in pieces, or 304 without taking any of them."""
    if _has(request, etag):
        return _dressed(HttpResponse(status=304), etag, ASK_AGAIN)
    if request.method == "HEAD":
        return _dressed(HttpResponse(content_type=type), etag, ASK_AGAIN)
    if not _takes_gzip(request):
        return _dressed(StreamingHttpResponse(pieces, content_type=type), etag, ASK_AGAIN)
    answer = StreamingHttpResponse(compress_sequence(pieces), content_type=type)
    answer["Content-Encoding"] = "gzip"
    return _dressed(answer, etag, ASK_AGAIN)


def received(status: int, *sentence: str) -> HttpResponse:
    """201 or 202; without a sentence Collect shows its own "Success"."""
    return _dressed(HttpResponse(thanks(*sentence), content_type=XML, status=status), "", NOT_KEPT)


def refused(why: Refusal, headers: Mapping[str, str] = MappingProxyType({})) -> HttpResponse:
    """A refusal of the catalogue, and what it carries besides."""
    answer = HttpResponse(refusal(why.sentence), content_type=XML, status=why.status)
    # Django logs the path of every answer from 400 on, and here the path holds the key.
    answer._has_been_logged = True  # type: ignore[attr-defined]
    for name, value in headers.items():
        answer[name] = value
    return _dressed(answer, "", NOT_KEPT)


def submission_head() -> HttpResponse:
    """204, the only status whose headers Collect reads; any other 2xx and it sends nothing."""
    answer = _dressed(HttpResponse(status=204), "", NOT_KEPT)
    del answer["Content-Type"]
    answer["X-OpenRosa-Accept-Content-Length"] = str(settings.PHONE_POST_BYTES)
    answer["Date"] = http_date()
    return answer


def _dressed(answer: Answer, etag: str, cache: str) -> Answer:
    answer["X-OpenRosa-Version"] = "1.0"
    answer["Cache-Control"] = cache
    if etag:
        answer["ETag"] = _weak(etag)
        answer["Vary"] = "Accept-Encoding"
    return answer


def _weak(etag: str) -> str:
    """Weak: the same tag stands for the plain and the compressed bytes."""
    return f'W/"{etag}"'


def _has(request: HttpRequest, etag: str) -> bool:
    asked = request.headers.get("If-None-Match", "")
    return bool(asked) and any(tag.removeprefix("W/") == f'"{etag}"' for tag in parse_etags(asked))


def _takes_gzip(request: HttpRequest) -> bool:
    return "gzip" in request.headers.get("Accept-Encoding", "")
