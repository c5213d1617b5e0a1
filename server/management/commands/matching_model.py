"""The life of a matching model: take a file in, try it on the registry, put it live by a named person."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from server.accounts.matrix import Thing, Verb
from server.accounts.models import User
from server.accounts.scope import access_of, may
from server.field.go_live import CannotGoLive, go_live
from server.field.model_report import ModelReport
from server.field.score_anew import score_anew, waiting_for
from server.field.try_model import CannotTry, report_of, try_model
from server.households.keep_model import keep_model
from server.households.matching.card import card
from server.households.matching.known import known_content
from server.households.matching.live import is_replaced, live_model
from server.households.matching.model import BadModel
from server.households.models import MatchingModel
from server.households.our_models import our_models

#: A model of ten million records has some megabytes.
MOST_BYTES = 50_000_000


class Command(BaseCommand):
    help = (
        "比对模型：list 列出；add 文件 存入；card 编号 说明；try 编号 在登记册上试算；"
        "use 编号 --by 账号 --reason 依据 启用；finish 把没有按现用模型比对过的登记比对完。"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_subparsers(dest="what", required=True)
        what.add_parser("list", help="列出全部模型")
        what.add_parser("add", help="存入一个模型文件，不启用").add_argument("file", type=Path)
        for name, told in (("card", "模型说明"), ("try", "在全部登记上试算，列出与现用模型的不同")):
            what.add_parser(name, help=told).add_argument("model", help="模型编号，如 household-20261124-1")
        use = what.add_parser("use", help="启用，须先试算")
        use.add_argument("model")
        use.add_argument("--by", required=True, help="作出决定的人（区民政局账号）")
        use.add_argument("--reason", required=True, help="依据，如会议纪要")
        what.add_parser("finish", help="重新比对").add_argument("--later", action="store_true", help="交给后台任务")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['what']}")(options)
        except (BadModel, CannotTry, CannotGoLive, OSError) as refused:
            raise CommandError(str(refused)) from refused

    def _list(self, options: dict[str, Any]) -> None:
        for one in our_models():
            word = "现用" if one.is_live else one.fault or ("已试算" if one.tried_at else "未试算")
            self.stdout.write(f"{one.name}\t{one.hash[:12]}\t{word}")
        if is_replaced():
            self.stdout.write("选定的模型与本版程序不符，暂用程序自带的。")

    def _add(self, options: dict[str, Any]) -> None:
        path: Path = options["file"]
        if path.stat().st_size > MOST_BYTES:
            raise BadModel(f"{path.name} 太大，不是模型文件")
        try:
            content = json.loads(path.read_bytes())
        except ValueError as wrong:
            raise BadModel(f"{path.name} 不是 JSON") from wrong
        row = keep_model(content if isinstance(content, dict) else {}, now=timezone.now())
        self.stdout.write(f"已存入 {row.name}（{row.hash[:12]}），尚未启用。")

    def _card(self, options: dict[str, Any]) -> None:
        self.stdout.write(card(known_content(_hash_of(options["model"]))))

    def _try(self, options: dict[str, Any]) -> None:
        self._tell(try_model(_hash_of(options["model"]), timezone.now()))

    def _use(self, options: dict[str, Any]) -> None:
        now = timezone.now()
        user = User.objects.filter(username=options["by"], is_active=True).first()
        if user is None or not may(access_of(user, timezone.localdate(now)), Verb.UPDATE, Thing.MODEL):
            raise CannotGoLive(f"{options['by']} 没有启用模型的权限：由区民政局决定")
        row = MatchingModel.objects.filter(pk=_hash_of(options["model"])).first()
        if row is not None and (report := report_of(row)) is not None:
            self._tell(report)
        go_live(_hash_of(options["model"]), by=user.pk, now=now, reason=options["reason"],
                seen=row.tried_at if row else None)
        self.stdout.write(f"已启用 {options['model']}；{waiting_for(live_model())} 份登记由后台重新比对。")

    def _finish(self, options: dict[str, Any]) -> None:
        if options["later"]:
            score_anew.enqueue(timezone.now().isoformat())
            self.stdout.write("已交给后台任务。")
        else:
            self.stdout.write(f"重新比对了 {score_anew.call(timezone.now().isoformat())} 份登记。")

    def _tell(self, report: ModelReport) -> None:
        counts = report.counts
        self.stdout.write(
            f"{report.registrations} 份登记，{report.pairs} 对有意见；批量与在线最多相差 {report.worst:.6f} 比特。\n"
            f"将拆开 {counts['parted']} 户，将合并成 {counts['joined']} 户，新增待核 {counts['more']} 件，"
            f"不再待核 {counts['fewer']} 件。"
        )


def _hash_of(name: str) -> str:
    found = next((one.hash for one in our_models() if one.name == name), None)
    if found is None:
        raise BadModel(f"没有叫 {name} 的模型：先用 matching_model add 存入")
    return found
