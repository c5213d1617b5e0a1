"""Is this the file that was issued?"""

import re
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from server.households.mask import mask_id, mask_phone
from server.ledgers.check_file import NotOurs, check_file


class Command(BaseCommand):
    help = "核对一个月报 xlsx：是不是系统出具的那一份，哪些格不同（号码遮盖）。不同时以非零退出。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="xlsx 文件")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            checked = check_file(options["file"].read_bytes())
        except OSError as reason:
            raise CommandError(f"读不了这个文件：{reason.strerror}") from reason
        except NotOurs as reason:
            raise CommandError(reason.sentence) from reason
        what = f"{checked.town} {checked.month} 第 {checked.version} 版（{checked.state}，{checked.variant.label}）"
        if checked.is_issued:
            self.stdout.write(f"是系统出具的文件：{what}")
            return
        for one in checked.differences:
            self.stdout.write(mask_phone(mask_id_in(str(one))))
        if not checked.sums_agree:
            self.stdout.write("校验码与记录不同")
        raise CommandError(f"不是系统出具的文件：{what}，{len(checked.differences)} 处不同")


def mask_id_in(text: str) -> str:
    """ID numbers in a sentence, masked: what a terminal shows, it keeps."""
    return re.sub(r"\d{17}[\dXx]", lambda found: mask_id(found.group()), text)
