"""Upgrade of an installation from before homes: list what changes, and with --apply file what has to be on record."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from server.field.rebuild import rebuild
from server.field.settle_homes import file_upgrade, find_upgrade, leads_by_state


class Command(BaseCommand):
    help = "升级用：列出按“村居归属”新规则有变化的户数；加 --apply 补记归属并重建。可重复执行。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--apply", action="store_true", help="补记归属，然后重建所有派生表")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        found = find_upgrade(self.stdout.write)
        for what, count in found.counts.items():
            self.stdout.write(f"{count:>8}  {what}")
        if not options["apply"]:
            self.stdout.write("以上只是查看，没有改动。确认后加 --apply 执行。")
            return
        before = leads_by_state()
        self.stdout.write(f"已补记 {file_upgrade(found, now)} 条归属。")
        rebuild(now, tell=self.stdout.write)
        after = leads_by_state()
        for state in sorted(before | after):
            if before[state] != after[state]:
                self.stdout.write(f"线索“{state}”：原 {before[state]} 条，现 {after[state]} 条。")
