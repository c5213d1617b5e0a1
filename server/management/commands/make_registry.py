"""Write an invented, dirty registry and its truth: for trying out, training and measuring the matcher."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from server.demo.registry.make_registry import make_registry
from server.demo.registry.qingpu import qingpu
from server.demo.registry.write_registry import write_registry


class Command(BaseCommand):
    help = (
        "生成一份虚构的登记名册（registry.csv）及其真值，供试用、训练和测评查重使用；同一 --seed 结果相同。"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("out", type=Path, help="写入的目录")
        parser.add_argument("--rows", type=int, default=10_000, help="行数（默认一万）")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--noise", type=float, default=1.0, help="差错多少：1 为一般，1.6 为很差")
        parser.add_argument("--members", action="store_true", help="加一列家庭成员姓名和证件号码")

    def handle(self, *args: Any, **options: Any) -> None:
        lines = make_registry(
            qingpu(), options["rows"], options["seed"], options["noise"], with_members=options["members"]
        )
        count = write_registry(lines, options["out"], with_members=options["members"])
        self.stdout.write(f"{count} 行 → {options['out']}")
