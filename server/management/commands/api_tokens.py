"""Tokens for other systems: issue, list, end."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from server.accounts.models import User
from server.api.end_token import end_token
from server.api.issue_token import MOST_DAYS, issue_token
from server.api.models import ApiToken


class Command(BaseCommand):
    help = "接口令牌：issue 人员账号 --label 用途 [--days 天数]；list；end 编号。令牌只显示一次。"

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_subparsers(dest="what", required=True)
        issue = what.add_parser("issue", help="以某人的岗位与辖区发放令牌")
        issue.add_argument("username")
        issue.add_argument("--label", required=True, help="给哪个系统、做什么用")
        issue.add_argument("--days", type=int, default=MOST_DAYS, help="有效天数")
        what.add_parser("list", help="列出全部令牌")
        what.add_parser("end", help="立即停用").add_argument("id", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        {"issue": self._issue, "list": self._list, "end": self._end}[options["what"]](options)

    def _issue(self, options: dict[str, Any]) -> None:
        user = User.objects.filter(username=options["username"], is_active=True).first()
        if user is None:
            raise CommandError(f"没有在用的账号 {options['username']}")
        try:
            issued = issue_token(user.pk, label=options["label"], days=options["days"], now=timezone.now())
        except ValueError:
            raise CommandError(f"有效天数须在 1 到 {MOST_DAYS} 之间") from None
        self.stdout.write(f"令牌 {issued.token_id}（只显示这一次）：\n{issued.token}")

    def _list(self, options: dict[str, Any]) -> None:
        for token in ApiToken.objects.select_related("user").order_by("pk"):
            state = "已停用" if token.ended_at else f"至 {token.expires_on}"
            self.stdout.write(f"{token.pk}\t{token.user}\t{token.label}\t{state}\t最近使用 {token.last_used_on or '—'}")

    def _end(self, options: dict[str, Any]) -> None:
        done = end_token(options["id"], timezone.now())
        self.stdout.write("已停用" if done else "没有这个令牌，或早已停用")
