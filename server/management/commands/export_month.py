"""Write one 街镇's ledger workbook."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from server.accounts.kinds import AccessKind
from server.accounts.scope import log_access
from server.areas.models import Area
from server.ledgers.export import export_month


class Command(BaseCommand):
    help = "Write the four tables of a 街镇 (code) for a month (YYYY-MM) as one .xlsx; prints its path. Logged."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("town", help="9-digit code of the 街镇")
        parser.add_argument("month", help="YYYY-MM")
        parser.add_argument("--out", type=Path, default=Path("."), help="folder to write to")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        try:
            made = export_month(options["town"], options["month"], made_by="", now=now)
        except (ValueError, Area.DoesNotExist) as reason:
            raise CommandError(str(reason)) from reason
        options["out"].mkdir(parents=True, exist_ok=True)
        path = options["out"] / made.name
        path.write_bytes(made.data)
        subject = f"{options['town']}/{options['month']}"
        log_access(None, AccessKind.EXPORT, subject, now=now, detail=f"export_month {made.digest}")
        self.stdout.write(str(path))
