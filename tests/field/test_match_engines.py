"""Which engine the registry is matched on, and what stops a run: said in Chinese, and nothing is touched."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django_tasks_db.models import DBTaskResult

from server.field import match_all as verb
from server.households.matching import spark
from server.households.matching.engines import Choice
from server.households.matching.live import live_model
from server.households.models import Opinion
from server.management.commands.match import Bar
from tests.field.test_match_all import NOW
from tests.field.test_matching import FAMILY, TYPO, registered
from tests.law.history import History
from tests.law.world import make_world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "private"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def lost() -> Iterator[None]:
    """A pair that an arrival missed: whatever runs would mend it, or report it."""
    registered(History(make_world(), 1), FAMILY, TYPO)
    Opinion.objects.all().delete()
    yield
    assert not Opinion.objects.exists()


def java(folder: Path, says: str, code: int = 0) -> None:
    (folder / "bin").mkdir()
    program = folder / "bin" / "java"
    program.write_text(f"#!/bin/sh\necho '{says}' >&2\nexit {code}\n")
    program.chmod(0o755)


@pytest.mark.parametrize("later", [(), ("--later",)])
def test_without_pyspark(lost: None, private: Path, monkeypatch: pytest.MonkeyPatch, later: tuple[str, ...]) -> None:
    monkeypatch.setattr(spark, "SparkSession", None)
    with pytest.raises(CommandError, match=r"没有安装 pyspark.*requirements-spark\.txt"):
        call_command("match", "--engine", "spark", *later)
    assert not DBTaskResult.objects.exists() and not list(private.iterdir())


@pytest.mark.parametrize(("says", "code", "told"), [
    (None, 0, "没有找到 Java"),
    ("The operation couldn’t be completed. Unable to locate a Java Runtime.", 1, "没有找到 Java"),
    ('openjdk version "1.8.0_392"', 0, "Java 版本太低（8）"),
    ('openjdk version "11.0.21" 2023-10-17', 0, "Java 版本太低（11）"),
])  # fmt: skip
def test_without_java(
    lost: None, private: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str | None, code: int, told: str
) -> None:
    monkeypatch.setattr(spark, "SparkSession", object())
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    if says:
        java(tmp_path, says, code)
    with pytest.raises(CommandError, match="default-jre-headless") as refused:
        call_command("match", "--engine", "spark")
    assert told in str(refused.value) and "--engine duckdb" in str(refused.value)
    assert not list(private.iterdir())


def test_a_java_that_is_new_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark, "SparkSession", object())
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/bin:/usr/bin")
    java(tmp_path, 'openjdk version "17.0.15" 2025-04-15')
    assert spark.java_version() == 17
    Choice("spark").check()


def test_one_run_at_a_time(lost: None) -> None:
    handle = os.open(verb._home(), os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        with pytest.raises(CommandError, match="另一次比对正在进行"):
            call_command("match")
    finally:
        os.close(handle)


@pytest.mark.parametrize("wrong", ["2", "much", "0GB", "-1GB", "2gb; DROP"])
def test_memory_is_said_with_its_unit(lost: None, wrong: str) -> None:
    with pytest.raises(CommandError, match="800MB"):
        call_command("match", f"--memory={wrong}")


def test_an_engine_nobody_knows(lost: None) -> None:
    with pytest.raises(CommandError, match="oracle"):
        call_command("match", "--engine", "oracle")


def test_memory_binds_the_engine(tmp_path: Path) -> None:
    with Choice(memory="300MB").opened(tmp_path) as engine:
        [(limit,)] = engine.connection.execute("SELECT current_setting('memory_limit')").fetchall()  # type: ignore[attr-defined]
    assert limit == "286.1 MiB"


def test_no_engine_goes_on_with_anothers_work() -> None:
    home = verb._home()
    folders = {verb._folder(home, live_model(), Choice(engine)) for engine in ("duckdb", "spark")}
    assert len(folders) == 2 and len(list(home.iterdir())) == 1


@pytest.mark.django_db(transaction=True)  # the worker closes its connection after each job
def test_at_night_the_worker_does_it_and_an_alarm_is_a_job_that_failed() -> None:
    registered(History(make_world(), 1), FAMILY, TYPO)
    call_command("match", "--later", "--memory", "500MB")
    call_command("work", "--once")
    done = DBTaskResult.objects.get()
    assert done.status == "SUCCESSFUL" and done.return_value == {"registrations": 2, "pairs": 1, "share": 0.0}
    Opinion.objects.all().delete()
    call_command("match", "--later")
    call_command("work", "--once")
    failed = DBTaskResult.objects.exclude(pk=done.pk).get()
    assert failed.status == "FAILED" and "出入 100.000%" in failed.traceback
    assert not Opinion.objects.exists()


class Screen:
    """What a terminal, or a log, was given."""

    def __init__(self, is_terminal: bool) -> None:
        self.text, self.is_terminal = "", is_terminal

    def isatty(self) -> bool:
        return self.is_terminal

    def write(self, text: str, style_func: object = None, ending: str = "\n") -> None:
        self.text += text + ending

    def flush(self) -> None:
        pass


def test_a_bar_on_a_terminal_and_a_line_in_a_log() -> None:
    terminal, log = Screen(True), Screen(False)
    for bar in (Bar(terminal), Bar(log)):  # type: ignore[arg-type]
        for done in range(0, 1001):
            bar("核对判断", done, 1000)
    assert log.text == "核对判断 " + "█" * 30 + " 100%\n"
    drawn = terminal.text.split("\r")[1:]
    assert len(drawn) == 101 and drawn[50] == "核对判断 " + "█" * 15 + "░" * 15 + "  50%"
    assert terminal.text.count("\n") == 1 and terminal.text.endswith("100%\n")


def test_the_bar_is_drawn_by_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    registered(History(make_world(), 1), FAMILY, TYPO)
    call_command("match")
    told = capsys.readouterr()
    assert [line.split()[0] for line in told.err.splitlines()] == ["读取登记", "逐对打分", "核对判断"]
    assert "2 条登记，1 对判断" in told.out
    assert verb.match_all(NOW).registrations == 2
