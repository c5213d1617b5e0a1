"""How a simulated phone reaches the server: a real socket, kept open like OkHttp keeps it."""

import http.client
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Answer:
    """`headers` by lower-case name."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class Line(Protocol):
    """One request, one answer. Raises OSError when the line breaks."""

    def ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Answer: ...


class SocketLine:
    """HTTP/1.1 over a socket; follows no redirect."""

    def __init__(self, timeout: float = 60.0) -> None:
        self.timeout = timeout
        self._open: dict[tuple[str, str], http.client.HTTPConnection] = {}

    def ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
        parts = urlsplit(url)
        place = (parts.scheme, parts.netloc)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        is_fresh = place not in self._open
        try:
            return self._once(place, method, target, headers, body)
        except (http.client.HTTPException, OSError) as broken:
            self.hang_up(place)
            if is_fresh:
                raise _line_broken(broken) from broken
        # The server had closed the idle connection: OkHttp, too, tries once more on a new one.
        try:
            return self._once(place, method, target, headers, body)
        except (http.client.HTTPException, OSError) as broken:
            self.hang_up(place)
            raise _line_broken(broken) from broken

    def hang_up(self, place: tuple[str, str] | None = None) -> None:
        """Close this connection, or all."""
        for key in [place] if place else list(self._open):
            if (connection := self._open.pop(key, None)) is not None:
                connection.close()

    def _once(
        self, place: tuple[str, str], method: str, target: str, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        connection = self._open.get(place)
        if connection is None:
            kind = http.client.HTTPSConnection if place[0] == "https" else http.client.HTTPConnection
            connection = self._open[place] = kind(place[1], timeout=self.timeout)
        connection.request(method, target, body=body, headers={**headers})
        answer = connection.getresponse()
        content = answer.read()
        return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, content)


def _line_broken(why: Exception) -> OSError:
    """An answer that ends in the middle is a broken line too."""
    return why if isinstance(why, OSError) else ConnectionError(type(why).__name__)
