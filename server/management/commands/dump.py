"""Tell whether two installations, or two moments, hold the same derived rows."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from server.field.dump import digest_of, dump


class Command(BaseCommand):
    help = "各派生表的行数和摘要（不显示内容）；重建前后、两台机器之间应当相同。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--digest", action="store_true", help="只显示总摘要")
        parser.add_argument("--without-receipt", action="store_true", help="不计由收到时间得出的内容")

    def handle(self, *args: Any, **options: Any) -> None:
        tables = dump(receipt=not options["without_receipt"])
        if not options["digest"]:
            for name, rows in tables.items():
                self.stdout.write(f"{name:<12}{len(rows):>8}  {digest_of({name: rows})[:16]}")
        self.stdout.write(digest_of(tables))
