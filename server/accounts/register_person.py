"""Open an account for a person."""

from django.db import IntegrityError, transaction

from server.accounts.models import User


def register_person(username: str, *, name: str, password: str) -> User | None:
    """A new account without any role yet; None if somebody already has that log-in name.

    ``password`` is the first one, told to the person by word of mouth and changed by him.
    """
    try:
        with transaction.atomic():
            return User.objects.create_user(username, password=password, name=name.strip())
    except IntegrityError:
        return None
