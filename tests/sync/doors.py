"""What the tests of the doors share: a clock to move, a client, what was answered."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.test import Client
from lxml import etree

from server.demo.line import Answer
from sync.keys import IssuedKey
from sync.problems import Refusal
from tests.sync.house import NOW, ClientLine
from tests.sync.passwords import Digester


class Clock:
    """The server's; a test moves it."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at


class Line(ClientLine):
    """The test client as a line, on http or behind a proxy that says it was https."""

    def __init__(self, origin: str = "http://testserver", **environ: str) -> None:
        super().__init__()
        self.origin = origin
        self.client = Client(raise_request_exception=False, **environ)

    def ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
        assert url.startswith(self.origin), f"{url}: that is another server"
        return super().ask(method, url.removeprefix(self.origin), headers, body)


def get(path: str, words: str = "", *, method: str = "GET", secure: bool = False, **extra: Any) -> Any:
    headers = {"Authorization": words} if words else {}
    return Client(raise_request_exception=False).generic(
        method, path, secure=secure, headers=headers, **extra
    )


def why(answer: Any) -> Refusal:
    """The refusal whose sentence was told, in OpenRosa form."""
    assert answer["Content-Type"].startswith("text/xml")
    assert answer["X-OpenRosa-Version"] == "1.0"
    told = etree.fromstring(answer.content)[0].text
    [found] = [refusal for refusal in Refusal if refusal.sentence == told]
    assert answer.status_code == found.status
    return found


def digester(issued: IssuedKey, path: str = "/formList") -> Digester:
    made = Digester(issued.user_name, issued.password)
    made.take(get(path)["WWW-Authenticate"])
    return made


def urls_in(document: bytes) -> list[str]:
    return [
        element.text
        for element in etree.fromstring(document).iter("{*}downloadUrl", "{*}manifestUrl", "{*}integrityUrl")
    ]
