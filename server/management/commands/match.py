"""Match the whole registry at once and compare with what was decided at each arrival."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from server.field.match_all import ALARM, match_all, match_nightly


class Command(BaseCommand):
    help = "把整个登记册比对一遍，并与登记时的判断核对；有少量出入的重新推算，超过千分之一则报警、不改动。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--look", action="store_true", help="只核对，不改动")
        parser.add_argument("--later", action="store_true", help="交给后台任务（每夜定时使用）")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["later"]:
            match_nightly.enqueue(timezone.now().isoformat())
            self.stdout.write("已交给后台任务。")
            return
        found = match_all(timezone.now(), repair=not options["look"], tell=self.stderr.write)
        self.stdout.write(
            f"{found.registrations} 条登记，{found.pairs} 对判断；漏判或不同 {len(found.missed)} 对，"
            f"已不成立 {len(found.fallen)} 对（{found.share:.3%}）。"
        )
        if found.is_alarm:
            raise CommandError(f"出入超过 {ALARM:.1%}：请先查明原因，未作改动。")
