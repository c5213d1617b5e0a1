"""Send a demo month through the phones' door of a running server, and print where to look."""

import io
from argparse import ArgumentTypeError
from datetime import date, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import segno
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from server.accounts.models import User
from server.demo.cast import DEMO_WORKER, DESK, PASSWORD, TOWNS, Worker, workers
from server.demo.desk import Desk
from server.demo.line import SocketLine
from server.demo.month import tell_month
from server.demo.notebook import Notebook, read_notebook, write_notebook
from server.demo.phone import SyncFailed
from server.ledgers.export import export_month
from sync.keys import issue_key, token_hash
from sync.models import PhoneKey
from sync.setup import phone_settings, settings_code

WORKBOOK_TOWN = TOWNS["zjj"]
PROJECT_NAME = "青浦探访关爱（演示）"


class Command(BaseCommand):
    help = "演示用：由模拟手机经手机端口报送一个月的走访，街镇审核，然后打印地址、登录名、二维码和月报路径。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--first", action="store_true", help="已有演示月份时不再报送，只打印地址")
        parser.add_argument("--base-url", default=settings.PUBLIC_URL, help="手机访问的地址")
        parser.add_argument("--size", type=int, default=14, help="每部手机登记的户数")
        parser.add_argument("--month", type=_month, help="yyyy-mm；默认为最近一个未报送过的整月")

    def handle(self, *args: Any, **options: Any) -> None:
        place = settings.VAR_DIR / "demo.json"
        notebook = read_notebook(place)
        cast = list(workers())
        if not User.objects.filter(username=DEMO_WORKER).exists():
            raise CommandError("还没有演示人员：先执行 manage.py seed")
        self._keys(notebook, cast)
        write_notebook(place, notebook)
        base = options["base_url"].rstrip("/")
        if not (options["first"] and notebook.months):
            month = options["month"] or _before(notebook, timezone.localdate())
            self._play(notebook, cast, month, base, options["size"])
            write_notebook(place, notebook)
        self._print(notebook, base)

    def _keys(self, notebook: Notebook, cast: list[Worker]) -> None:
        """A key for each demo phone, issued once; one that the desk has ended is issued anew."""
        open_ones = set(PhoneKey.objects.filter(ended_at=None).values_list("token_hash", flat=True))
        people = dict(User.objects.values_list("username", "pk"))
        for worker in cast:
            token = notebook.tokens.get(worker.username, "")
            if token_hash(token) not in open_ones:
                issued = issue_key(people[worker.username], label="演示手机", by=None, now=timezone.now())
                notebook.tokens[worker.username] = issued.token

    def _play(self, notebook: Notebook, cast: list[Worker], month: date, base: str, size: int) -> None:
        started = monotonic()
        self.stdout.write(f"· 演示月份 {month:%Y-%m}：{len(cast)} 部手机 …")
        desk = Desk(TOWNS.values(), month, seed=month.year * 12 + month.month)
        try:
            told = tell_month(
                {worker: f"{base}/key/{notebook.tokens[worker.username]}" for worker in cast},
                month,
                seed=month.year * 12 + month.month,
                clock=timezone.now,
                desk=desk,
                line=lambda worker: SocketLine(),
                size=size,
                tell=lambda text: self.stdout.write(f"  {monotonic() - started:4.0f} 秒  {text}"),
            )
        except (OSError, SyncFailed) as error:
            raise CommandError(f"手机连不上 {base}：服务是否在运行？（{error}）") from None
        notebook.months.append(f"{month:%Y-%m}")
        unsent = f"，{told.unsent} 条没有发出" if told.unsent else ""
        work = f"登记 {told.households} 户，走访 {told.visits} 次，报送 {told.sent} 条{unsent}，审核 {told.acts} 件"
        self.stdout.write(f"  {monotonic() - started:4.0f} 秒  {told.phones} 部手机，{work}")

    def _print(self, notebook: Notebook, base: str) -> None:
        write = self.stdout.write
        write(f"\n桌面  {base}/    密码都是 {PASSWORD}")
        for username, name, role, _ in DESK:
            write(f"  {username:<10}{role.label}　{name}")
        names = {worker.username: worker for worker in workers()}
        for username in (DEMO_WORKER, "zjj_co1"):
            write(f"  {username:<10}{names[username].role.label}　{names[username].name}")
        url = f"{base}/key/{notebook.tokens[DEMO_WORKER]}"
        write(f"\n手机  {url}\n      ODK Collect 或 KoboCollect 扫码（{names[DEMO_WORKER].name}）：")
        told = phone_settings(server_url=url, user_name=names[DEMO_WORKER].name, project_name=PROJECT_NAME)
        code = io.StringIO()
        segno.make(settings_code(told), error="l", boost_error=False).terminal(code, compact=True)
        write(code.getvalue())
        write(f"月报  {self._workbook(max(notebook.months))}")

    def _workbook(self, month: str) -> Path:
        made = export_month(WORKBOOK_TOWN, month, made_by="演示", now=timezone.now())
        folder = settings.VAR_DIR / "demo"
        folder.mkdir(exist_ok=True)
        path: Path = folder / made.name
        path.write_bytes(made.data)
        return path


def _month(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 a month has no time zone
    except ValueError:
        raise ArgumentTypeError("写成 2024-08 的样子") from None


def _before(notebook: Notebook, today: date) -> date:
    """The latest whole month that was not sent yet."""
    month = today.replace(day=1)
    while True:
        month = (month - timedelta(days=1)).replace(day=1)
        if f"{month:%Y-%m}" not in notebook.months:
            return month
