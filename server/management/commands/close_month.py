"""Lock one 街镇's month."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from server.areas.models import Area
from server.ledgers.close import CannotClose, close_month


class Command(BaseCommand):
    help = "Lock the month (YYYY-MM) of a 街镇 (code): its lines are frozen and chained to the month before."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("town", help="9-digit code of the 街镇")
        parser.add_argument("month", help="YYYY-MM")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = close_month(options["town"], options["month"], by=None, now=timezone.now())
        except (CannotClose, ValueError, Area.DoesNotExist) as reason:
            raise CommandError(str(reason)) from reason
        word = "locked" if done.is_new else "locked before"
        self.stdout.write(f"{word}: {done.month} {done.month.counts} {done.month.checksum} ({done.parked} parked)")
