"""Change the master key."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from server.rotate import rotate


class Command(BaseCommand):
    help = "Make a new master key and renew everything under it; a day later give the old one up with --drop-old."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--drop-old", action="store_true", help="make no new key; renew the rest, drop older keys"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        done = rotate(settings.KEY_RING_PATH, drop_old=options["drop_old"])
        self.stdout.write(f"active key {done.active}; {done.renewed} values renewed")
        if done.is_dropped:
            self.stdout.write(
                "older keys dropped: backups of the database older than this need the older ring file"
            )
        else:
            self.stdout.write("back the key ring up now; tomorrow: manage.py rotate_keys --drop-old")
