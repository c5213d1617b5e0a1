"""Match the whole registry at once and compare with what was decided at each arrival."""

import re
from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser, OutputWrapper
from django.utils import timezone

from server.field.match_all import Busy, match_all, match_nightly
from server.households.matching.engines import ENGINES, Choice
from server.households.matching.spark import HERE, NoSpark

_BAR = 30


class Command(BaseCommand):
    help = (
        "把整个登记册比对一遍，并与登记时的判断核对；有少量出入的重新推算，超过千分之一则报警、不改动。"
        "中断后再次运行会接着做。"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--look", action="store_true", help="只核对，不改动")
        parser.add_argument("--later", action="store_true", help="交给后台任务（每夜定时使用）")
        parser.add_argument(
            "--engine", choices=ENGINES, default=Choice.engine,
            help="打分的引擎：duckdb（默认，随程序安装）或 spark（另需 requirements-spark.txt 和 Java），结果相同",
        )
        parser.add_argument("--memory", type=_memory, default=Choice.memory, metavar="2GB",
                            help="引擎最多占用的内存，如 800MB、2GB；超出的写到磁盘")
        parser.add_argument("--master", default=HERE, metavar="URL",
                            help=f"Spark 的主节点（默认本机 {HERE}）；用集群时，TMPDIR 须是各节点都能读写的文件夹")

    def handle(self, *args: Any, **options: Any) -> None:
        choice = Choice(options["engine"], options["memory"], options["master"])
        try:
            choice.check()
            if options["later"]:
                match_nightly.enqueue(timezone.now().isoformat(), choice.engine, choice.memory, choice.master)
                self.stdout.write("已交给后台任务。")
                return
            found = match_all(
                timezone.now(), repair=not options["look"], choice=choice, tell=Bar(self.stderr)
            )
        except (NoSpark, Busy, PermissionError) as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(
            f"{found.registrations} 条登记，{found.pairs} 对判断；漏判或不同 {len(found.missed)} 对，"
            f"已不成立 {len(found.fallen)} 对（{found.share:.3%}）。"
        )
        if found.is_alarm:
            raise CommandError(found.alarm)


class Bar:
    """How far it is, a line for each stage: drawn again at every percent where somebody looks on, else written once."""

    def __init__(self, out: OutputWrapper) -> None:
        self.out, self.drawn = out, ""

    def __call__(self, stage: str, done: int, total: int) -> None:
        percent = 100 * done // max(1, total)
        line = f"{stage} {'█' * (percent * _BAR // 100):░<{_BAR}} {percent:3}%"
        is_done = done >= total
        if line != self.drawn and (is_done or self.out.isatty()):
            self.drawn = line
            start = "\r" if self.out.isatty() else ""
            self.out.write(f"{start}{line}", style_func=str, ending="\n" if is_done else "")
            self.out.flush()


def _memory(text: str) -> str:
    if not re.fullmatch(r"[1-9]\d{0,5}(MB|GB)", text):
        raise ArgumentTypeError("内存请写成 800MB 或 2GB 的样子")
    return text
