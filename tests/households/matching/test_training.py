"""train_matching through the command: a small invented registry, a whole model with its card, or a refusal and nothing."""

import json
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from server.households.matching import train as training
from server.households.matching.bundled import bundled_ids, newest
from server.households.matching.lists.read_list import COLUMNS
from server.households.matching.model import model_in
from server.households.models import MatchingModel
from tests.field.models_at_hand import content
from tests.field.test_matching import FAMILY, TYPO, registered
from tests.law.history import History
from tests.law.world import make_world

ROWS = 2_500

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("invented")
    call_command("make_registry", str(folder / "made"), "--rows", str(ROWS), "--seed", "7", "--noise", "1.2")
    return folder / "made" / "registry.csv"


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Less than half of what a real model needs, so that the test costs little."""
    monkeypatch.setattr(training, "LEAST", 2_000)
    yield


def train(*arguments: object) -> str:
    out = StringIO()
    call_command("train_matching", *map(str, arguments), stdout=out)
    return out.getvalue()


def test_a_model_with_its_card_parity_and_replay(registry: Path, tmp_path: Path) -> None:
    said = train(tmp_path, "--csv", registry, "--seed", 3)
    name = next(path.stem for path in tmp_path.glob("*.json"))
    assert name.startswith(f"household-{timezone.localdate():%Y%m%d}-") and name not in bundled_ids()
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"{name}.json", f"{name}.md"]
    text = (tmp_path / f"{name}.json").read_text("utf-8")
    given, model = json.loads(text), model_in(text)
    told = tuple(given["data"][key] for key in ("rows", "seed", "from"))
    assert (model.id, *told) == (name, ROWS, 3, "registry.csv")
    assert model.thresholds == newest().thresholds and model.rules == newest().rules
    assert {one["rule"] for one in given["data"]["log"]} == {"id", "name and door", "birth and door", "name and birth"}
    assert -25 < model.prior < -5
    weights = given["comparisons"]
    assert weights["ident"]["equal"]["m"] > 0.4 > 1e-3 > weights["ident"]["equal"]["u"]
    assert all(level["m"] >= 0.001 for one in weights.values() for level in one.values() if "m" in level)
    card = (tmp_path / f"{name}.md").read_text("utf-8")
    assert model.hash in card and f"记录：{ROWS} 条；随机种子：3" in card
    assert "| 证件与出生 | 证件号码相同 | +" in card and "| name and birth |" in card
    replayed = re.search(r"重放：(\d+) 对记录；批量与在线的分值最多相差 ([\d.]+) 比特", card)
    assert replayed is not None and int(replayed[1]) > 100 and float(replayed[2]) < 0.01
    assert "| 自动合并 | 自动合并 |" in card and replayed[0] in said and "尚未启用" in said
    assert all(len(one) == 24 for one in given["hot"]), "digests, no telephones"
    # Nothing of it is live, or in the database, until somebody takes it in.
    assert not MatchingModel.objects.filter(name=name).exists()
    added = StringIO()
    call_command("matching_model", "add", str(tmp_path / f"{name}.json"), stdout=added)
    assert "尚未启用" in added.getvalue() and MatchingModel.objects.get(name=name).hash == model.hash
    with pytest.raises(CommandError, match="已经有"):
        train(tmp_path / "elsewhere", "--csv", registry, "--number", name.split("-")[2])
    # The same records, name and seed: the same model to the last digit, wherever it is written.
    MatchingModel.objects.filter(name=name).delete()
    train(tmp_path / "again", "--csv", registry, "--seed", 3)
    assert (tmp_path / "again" / f"{name}.json").read_text("utf-8") == text


def test_too_few_records_are_refused(tmp_path: Path) -> None:
    registered(History(make_world(), 1), FAMILY, TYPO)
    with pytest.raises(CommandError, match="只有 2 条记录，至少要有 2000 条"):
        train(tmp_path)
    assert not list(tmp_path.iterdir())


def test_records_that_teach_nothing_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "LEAST", 10)
    rows = [f"r{n},2025-05-01,w1,青城,张{chr(0x4E00 + 37 * n)},,男,19{n:02}-03-0{n % 9 + 1},2,公园路{n}弄{n}号,"
            for n in range(10, 60)]
    path = tmp_path / "list.csv"
    path.write_text("\n".join([",".join(COLUMNS), *rows]), encoding="utf-8")
    with pytest.raises(CommandError, match="几乎没有重复登记"):
        train(tmp_path / "out", "--csv", path)
    assert not list((tmp_path / "out").iterdir())


def test_a_folder_that_cannot_be_written_is_refused_before_anything_is_read(registry: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for out in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(CommandError, match="写不进文件夹"):
            train(out, "--csv", registry)
    with pytest.raises(CommandError, match="从 1 起"):
        train(tmp_path, "--csv", registry, "--number", 0)


def test_a_list_that_cannot_be_read_is_refused_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="nowhere"):
        train(tmp_path, "--csv", tmp_path / "nowhere.csv")
    bad = tmp_path / "bad.csv"
    bad.write_text("姓名,身份证号\n张三,1\n", encoding="utf-8")
    with pytest.raises(CommandError, match="record_id"):
        train(tmp_path, "--csv", bad)


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("matching_model", *arguments, stdout=out)
    return out.getvalue()


def test_files_that_are_no_models_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    for text, words in (("{", "不是 JSON"), ("[]", "校验和不对"), (json.dumps(content(1) | {"size_cap": 99}), "校验和不对"),
                        (json.dumps(content(1, levels="0")), "版本不符")):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(CommandError, match=words):
            run("add", str(path))
    with pytest.raises(CommandError, match="No such file"):
        run("add", str(tmp_path / "nowhere.json"))
    with pytest.raises(CommandError, match="没有叫 household-1 的模型"):
        run("try", "household-1")
    assert f"{newest().id}\t{newest().hash[:12]}\t现用" in run("list")
    assert newest().hash in run("card", newest().id)
