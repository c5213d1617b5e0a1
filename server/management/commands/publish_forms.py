"""Publish the forms that come with the program."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from forms.publish import PublishRefused, publish
from server.field.names import ENTITY_LISTS, KNOWN_LISTS, QUESTIONS


class Command(BaseCommand):
    help = "Compile and publish *.xlsx of a folder (xlsforms/); what is published already stays as it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=settings.BASE_DIR / "xlsforms")
        parser.add_argument(
            "--since",
            type=lambda day: timezone.make_aware(datetime.fromisoformat(day)),
            help="publication day (yyyy-mm-dd) of what is new: no visit counts as made before it; default: now",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = options["since"] or timezone.now()
        for path in sorted(options["folder"].glob("[!~.]*.xlsx")):
            # Static files of a form lie in a folder beside it, as ODK tools expect: screening-media/.
            files = {file.name: file.read_bytes() for file in path.with_name(f"{path.stem}-media").glob("*")}
            try:
                version = publish(
                    path.read_bytes(),
                    lists=KNOWN_LISTS,
                    properties=ENTITY_LISTS,
                    known_questions=QUESTIONS,
                    now=now,
                    files=files,
                    name=path.name,
                )
            except PublishRefused as refused:
                raise CommandError(f"{path.name}:\n{refused}") from None
            self.stdout.write(f"forms: {version} ({version.checked_by})")
