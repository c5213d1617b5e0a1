"""Load the places of the district."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from server.areas.load_areas import QINGPU, load_areas


class Command(BaseCommand):
    help = "Load 街镇 and 村居 from a csv file (code,name,kind,parent); may be run again at any time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", nargs="?", type=Path, default=QINGPU)

    def handle(self, *args: Any, **options: Any) -> None:
        done = load_areas(options["path"])
        self.stdout.write(f"areas: {done.added} added, {done.changed} changed, {done.closed} closed")
