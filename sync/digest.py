"""HTTP Digest (RFC 7616; RFC 2617 is what phones were written for): MD5, qop=auth. Pure: secret and moment are told.

MD5, because ODK Collect and KoboCollect know no other. What it protects is a random password of 72 bits, so neither
the digest on the wire nor HA1 can be tried out; HA1 is as good as the password at this door and is stored sealed.

A nonce certifies itself, so that every process knows every nonce and none has to remember them:

    nonce = milliseconds (12 hex digits) random (8) HMAC-SHA256 of both under the server's secret (32)
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from urllib.parse import unquote_to_bytes
from urllib.request import parse_http_list

#: Part of every stored HA1: another realm makes every issued password worthless.
REALM = "tanfang"
#: A nonce is good for questions this long …
GOOD_FOR = timedelta(minutes=5)
#: … and for sending longer: a phone asks (HEAD) before it sends, and slow photos must not be sent twice.
GOOD_FOR_SENDING = timedelta(minutes=15)
_AHEAD = timedelta(minutes=1)  # the clocks of several servers
_NONCE = re.compile(r"[0-9a-f]{52}")
_HEX = re.compile(r"[0-9a-fA-F]{32}")
_NC = re.compile(r"[0-9a-fA-F]{8}")
# What passes unchanged through every client's quoting and coding. The desk's own rule is narrower.
_TYPEABLE = re.compile(r"[A-Za-z0-9.@+_-]+")


class Age(Enum):
    """What a nonce is worth."""

    GOOD = "good"
    STALE = "stale"  # ours, and too old: the phone may take a new one without asking its owner
    FOREIGN = "foreign"


@dataclass(frozen=True)
class Login:
    """The fields of one `Authorization: Digest …`."""

    username: str
    nonce: str
    uri: str
    response: str
    cnonce: str
    nc: int

    @property
    def count(self) -> str:
        """Which use of which nonce this is, as text that grows with time."""
        return f"{self.nonce}{self.nc:08x}"


def can_log_in(username: str) -> bool:
    """Whether this user name can be used in Digest and Basic by every client."""
    return _TYPEABLE.fullmatch(username) is not None


def ha1(username: str, password: str) -> str:
    """RFC 7616 §3.4.2."""
    return _md5(f"{username}:{REALM}:{password}")


def response(ha1: str, login: Login, method: str) -> str:
    """RFC 7616 §3.4.1, qop=auth: what the client must have answered."""
    return _md5(f"{ha1}:{login.nonce}:{login.nc:08x}:{login.cnonce}:auth:{_md5(f'{method}:{login.uri}')}")


def is_right(ha1: str, login: Login, method: str) -> bool:
    return hmac.compare_digest(response(ha1, login, method), login.response.lower())


def read_login(text: str) -> Login | None:
    """What follows the word Digest; None: not ours (another realm or algorithm, no qop, anything missing or odd)."""
    if not text.isascii():
        return None
    said: dict[str, str] = {}
    for part in parse_http_list(text):
        name, equals, value = part.partition("=")
        name = name.strip().lower()
        if not equals or name in said:
            return None
        said[name] = _unquoted(value.strip())
    login = Login(
        username=said.get("username", ""),
        nonce=said.get("nonce", ""),
        uri=said.get("uri", ""),
        response=said.get("response", ""),
        cnonce=said.get("cnonce", ""),
        nc=int(said["nc"], 16) if _NC.fullmatch(said.get("nc", "")) else 0,
    )
    is_ours = (
        said.get("realm") == REALM
        and said.get("qop") == "auth"
        and said.get("algorithm", "MD5").upper() == "MD5"
        and said.get("userhash", "false").lower() == "false"
    )
    is_whole = bool(login.username and login.uri and login.cnonce and login.nc and _HEX.fullmatch(login.response))
    return login if is_ours and is_whole else None


def names(uri: str, path: str, query: str) -> bool:
    """Whether the `uri` of a digest is the address that was asked: `path` as Django decodes it, `query` as sent."""
    if uri.startswith(("http://", "https://")):
        uri = "/" + uri.split("//", 1)[1].partition("/")[2]
    uri_path, _, uri_query = uri.partition("?")
    return unquote_to_bytes(uri_path) == path.encode("utf-8", "surrogateescape") and uri_query == query


def new_nonce(secret: bytes, now: datetime) -> str:
    """
    :param secret: the same in every process, and after a restart.
    """
    body = f"{_milliseconds(now):012x}{secrets.token_hex(4)}"
    return body + _seal(secret, body)


def age_of(nonce: str, secret: bytes, now: datetime, good_for: timedelta) -> Age:
    """What a nonce is worth now."""
    if not _NONCE.fullmatch(nonce) or not hmac.compare_digest(_seal(secret, nonce[:20]), nonce[20:]):
        return Age.FOREIGN
    age = timedelta(milliseconds=_milliseconds(now) - int(nonce[:12], 16))
    return Age.GOOD if -_AHEAD <= age <= good_for else Age.STALE


def latest_use(now: datetime) -> str:
    """Above every `count` that can be true now: what is remembered beyond it was written under a clock set wrongly."""
    return f"{_milliseconds(now + _AHEAD):012x}~"


def challenge(nonce: str, *, is_stale: bool) -> str:
    """The value of WWW-Authenticate."""
    stale = ", stale=true" if is_stale else ""
    return f'Digest realm="{REALM}", qop="auth", algorithm=MD5, nonce="{nonce}"{stale}'


def _milliseconds(now: datetime) -> int:
    return int(now.timestamp() * 1000)


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] == '"':
        return re.sub(r"\\(.)", r"\1", value[1:-1])
    return value


def _seal(secret: bytes, body: str) -> str:
    return hmac.new(secret, b"nonce" + body.encode(), hashlib.sha256).hexdigest()[:32]


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
