"""A token for another system. The secret is shown once."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from server.api.models import ApiToken
from sync.keys import token_hash

MOST_DAYS = 366


@dataclass(frozen=True)
class IssuedToken:
    """``token`` can be shown now and never again."""

    token_id: int
    token: str


def issue_token(user_id: int, *, label: str, days: int, now: datetime) -> IssuedToken:
    """A token with the rights of this person, good for so many days.

    :raises ValueError: none, or more than a year: a forgotten token must not live for ever.
    """
    if not 0 < days <= MOST_DAYS:
        raise ValueError(f"1 to {MOST_DAYS} days")
    token = secrets.token_urlsafe(32)
    row = ApiToken.objects.create(
        token_hash=token_hash(token),
        user_id=user_id,
        label=label,
        issued_at=now,
        expires_on=timezone.localdate(now) + timedelta(days=days),
    )
    return IssuedToken(row.pk, token)
