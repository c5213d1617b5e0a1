"""manage.py work: takes up what beat two left, and runs the background jobs."""

import logging
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import OperationalError, close_old_connections
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from server.field.apply import apply
from server.field.match_across import match_across
from sync.inbox import drain

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "处理已收到而未入库的记录，并运行后台任务。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="处理到期的记录和任务后退出")
        parser.add_argument("--drain", action="store_true", help="不等重试时间，全部处理一次后退出")
        parser.add_argument("--interval", type=float, default=2.0, help="没有事做时等待的秒数")

    def handle(self, **options: Any) -> None:
        while True:
            close_old_connections()
            done = drain(apply, timezone.now(), patient=not options["drain"])
            _match_across()
            _jobs().run()
            if options["once"] or options["drain"]:
                self.stdout.write(f"处理了 {done} 条记录。")
                return
            if not done:
                time.sleep(options["interval"])


def _match_across() -> None:
    """What collides with a phone's request is left to the next round."""
    try:
        match_across()
    except OperationalError:
        log.exception("comparing across villages")


def _jobs() -> Worker:
    """Runs what background jobs are waiting, then returns."""
    return Worker(
        queue_names=["*"],
        excluded_queue_names=[],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=get_random_string(32),
    )
