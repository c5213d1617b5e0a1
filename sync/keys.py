"""Personal addresses for phones: issue one, end one. The secret exists in the QR and on the phone only."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from sync.kinds import Ended
from sync.models import PhoneKey


@dataclass(frozen=True)
class IssuedKey:
    """`token` can be shown now and never again; the phone's server URL is `https://host/key/TOKEN`."""

    key_id: int
    token: str


def token_hash(token: str) -> str:
    """What is stored of a token. It is 256 random bits, so a plain hash cannot be turned round."""
    return hashlib.sha256(token.encode()).hexdigest()


def issue_key(
    user_id: int, *, label: str, by: int | None, now: datetime, expires_at: datetime | None = None
) -> IssuedKey:
    """A new key for one phone of this person. After `expires_at` it is refused unless it has been used before."""
    token = secrets.token_urlsafe(32)
    key = PhoneKey.objects.create(
        token_hash=token_hash(token),
        user_id=user_id,
        label=label,
        issued_at=now,
        issued_by_id=by,
        expires_at=expires_at,
    )
    return IssuedKey(key.pk, token)


def end_key(key_id: int, how: Ended, now: datetime) -> bool:
    """End a key. LEFT: no more lists, unsent work is still taken for a while. LOST: nothing any more.

    A key that ended as LEFT can still be ended as LOST; otherwise a second time changes nothing (False).
    """
    open_ones = PhoneKey.objects.filter(pk=key_id)
    if how == Ended.LOST:
        return open_ones.exclude(ended_how=Ended.LOST).update(ended_at=now, ended_how=how) == 1
    return open_ones.filter(ended_how=Ended.OPEN).update(ended_at=now, ended_how=how) == 1
