"""Empty the derived tables and derive them again."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from server.field.dump import digest_of, dump
from server.field.match_across import match_across
from server.field.rebuild import rebuild


class Command(BaseCommand):
    help = "清空并重建所有派生表；依据只有收到的记录和作出的决定。期间手机可以照常报送。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--shuffle", type=int, metavar="SEED", help="换一个处理顺序；结果应当相同")
        parser.add_argument(
            "--compare", action="store_true", help="重建前后各取一次摘要并比较（期间不要报送）"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["compare"]:
            match_across()
        before = digest_of(dump()) if options["compare"] else ""
        done = rebuild(timezone.now(), shuffle=options["shuffle"], tell=self.stdout.write)
        self.stdout.write(f"重建完成：{done} 条记录。")
        if before:
            self.stdout.write("与重建前相同。" if digest_of(dump()) == before else "与重建前不同！")
