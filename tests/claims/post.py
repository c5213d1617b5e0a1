"""A phone's POST, as Collect sends it."""

from django.http import HttpResponse
from django.test import Client

from server.demo.multipart import body


def send(token: str, xml: bytes) -> HttpResponse:
    """The answer that a phone with this key gets for one text."""
    content_type, data = body(xml, {})
    answer = Client(raise_request_exception=False).generic("POST", f"/key/{token}/submission", data, content_type)
    assert isinstance(answer, HttpResponse)
    return answer
