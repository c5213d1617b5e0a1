"""A line that logs in as phones do: nothing before a challenge, then Digest with one nonce as long as it lasts. The
digests are Python's own (urllib), not ours."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from urllib.request import HTTPDigestAuthHandler, HTTPPasswordMgrWithDefaultRealm, Request, parse_http_list
from urllib.request import parse_keqv_list as pairs

from server.demo.line import Answer, Line


def basic(username: str, password: str) -> str:
    return "Basic " + b64encode(f"{username}:{password}".encode()).decode()


class Digester:
    """Answers challenges; remembers the last one and counts."""

    def __init__(self, username: str, password: str) -> None:
        self._passwords = HTTPPasswordMgrWithDefaultRealm()
        self._handler = HTTPDigestAuthHandler(self._passwords)
        self._username, self._password = username, password
        self.asked: dict[str, str] = {}

    def take(self, challenge: str) -> None:
        # Basic, where it is offered too, comes after it.
        self.asked = pairs(parse_http_list(challenge.partition(", Basic ")[0].removeprefix("Digest ")))

    def words(self, method: str, url: str) -> str:
        """The value of Authorization for this request."""
        self._passwords.add_password(None, url, self._username, self._password)
        return f"Digest {self._handler.get_authorization(Request(url, method=method), self.asked)}"


@dataclass
class LoggedIn:
    """`line`, with a user name and a password. `told`: every status that came back."""

    line: Line
    username: str
    password: str = field(repr=False)
    told: list[tuple[str, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.digester = Digester(self.username, self.password)

    def ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
        for _ in range(3):
            words = {"Authorization": self.digester.words(method, url)} if self.digester.asked else {}
            answer = self.line.ask(method, url, {**headers, **words}, body)
            self.told.append((f"{method} {urlsplit(url).path}", answer.status))
            if answer.status != 401 or (words and "stale=true" not in answer.headers["www-authenticate"]):
                break
            self.digester.take(answer.headers["www-authenticate"])
        return answer
