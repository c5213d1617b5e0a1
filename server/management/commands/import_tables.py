"""Bring the four tables of a 街镇 in from today's spreadsheets."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from server.accounts.models import User
from server.areas.models import Area
from server.exchange.dry_run import Given, dry_run
from server.exchange.import_tables import import_tables
from server.exchange.report import LineTold, Report
from server.exchange.values import Problem
from server.households.code import household_code
from server.households.mask import mask_name


class Command(BaseCommand):
    help = "把街镇现有的表一至表四（.xlsx、.xls、.csv）导入为首批数据；有一处错误就一行也不导入。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--town", required=True, help="街镇的九位代码")
        parser.add_argument("--month", required=True, help="表是哪个月的，如 2024-08")
        parser.add_argument("--by", default="", help="导入人的用户名；同一人不能审核自己的导入")
        parser.add_argument("--dry-run", action="store_true", help="只试读，逐行报告，什么都不写")

    def handle(self, *args: Any, **options: Any) -> None:
        by = None
        if options["by"]:
            by = User.objects.filter(username=options["by"]).values_list("pk", flat=True).first()
            if by is None:
                raise CommandError(f"没有用户 {options['by']}")
        try:
            files = [Given(path.name, path.read_bytes()) for path in options["files"]]
            if options["dry_run"]:
                self._tell(dry_run(files, options["town"], options["month"]), every_line=True)
                return
            done = import_tables(files, options["town"], options["month"], by=by, now=timezone.now(), wait=True)
        except Area.DoesNotExist as reason:
            raise CommandError(f"没有代码为 {options['town']} 的街镇") from reason
        except (ValueError, OSError) as reason:
            raise CommandError(str(reason)) from reason
        self._tell(done.report, every_line=False)
        if done.row is None:
            raise CommandError("没有导入：请改好以上错误后再来，一行也没有写入。")
        word = "已导入" if done.is_new else "先前已导入过，没有重复"
        self.stdout.write(f"{word}：{done.row.lines} 行，批次 {done.row.batch}")

    def _tell(self, report: Report, *, every_line: bool) -> None:
        for fault in report.faults:
            self._problem("", fault)
        for sheet in report.sheets:
            label = sheet.kind.label if sheet.kind else "不是四张表"
            self.stdout.write(f"{sheet.file} / {sheet.name}：{label}，{len(sheet.lines)} 行")
            for fault in sheet.problems:
                self._problem("  ", fault)
        for line in report.lines:
            if every_line or line.problems:
                self.stdout.write(f"  {line.read.where}：{_read_as(line)}")
            for fault in line.problems:
                self._problem("    ", fault)
        self.stdout.write(
            f"共 {len(report.lines)} 行，新户 {report.new}，错误 {report.errors}，提示 {report.warnings}"
        )

    def _problem(self, indent: str, problem: Problem) -> None:
        told = [problem.column, problem.sentence, problem.cure]
        word = "错误" if problem.is_error else "提示"
        self.stdout.write(f"{indent}{word}：{'；'.join(part for part in told if part)}")


def _read_as(line: LineTold) -> str:
    """Whom a line is about, masked, and where it goes. Whoever runs commands has no business with households."""
    name = mask_name(line.read.answers.get("rep_name", "")) or "（没有姓名）"
    if line.is_refused:
        return f"{name}，{line.read.kind.label}"
    goes = "新户" if line.joins is None else f"并入 {household_code(line.joins.household)}"
    return f"{name}，{line.read.kind.label}，{goes}"
