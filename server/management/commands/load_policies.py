"""The policies a worker can name on the phone, for a real installation (the demo's resources stay out)."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from server.support.load_catalogue import load_catalogue


class Command(BaseCommand):
    help = "装入随程序提供的政策目录；已有的（包括改过的）不动。可以重复执行。"

    def handle(self, *args: Any, **options: Any) -> None:
        added = load_catalogue(timezone.localdate(), only_policies=True)
        self.stdout.write(f"policies: {added} added")
