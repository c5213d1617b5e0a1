"""Who is there by user name and phone password: Digest, and on TLS also Basic. One query.

What a digest promises and what it does not. A nonce is good for minutes, and every use of one has a number (nc). A
submission is taken from each use once, later uses only (`spend`): whoever overheard one cannot send another under the
same words. Questions are not counted: phones repeat them with the same number when a line breaks, a count common to all
processes would cost a write for each, and who overhears a question on http overhears its answer. The rest is TLS's.
"""

import binascii
import hmac
import logging
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q

from sync.auth import check_usable, keys_with_password
from sync.brake import PAUSE, Brake
from sync.digest import (
    GOOD_FOR,
    GOOD_FOR_SENDING,
    REALM,
    Age,
    age_of,
    can_log_in,
    challenge,
    is_right,
    latest_use,
    names,
    new_nonce,
    read_login,
)
from sync.keys import password_hash
from sync.models import PhoneKey
from sync.problems import Refusal, Refused
from sync.vault.envelope import open_row

log = logging.getLogger(__name__)
BRAKE = Brake()


@dataclass(frozen=True)
class Asked:
    """What of a request says who it comes from."""

    method: str
    path: str
    query: str
    authorization: str
    address: str
    device: str
    is_secure: bool


@dataclass(frozen=True)
class Entry:
    """Whose phone, and which use of which nonce let it in ("": none was needed)."""

    key: PhoneKey
    use: str = ""


def log_in(asked: Asked, now: datetime) -> Entry:
    """The key whose password was given.

    :raises Refused: 401 with a challenge (nothing given, wrong, a nonce too old); 403 lost or expired; 429 a pause
        after wrong ones; 400 a digest made for another address.
    """
    scheme, _, rest = asked.authorization.partition(" ")
    if scheme.lower() == "digest":
        return _by_digest(asked, rest.strip(), now)
    if scheme.lower() == "basic":
        return _by_basic(asked, rest.strip(), now)
    raise challenged(Refusal.NOT_LOGGED_IN, asked, now)


def spend(entry: Entry, asked: Asked, now: datetime) -> None:
    """Use up, for sending, this use of a nonce and all before it. To be called when the body is whole: a line that
    broke has used up nothing.

    :raises Refused: it was used up before; the phone takes a new nonce and sends again, nobody is asked.
    """
    if not entry.use:
        return
    is_later = Q(spent__lt=entry.use) | Q(spent__gt=latest_use(now))
    if not PhoneKey.objects.filter(is_later, pk=entry.key.pk).update(spent=entry.use):
        raise challenged(Refusal.LOGIN_TOO_OLD, asked, now)


def challenged(why: Refusal, asked: Asked, now: datetime) -> Refused:
    """A 401 with the ways to log in: Digest first, Basic only where nobody overhears it."""
    ways = challenge(new_nonce(_secret(), now), is_stale=why == Refusal.LOGIN_TOO_OLD)
    if asked.is_secure:
        ways += f', Basic realm="{REALM}"'
    return Refused(why, {"WWW-Authenticate": ways})


def _by_digest(asked: Asked, said: str, now: datetime) -> Entry:
    login = read_login(said)
    if login is None:
        raise challenged(Refusal.NOT_LOGGED_IN, asked, now)
    if not names(login.uri, asked.path, asked.query):
        raise Refused(Refusal.WRONG_ADDRESS)
    key = _find(login.username, lambda key: is_right(_ha1(key), login, asked.method), asked, now)
    good_for = GOOD_FOR_SENDING if asked.method == "POST" else GOOD_FOR
    if age_of(login.nonce, _secret(), now, good_for) != Age.GOOD:
        raise challenged(Refusal.LOGIN_TOO_OLD, asked, now)
    check_usable(key, now)
    return Entry(key, login.count)


def _by_basic(asked: Asked, said: str, now: datetime) -> Entry:
    if not asked.is_secure:
        raise challenged(Refusal.BASIC_NEEDS_HTTPS, asked, now)
    try:
        name, _, password = b64decode(said, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        raise challenged(Refusal.NOT_LOGGED_IN, asked, now) from None
    key = _find(
        name,
        lambda key: hmac.compare_digest(password_hash(key.user_id, password), key.password_hash),
        asked,
        now,
    )
    check_usable(key, now)
    return Entry(key)


def _find(name: str, fits: Callable[[PhoneKey], bool], asked: Asked, now: datetime) -> PhoneKey:
    """The one of the person's keys that fits: each of his phones has its own password."""
    keys = keys_with_password(name) if can_log_in(name) else []
    key = next((key for key in keys if fits(key)), None)
    was_here = key is not None and asked.device != "" and asked.device == key.last_device
    if not was_here and BRAKE.is_on(name, asked.address, now):
        raise Refused(Refusal.TOO_MANY_TRIES, {"Retry-After": str(int(PAUSE.total_seconds()))})
    if key is None:
        if BRAKE.note_wrong(name, asked.address, now):
            log.warning("the door: many wrong phone passwords for %r from %s", name, asked.address)
        raise challenged(Refusal.WRONG_PASSWORD, asked, now)
    return key


def _ha1(key: PhoneKey) -> str:
    """"": the bytes are another person's, which fits nothing."""
    user_id, ha1 = open_row(bytes(key.ha1_sealed))
    return str(ha1) if user_id == key.user_id else ""


def _secret() -> bytes:
    return settings.SECRET_KEY.encode()
