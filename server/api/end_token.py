"""Taking a token back."""

from datetime import datetime

from server.api.models import ApiToken


def end_token(token_id: int, now: datetime) -> bool:
    """End a token at once; False if it had ended before or never was."""
    return ApiToken.objects.filter(pk=token_id, ended_at=None).update(ended_at=now) == 1
