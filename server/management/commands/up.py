"""Start the web server and the worker together, and stop both together."""

import contextlib
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

PATIENCE = 30.0  # seconds for the server to answer its first request
GENTLY = 10.0  # seconds for both to end by themselves


class Command(BaseCommand):
    help = "Run the web server (granian) and `manage.py work`; Ctrl-C stops both."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument(
            "--after",
            action="append",
            default=[],
            metavar="'COMMAND …'",
            help="a manage.py command to run once the server answers; may be given several times",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        self._refuse_if_taken(host, port)
        # A plain kill or a closed terminal ends both as Ctrl-C does, also where a shell had us ignore Ctrl-C.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _interrupt)
        running: list[subprocess.Popen[bytes]] = []
        try:
            for command in (web_command(host, port), manage_command("work")):
                # In sessions of their own: Ctrl-C reaches this process alone, which then ends them in good order.
                running.append(subprocess.Popen(command, start_new_session=True))
            self._wait_until_it_answers(f"http://{host}:{port}/health", running)
            self.stdout.write(self.style.SUCCESS(f"桌面  http://{host}:{port}/    (Ctrl-C 停止)"))
            for line in options["after"]:
                # One that fails is reported by itself; what is running keeps running.
                subprocess.run(manage_command(*shlex.split(line)), check=False)
            self._watch(running)
        except KeyboardInterrupt:
            self.stdout.write("正在停止 …")
        finally:
            stop(running)

    def _refuse_if_taken(self, host: str, port: int) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise CommandError(
                    f"{host}:{port} 不能使用（{error.strerror}）：是否已有一个服务在运行？"
                ) from None

    def _wait_until_it_answers(self, url: str, running: list[subprocess.Popen[bytes]]) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            _raise_if_ended(running)
            try:
                with urllib.request.urlopen(url, timeout=2):
                    return
            except OSError:
                time.sleep(0.1)
        raise CommandError(f"服务在 {PATIENCE:.0f} 秒内没有应答：{url}")

    def _watch(self, running: list[subprocess.Popen[bytes]]) -> None:
        """Until one of them ends by itself: half a service is worse than none, whoever watches us restarts it."""
        while True:
            _raise_if_ended(running)
            time.sleep(0.5)


def web_command(host: str, port: int) -> list[str]:
    """The web server: a few processes, each with blocking threads that keep their database connection."""
    options = {
        "--interface": "wsgi",
        "--host": host,
        "--port": str(port),
        "--workers": str(settings.WEB_WORKERS),
        "--blocking-threads": str(settings.WEB_THREADS),
        "--blocking-threads-idle-timeout": "600",
        "--http": "1",
        "--log-level": "warning",
    }
    words = [word for pair in options.items() for word in pair]
    flags = ["--no-ws", "--respawn-failed-workers", "--working-dir", str(settings.BASE_DIR)]
    return [sys.executable, "-m", "granian", *words, *flags, "server.wsgi:application"]


def manage_command(*words: str) -> list[str]:
    """A manage.py command in a process of its own, with this Python."""
    return [sys.executable, str(settings.BASE_DIR / "manage.py"), *words]


def stop(running: list[subprocess.Popen[bytes]]) -> None:
    """End them gently, and after `GENTLY` seconds by force (granian's workers do not always hear the first word);
    also what a killed one left behind. Nothing is lost by force: what a phone was answered is committed."""
    deadline = time.monotonic() + GENTLY
    for process in running:
        if process.poll() is None:
            process.terminate()
    for process in running:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.1, deadline - time.monotonic()))
        # Each leads a group of its own: workers of a web server that died would go on answering.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _raise_if_ended(running: list[subprocess.Popen[bytes]]) -> None:
    for process in running:
        if process.poll() is not None:
            words = process.args if isinstance(process.args, list) else [str(process.args)]
            raise CommandError(
                f"进程已退出（{process.returncode}）：{' '.join(str(word) for word in words[1:4])} …"
            )
