"""Personal addresses and passwords for phones: issue one, end one. The secrets exist on paper and on the phone only."""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth import get_user_model

from sync.digest import can_log_in, ha1
from sync.kinds import Ended
from sync.models import PhoneKey
from sync.vault.envelope import seal_row
from sync.vault.lookup import keyed

#: Small letters only (no change of keyboard on a phone), none that is read as another.
LETTERS = "abcdefghjkmnpqrstuvwxyz"
GROUPS, GROUP = 4, 4  # 23 ** 16: 72 bits


class CannotLogIn(Exception):
    """A user name that not every client can send (letters outside ASCII, colons, quotes): issue a QR instead."""


@dataclass(frozen=True)
class IssuedKey:
    """One phone's way in. What is here can be shown now and never again.

    By QR or link: the server URL is `https://host/key/TOKEN` (KoBo style: `https://host/collector/TOKEN`), without
    user name and password. By hand, if a password was asked for: the server URL is `https://host` alone (or
    `https://host/USER_NAME`), with `user_name` and `password`, hyphens included.
    """

    key_id: int
    token: str = field(repr=False)
    user_name: str = ""
    password: str = field(default="", repr=False)


def token_hash(token: str) -> str:
    """What is stored of a token. It is 256 random bits, so a plain hash cannot be turned round."""
    return hashlib.sha256(token.encode()).hexdigest()


def password_hash(user_id: int, password: str) -> str:
    """What is stored of a phone's password for Basic.

    A fast hash is enough: slow ones are for passwords people choose, which can be tried out from a list. This one is
    72 random bits, and without the key ring nothing can be tried at all.
    """
    return keyed("phone password", f"{user_id}:{password}")


def new_password() -> str:
    """A password to be typed from paper: `kwtm-hzqa-bnxe-rdpc`."""
    groups = ("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))
    return "-".join(groups)


def issue_key(
    user_id: int,
    *,
    label: str,
    by: int | None,
    now: datetime,
    expires_at: datetime | None = None,
    with_password: bool = False,
) -> IssuedKey:
    """A new key for one phone of this person. After `expires_at` it is refused unless it has been used before.

    ``with_password``: also a password for phones that cannot scan. It belongs to this one key: it is used up by the
    same first use, and ends with it (`end_key`). It is never the password of the desk.

    :raises CannotLogIn: a password was asked for, and the person's user name cannot be sent by every client.
    """
    token, user_name, password = secrets.token_urlsafe(32), "", ""
    if with_password:
        user_name = get_user_model().objects.values_list("username", flat=True).get(pk=user_id)
        if not can_log_in(user_name):
            raise CannotLogIn(user_name)
        password = new_password()
    key = PhoneKey.objects.create(
        token_hash=token_hash(token),
        password_hash=password_hash(user_id, password) if password else "",
        # With whose it is: sealed bytes put into another person's row open nothing.
        ha1_sealed=seal_row([user_id, ha1(user_name, password)]) if password else b"",
        user_id=user_id,
        label=label,
        issued_at=now,
        issued_by_id=by,
        expires_at=expires_at,
    )
    return IssuedKey(key.pk, token, user_name, password)


def end_key(key_id: int, how: Ended, now: datetime) -> bool:
    """End a key. LEFT: no more lists, unsent work is still taken for a while. LOST: nothing any more.

    A key that ended as LEFT can still be ended as LOST; otherwise a second time changes nothing (False).
    """
    open_ones = PhoneKey.objects.filter(pk=key_id)
    if how == Ended.LOST:
        return open_ones.exclude(ended_how=Ended.LOST).update(ended_at=now, ended_how=how) == 1
    return open_ones.filter(ended_how=Ended.OPEN).update(ended_at=now, ended_how=how) == 1
