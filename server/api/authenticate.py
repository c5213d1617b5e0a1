"""Who asks: a system with a token of ours.

Own tokens, not rest_framework.authtoken: that one keeps them readable in the database, for ever, and one for each
person. Ours are kept as hashes, several for a person, each with a purpose, an end and a way to take it back alone.
"""

from datetime import date

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from server.accounts.models import User
from server.api.models import ApiToken
from sync.keys import token_hash

SCHEME = "Bearer"


class TokenAuthentication(BaseAuthentication):
    """``Authorization: Bearer TOKEN``."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        words = get_authorization_header(request).decode("latin-1").split()
        if not words or words[0].lower() != SCHEME.lower():
            return None
        if len(words) != 2:
            raise AuthenticationFailed("令牌写法不对：Authorization: Bearer 令牌")
        token = find_token(words[1], timezone.localdate())
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """Named in the 401 of whoever comes without anything."""
        return SCHEME


def find_token(text: str, today: date) -> ApiToken:
    """The token, its person loaded; remembers the day of its use.

    :raises AuthenticationFailed: unknown, ended, expired, or its person's account is switched off. One sentence for
        all: a guesser learns nothing.
    """
    token = ApiToken.objects.select_related("user").filter(token_hash=token_hash(text), ended_at=None).first()
    if token is None or token.expires_on <= today or not token.user.is_active:
        raise AuthenticationFailed("令牌无效或已过期，请向区民政局重新申请。")
    if token.last_used_on != today:
        ApiToken.objects.filter(pk=token.pk).update(last_used_on=today)
    return token


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the API page describes it."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}
