"""Train a matching model without labels; write its file and its card."""

import json
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from server.households.matching.card import card
from server.households.matching.features import Features
from server.households.matching.gaps import gaps_of
from server.households.matching.lists.read_list import ListRefused, rows_of
from server.households.matching.lists.tabulated import features_in
from server.households.matching.live import live_model
from server.households.matching.model import model_from, sealed
from server.households.matching.replay import replay
from server.households.matching.train import CannotLearn, TooFew, train
from server.households.our_models import our_models
from server.households.registered import registered


class Command(BaseCommand):
    help = "用登记册（或名单）训练查重模型，无需标注：写出模型文件、说明和与现行模型的差异，不自动启用。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("out", type=Path, metavar="DIR", help="写入的文件夹")
        parser.add_argument("--csv", type=Path, nargs="+", default=[], help="用这些名单而不用登记册")
        parser.add_argument("--number", type=int, help="当日第几个模型（默认取下一个没有用过的）")
        parser.add_argument("--seed", type=int, default=1, help="随机种子：记录和种子相同，模型就相同")

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.localdate()
        out: Path = options["out"]
        name = _name(out, f"household-{today:%Y%m%d}", options["number"])
        source = "、".join(path.name for path in options["csv"]) or "登记册"
        try:
            content = train(_records(options["csv"], today.year), name, today, options["seed"], source)
        except (TooFew, CannotLearn, ListRefused) as refused:
            raise CommandError(str(refused)) from refused
        records = list(_records(options["csv"], today.year))
        report = replay(records, live_model(), model_from(content))
        # What the quality page compares the registry with.
        stored = {"gaps": gaps_of(records).shares, "joined": report.shares()}
        content = sealed({**content, "data": {**content["data"], **stored}})
        # The card first: where the model is, all of it is.
        _write(out / f"{name}.md", card(content) + "\n" + report.text())
        _write(out / f"{name}.json", json.dumps(content, ensure_ascii=False, indent=1) + "\n")
        self.stdout.write(report.text())
        self.stdout.write(f"{content['data']['rows']} 条 → {out / name}.json")
        self.stdout.write(f"尚未启用：manage.py matching_model add {out / name}.json 存入后试算，由区民政局决定。")


def _name(out: Path, day: str, number: int | None) -> str:
    """A name no model has, in a folder that can be written: asked before minutes go by.

    :raises CommandError: there is such a model already, or the folder cannot be written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out):
            pass
    except OSError as wrong:
        raise CommandError(f"写不进文件夹 {out}：{wrong.strerror}") from wrong
    taken = {path.stem for path in out.glob("*.json")} | {one.name for one in our_models()}
    if number is None:
        return next(name for n in count(1) if (name := f"{day}-{n}") not in taken)
    if number < 1 or f"{day}-{number}" in taken:
        raise CommandError(f"已经有 {day}-{number}：模型从不改动，请用另一个 --number（从 1 起）")
    return f"{day}-{number}"


def _write(path: Path, text: str) -> None:
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8")
    part.rename(path)


def _records(lists: list[Path], year: int) -> Iterator[Features]:
    """The records of the lists, else the evidence of the registry."""
    for path in lists:
        for row in rows_of(path):
            yield features_in(row, year)
    if not lists:
        for household in registered():
            yield from household.evidence
