"""Make the key ring of this installation, once."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from sync.vault.keyring import create_keyring


class Command(BaseCommand):
    help = "Make the key ring file at KEY_RING_PATH unless it exists. Back it up apart from the database."
    # The checks would refuse to run this command for want of the very ring it makes.
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        made = create_keyring(settings.KEY_RING_PATH)
        self.stdout.write(f"key ring {'made' if made else 'present'}: {settings.KEY_RING_PATH}")
