"""Who is at the phones' door by his token, and what he may still do. (By user name and password: `login.py`.)

The token stands in the URL, so it must not reach a log: granian is started without access log, nginx writes the door's
lines without the path (deploy/), and nothing here logs a path or a token.
"""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection

from sync.keys import token_hash
from sync.kinds import Ended
from sync.models import PhoneKey
from sync.prepared import PARAM, Prepared
from sync.problems import Refusal, Refused

SEEN_EVERY = timedelta(
    minutes=5
)  # "last seen" needs no more, and a write per request would cost more than the request
LEFT_GRACE = timedelta(days=30)

_KEY_FIELDS = tuple(field.attname for field in PhoneKey._meta.concrete_fields)
_USER_FIELDS = ("id", "username", "is_active")
_WANTED = (*_KEY_FIELDS, *(f"user__{name}" for name in _USER_FIELDS))
_by_token = Prepared(lambda: PhoneKey.objects.filter(token_hash=PARAM).values_list(*_WANTED))
_by_name = Prepared(
    lambda: PhoneKey.objects.filter(user__username=PARAM)
    .exclude(password_hash="")
    .order_by("-issued_at", "-pk")
    .values_list(*_WANTED)
)


def find_key(token: str, now: datetime) -> PhoneKey:
    """The key of a token, its person beside it (with what the door needs; the rest is fetched when asked). One query.

    :raises Refused: unknown, lost, expired before its first use. Never 401: Collect would ask for a password.
    """
    rows = _by_token(token_hash(token))
    if not rows:
        raise Refused(Refusal.BAD_KEY)
    return check_usable(_key(rows[0]), now)


def keys_with_password(username: str) -> list[PhoneKey]:
    """All keys of this person that have a password, the newest first, ended ones too. One query."""
    return [_key(row) for row in _by_name(username)]


def check_usable(key: PhoneKey, now: datetime) -> PhoneKey:
    """The same key.

    :raises Refused: it was lost, or expired before its first use.
    """
    if key.ended_how == Ended.LOST:
        raise Refused(Refusal.KEY_LOST)
    if key.first_used_at is None and key.expires_at is not None and key.expires_at <= now:
        raise Refused(Refusal.KEY_EXPIRED)
    return key


def _key(row: tuple[Any, ...]) -> PhoneKey:
    key = PhoneKey.from_db(connection.alias, _KEY_FIELDS, row[: len(_KEY_FIELDS)])
    key.user = get_user_model().from_db(connection.alias, _USER_FIELDS, row[len(_KEY_FIELDS) :])
    return key


def may_fetch(key: PhoneKey) -> None:
    """Forms and lists.

    :raises Refused: the person has left. An error, never an empty list: that would empty the phone of unsent work.
    """
    if key.ended_how or not key.user.is_active:
        raise Refused(Refusal.KEY_LEFT)


def may_send(key: PhoneKey, now: datetime) -> bool:
    """True: as usual. False: the person has left, what he sends is kept apart.

    :raises Refused: he left more than 30 days ago.
    """
    if key.ended_at is not None and key.ended_at + LEFT_GRACE < now:
        raise Refused(Refusal.KEY_LEFT_LONG_AGO)
    return not key.ended_how and key.user.is_active


def note_seen(key: PhoneKey, now: datetime, *, device: str, agent: str) -> None:
    """Remember when and with what this phone was last here; at most one write in five minutes."""
    device, agent = device[:100], agent[:200]
    news = (device and device != key.last_device) or (agent and agent != key.last_agent)
    if key.last_seen_at is not None and not news and now - key.last_seen_at < SEEN_EVERY:
        return
    PhoneKey.objects.filter(pk=key.pk).update(
        first_used_at=key.first_used_at or now,
        last_seen_at=now,
        last_device=device or key.last_device,
        last_agent=agent or key.last_agent,
    )
