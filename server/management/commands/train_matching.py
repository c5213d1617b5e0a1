"""Train a matching model without labels; write its file and its card."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from server.households.matching.bundled import newest
from server.households.matching.card import card
from server.households.matching.features import Features
from server.households.matching.lists.read_list import ListRefused, rows_of
from server.households.matching.lists.tabulated import features_in
from server.households.matching.model import model_from
from server.households.matching.replay import replay
from server.households.matching.train import TooFew, train
from server.households.registered import registered


class Command(BaseCommand):
    help = "用登记册（或名单）训练查重模型，无需标注：写出模型文件、说明和与现行模型的差异，不自动启用。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("out", type=Path, metavar="DIR", help="写入的文件夹")
        parser.add_argument("--csv", type=Path, nargs="+", default=[], help="用这些名单而不用登记册")
        parser.add_argument("--number", type=int, default=1, help="当日第几个模型")
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.localdate()
        name = f"household-{today:%Y%m%d}-{options['number']}"
        source = "、".join(path.name for path in options["csv"]) or "登记册"
        try:
            content = train(_records(options["csv"], today.year), name, today, options["seed"], source)
        except (TooFew, ListRefused) as refused:
            raise CommandError(str(refused)) from refused
        report = replay(list(_records(options["csv"], today.year)), newest(), model_from(content))
        out: Path = options["out"]
        out.mkdir(parents=True, exist_ok=True)
        (out / f"{name}.json").write_text(
            json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
        (out / f"{name}.md").write_text(card(content) + "\n" + report.text(), encoding="utf-8")
        self.stdout.write(report.text())
        self.stdout.write(f"{content['data']['rows']} 条 → {out / name}.json")


def _records(lists: list[Path], year: int) -> Iterator[Features]:
    """The records of the lists, else the evidence of the registry."""
    for path in lists:
        for row in rows_of(path):
            yield features_in(row, year)
    if not lists:
        for household in registered():
            yield from household.evidence
