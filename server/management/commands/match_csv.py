"""Match a list from outside."""

from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from server.households.matching.lists.match_list import match_list
from server.households.matching.lists.read_list import ListRefused
from server.households.matching.live import live_model
from server.households.registered import registered


class Command(BaseCommand):
    help = "比对一份外来名单（CSV）：哪些记录是同一户。不改动数据库；结果写入一个文件夹，要么完整，要么没有。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.csv")
        parser.add_argument("--out", type=_folder, required=True, metavar="DIR", help="结果文件夹")
        parser.add_argument("--against-registry", action="store_true", help="同时与登记册中的各户比对")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = match_list(
                options["file"],
                options["out"],
                live_model(),
                year=timezone.localdate().year,
                registry=registered() if options["against_registry"] else (),
                tell=self.stderr.write,
            )
        except ListRefused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(
            f"共 {done.rows} 条记录，{done.households} 户；"
            f"{done.merged} 条并入在前的记录，{done.reviewed} 条需人工查看。"
        )
        if done.common:
            self.stdout.write(f"有 {done.common} 个比对键过于常见（如同一电话出现上千次），未据此比对。")


def _folder(text: str) -> Path:
    path = Path(text)
    if not path.name:
        raise ArgumentTypeError("请写明结果文件夹的名称")
    return path.absolute()
