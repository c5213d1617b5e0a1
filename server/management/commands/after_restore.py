"""After the database was restored from a backup."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from sync.versions import raise_all


class Command(BaseCommand):
    help = "从备份恢复数据库之后执行一次：调高名单各行的版本，使手机重新取用服务器的内容。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--margin", type=int, default=1000, help="多于备份之后同一户可能被报送的次数"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        raise_all(options["margin"])
        self.stdout.write(f"versions raised by {options['margin']}")
