"""The first administrator of an installation; everybody else is opened at the desk."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.crypto import get_random_string

from server.accounts.grant_role import grant_role
from server.accounts.kinds import Role
from server.accounts.register_person import register_person
from server.areas.models import Area
from sync.urls import may_be_called

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that are read as another


class Command(BaseCommand):
    help = "开通一个账号并给予岗位；首次登录密码只显示一次。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", required=True, help="姓名")
        parser.add_argument("--role", choices=Role.values, default=Role.AD.value)
        parser.add_argument("--area", default="310118", help="区、街镇代码")

    def handle(self, *args: Any, **options: Any) -> None:
        if not Area.objects.filter(code=options["area"]).exists():
            raise CommandError(f"没有代码为 {options['area']} 的区域；是否还没有执行 load_areas？")
        if not may_be_called(options["username"]):
            raise CommandError(f"用户名 {options['username']} 与系统网址重名，请换一个")
        password = get_random_string(12, LETTERS)
        person = register_person(options["username"], name=options["name"], password=password)
        if person is None:
            raise CommandError(f"账号 {options['username']} 已经有人使用")
        grant_role(person.pk, options["role"], options["area"], since=timezone.localdate())
        self.stdout.write(f"{person.username} / {password}  {Role(options['role']).label}（请本人登录后修改密码）")
