"""The launcher: web server and worker start together and stop together."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

MANAGE = [sys.executable, "manage.py"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_port_in_use_is_said_plainly() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(CommandError, match="是否已有一个服务在运行"):
            call_command("up", port=taken.getsockname()[1])


@pytest.fixture
def up(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A launcher on a port of its own, with an installation of its own, once it answers."""
    environment = {**os.environ, "VAR_DIR": str(tmp_path), "WEB_WORKERS": "1", "DATABASE_URL": ""}
    for command in (["make_keyring"], ["migrate", "--verbosity", "0"]):
        subprocess.run([*MANAGE, *command], cwd=settings.BASE_DIR, env=environment, check=True)
    port = free_port()
    process = subprocess.Popen(
        [*MANAGE, "up", "--port", str(port), "--after", "check"],
        cwd=settings.BASE_DIR, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 30
        while not answers(port) and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.1)
        yield process, port
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(40)


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status")
    return status.exists() and "State:\tZ" not in status.read_text()


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_both_stop_together(up: tuple[subprocess.Popen[str], int], how: signal.Signals) -> None:
    process, port = up
    assert answers(port)
    started = children(process.pid)
    assert len(started) >= 2
    process.send_signal(how)
    out, _ = process.communicate(timeout=40)
    assert process.returncode == 0, out
    assert "Traceback" not in out
    assert not answers(port) and not any(is_alive(pid) for pid in started)


@pytest.mark.slow
def test_one_that_dies_takes_the_other_along(up: tuple[subprocess.Popen[str], int]) -> None:
    """Half a service is worse than none: whoever watches the launcher starts both again."""
    process, port = up
    assert answers(port)
    started = children(process.pid)
    os.kill(started[0], signal.SIGKILL)
    out, _ = process.communicate(timeout=40)
    assert process.returncode == 1 and "进程已退出" in out
    assert not any(is_alive(pid) for pid in started)
