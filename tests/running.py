"""An installation of its own, as an administrator would have it: folder, database, key ring, server, worker.

What only real processes show is tested on one of these: being killed, being sent rubbish over a socket, being measured.
"""

import contextlib
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Installation:
    """`database`: the URL of a PostgreSQL server, in which it gets a database of its own; "": SQLite in the folder."""

    def __init__(self, folder: Path, database: str = "", **settings: str) -> None:
        self.folder, self.server = folder, database
        self.port = free_port()
        self.name = f"{os.environ.get('TEST_DATABASE', 'test_tanfang')}_{os.getpid()}_{self.port}"
        self.settings: dict[str, str] = settings
        self.web: subprocess.Popen[bytes] | None = None
        self.worker: subprocess.Popen[bytes] | None = None

    # --- made, copied, removed ---

    def prepare(self) -> "Installation":
        """Everything `make run` does before the first start, demo people included."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.server:
            self._sql(f'CREATE DATABASE "{self.name}"')
        self.manage("make_keyring")
        self.manage("migrate", "--verbosity", "0")
        self.manage("load_areas")
        self.manage("publish_forms", "--since", "2024-07-08")
        self.manage("seed")
        return self

    def copy(self, folder: Path) -> "Installation":
        """Another one like it; this one must not be running."""
        other = Installation(folder, self.server, **self.settings)
        shutil.copytree(self.folder, folder)
        if self.server:
            self._sql(f'CREATE DATABASE "{other.name}" TEMPLATE "{self.name}"')
        return other

    def remove(self) -> None:
        self.stop()
        if self.server:
            self._sql(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        ours = ("DATABASE_URL", "SQLITE_PATH", "KEY_RING_PATH", "FILES_DIR", "FIELD_APPLY", "PUBLIC_URL")
        kept = {name: value for name, value in os.environ.items() if name not in ours}
        where = (
            {"DATABASE_URL": urlunsplit(urlsplit(self.server)._replace(path=f"/{self.name}"))}
            if self.server
            else {}
        )
        return {
            "DJANGO_SETTINGS_MODULE": "server.settings", **kept, "VAR_DIR": str(self.folder), "PUBLIC_URL": self.url,
            "PYTHONPATH": str(ROOT), **where, **self.settings,
        }  # fmt: skip

    # --- commands ---

    def manage(self, *words: str, **more: str) -> str:
        return self.run(str(ROOT / "manage.py"), *words, **more)

    def run(self, *words: str, **more: str) -> str:
        """Python with these words, in this installation; what it printed."""
        done = subprocess.run(
            [sys.executable, *words],
            env={**self.environment, **more},
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(words[:3])}: {done.stdout[-2000:]}\n{done.stderr[-4000:]}")
        return done.stdout

    def count(self, table: str) -> int:
        """Rows of one of `sync`'s tables, as they are on disk now."""
        statement = f"SELECT count(*) FROM sync_{table}"
        if not self.server:
            with contextlib.closing(sqlite3.connect(self.folder / "tanfang.sqlite3")) as file:
                return int(file.execute(statement).fetchone()[0])
        with psycopg.connect(self.environment["DATABASE_URL"]) as connection:
            row = connection.execute(statement).fetchone()
            return int(row[0]) if row else 0

    # --- processes ---

    def start_web(self, *, wait: bool = True, **more: str) -> None:
        words = [
            "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port), "--workers", "2",
            "--blocking-threads", "4", "--http", "1", "--log-level", "warning", "--no-ws", "--respawn-failed-workers",
            "--working-dir", str(ROOT), "server.wsgi:application",
        ]  # fmt: skip
        self.web = self._spawn(words, "web.log", more)
        if wait:
            self.wait()

    def start_worker(self, **more: str) -> None:
        self.worker = self._spawn([str(ROOT / "manage.py"), "work", "--interval", "0.2"], "worker.log", more)

    def wait(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{self.url}/health", timeout=2):
                return
            if self.web is not None and self.web.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError(f"the server did not come up:\n{self.log('web.log')}")

    def kill_web(self) -> None:
        """SIGKILL, to the server and all its workers at once."""
        self.web = _kill(self.web)

    def kill_worker(self) -> None:
        self.worker = _kill(self.worker)

    def stop(self) -> None:
        for process in (self.web, self.worker):
            if process is not None and process.poll() is None:
                process.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(10)
        self.kill_web()
        self.kill_worker()

    def log(self, name: str) -> str:
        path = self.folder / name
        return path.read_text(encoding="utf-8", errors="replace")[-4000:] if path.exists() else ""

    def faults(self) -> list[str]:
        """What the web server complained of; a client's wrong host name is not its fault."""
        path = self.folder / "web.log"
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else []
        return [line for line in lines if " ERROR " in line and "DisallowedHost" not in line]

    # --- inside ---

    def _spawn(self, words: list[str], log: str, more: Mapping[str, str]) -> "subprocess.Popen[bytes]":
        with (self.folder / log).open("ab") as out:
            return subprocess.Popen(
                [sys.executable, *words], env={**self.environment, **more}, cwd=ROOT, stdout=out, stderr=out,
                start_new_session=True,
            )  # fmt: skip

    def _sql(self, statement: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(statement)


def _kill(process: "subprocess.Popen[bytes] | None") -> None:
    if process is None:
        return
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
