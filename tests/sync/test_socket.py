"""The real server (granian) over real sockets: what the test client cannot show."""

import contextlib
import http.client
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from server.demo.line import SocketLine
from server.demo.multipart import body
from server.demo.phone import Phone
from sync.brake import TRIES
from sync.keys import IssuedKey, issue_key
from sync.openrosa import STOCK_THANKS
from sync.problems import Refusal
from tests.running import ROOT, free_port
from tests.sync import house
from tests.sync.house import screening
from tests.sync.passwords import Digester, LoggedIn, basic


@dataclass(frozen=True)
class Server:
    """A running server: its port, and a way to look into its database."""

    port: int
    look: Callable[[str], list[tuple[Any, ...]]]

    def phone(self) -> Phone:
        return Phone(f"http://127.0.0.1:{self.port}/key/{KEYS[-1].token}")

    def typed(self, below: str = "") -> Phone:
        """A phone whose owner typed address, user name and password."""
        line = LoggedIn(SocketLine(), KEYS[-1].user_name, KEYS[-1].password)
        return Phone(f"http://127.0.0.1:{self.port}{below}", line)

    @property
    def target(self) -> str:
        return f"/key/{KEYS[-1].token}/submission"


KEYS: list[IssuedKey] = []


@pytest.fixture
def server(transactional_db: None, tmp_path: Path) -> Iterator[Server]:
    """Two worker processes on the test database; on SQLite, on a file copied from it."""
    house.publish_plain()
    KEYS.append(issue_key(house.make_worker().pk, label="", by=None, now=timezone.now(), with_password=True))
    environment = {
        **os.environ,
        "VAR_DIR": str(tmp_path),
        "KEY_RING_PATH": str(settings.KEY_RING_PATH),
        "FILES_DIR": str(settings.FILES_DIR),
    }
    named = connection.settings_dict
    if connection.vendor == "sqlite":
        file = tmp_path / "copy.sqlite3"
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(file)])
        sqlite3.connect(file).execute("PRAGMA journal_mode=WAL").connection.close()  # as an installation's is
        environment |= {"SQLITE_PATH": str(file), "DATABASE_URL": ""}
    else:
        where = f"{named['USER']}:{named['PASSWORD']}@{named['HOST']}:{named['PORT']}"
        environment["DATABASE_URL"] = f"postgres://{where}/{named['NAME']}"

    def look(sql: str) -> list[tuple[Any, ...]]:
        if connection.vendor == "sqlite":
            with sqlite3.connect(file) as copy:
                return copy.execute(sql).fetchall()
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()

    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", "2"]
    command += ["--blocking-threads", "8", "--http", "1", "--no-ws", "--log-level", "warning"]
    process = subprocess.Popen(
        [*command, "tests.sync.wsgi:application"], cwd=ROOT, env=environment, start_new_session=True
    )
    try:
        wait_for(port)
        yield Server(port, look)
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(2)  # granian may wait long for a line that broke in the middle of a body
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_for(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the server did not start")


def raw(port: int, head: str, content: bytes = b"", keep_sending: int = 0) -> bytes:
    """Bytes over a socket, and whatever comes back; `keep_sending` more bytes follow, as a client would."""
    with socket.create_connection(("127.0.0.1", port), 30) as line:
        line.sendall(head.encode() + b"\r\n\r\n" + content)
        try:
            for _ in range(keep_sending // 65536):
                line.sendall(b"x" * 65536)
            if not keep_sending:
                line.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        answer = b""
        with contextlib.suppress(OSError):
            while piece := line.recv(65536):
                answer += piece
        return answer


@pytest.mark.wire("W-40", "W-61")
def test_a_whole_round(server: Server) -> None:
    phone = server.phone()
    phone.sync()
    assert phone.lists["households"].rows["none"].label == "尚未分配村居，请联系街镇"
    files = {"门口 1.bin": os.urandom(3_000_000), "录音&amp;.m4a": os.urandom(2_500_000), "c.txt": b""}
    sent = phone.send(screening(photo="门口 1.bin"), files)
    assert (sent.is_sent, sent.said) == (True, STOCK_THANKS)
    assert server.look("SELECT count(*), min(state) FROM sync_submission") == [(1, "applied")]
    rows = server.look("SELECT name, size, is_mentioned FROM sync_attachment ORDER BY name")
    assert [(name, size) for name, size, _ in rows] == sorted(
        (name, len(data)) for name, data in files.items()
    )
    phone.sync()


@pytest.mark.wire("W-47")
def test_twenty_at_once_are_one(server: Server) -> None:
    xml, files = screening(instance_id="uuid:same"), {"a.bin": os.urandom(50_000), "b.bin": b"b"}
    type, content = body(xml, files)

    def post(_: int) -> int:
        line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        line.request("POST", server.target, content, {"Content-Type": type})
        return line.getresponse().status

    with ThreadPoolExecutor(20) as pool:
        statuses = sorted(pool.map(post, range(20)))
    assert {*statuses} <= {201, 202}
    assert statuses.count(201) == 1
    assert server.look("SELECT count(*) FROM sync_submission") == [(1,)]
    assert server.look("SELECT name FROM sync_attachment ORDER BY name") == [("a.bin",), ("b.bin",)]


@pytest.mark.wire("W-48")
def test_twenty_texts_with_one_id_are_all_kept_and_one_counts(server: Server) -> None:
    def post(number: int) -> int:
        type, content = body(screening(f"张{number}", instance_id="uuid:same"), {})
        line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        line.request("POST", server.target, content, {"Content-Type": type})
        return line.getresponse().status

    with ThreadPoolExecutor(20) as pool:
        statuses = sorted(pool.map(post, range(20)))
    assert statuses == [201] + [202] * 19
    assert server.look("SELECT count(*), count(DISTINCT received_at) FROM sync_submission") == [(20, 20)]
    counting = server.look("SELECT received_at FROM sync_submission WHERE NOT is_clash")
    assert counting == server.look("SELECT min(received_at) FROM sync_submission")


@pytest.mark.wire("W-52")
def test_a_broken_line_leaves_nothing(server: Server) -> None:
    type, content = body(screening(), {"a.bin": os.urandom(100_000)})
    head = f"POST {server.target} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {type}"
    for cut in (1, 50_000, len(content) - 1):
        raw(server.port, f"{head}\r\nContent-Length: {len(content)}", content[:cut])
    assert server.look("SELECT count(*) FROM sync_submission") == [(0,)]
    assert server.phone().send(screening()).is_sent, "and the server is well"


@pytest.mark.wire("W-81")
def test_a_body_too_large_is_told_so_while_it_is_still_coming(server: Server) -> None:
    head = (
        f"POST {server.target} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=B"
    )
    answer = raw(server.port, f"{head}\r\nContent-Length: 31000000", keep_sending=31_000_000)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert Refusal.TOO_LARGE.sentence.encode() in answer


@pytest.mark.wire("W-51")
def test_refusals_reach_the_phone(server: Server) -> None:
    stranger = Phone(f"http://127.0.0.1:{server.port}/key/{uuid.uuid4()}")
    assert stranger.send(screening()).said == f"403 {Refusal.BAD_KEY.sentence}"
    assert server.phone().send(b"<broken").said == f"400 {Refusal.NOT_XML.sentence}"
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    line.request("GET", f"/key/{KEYS[-1].token}/formList", headers={"Host": "elsewhere.example"})
    answer = line.getresponse()
    assert answer.status == 400
    assert Refusal.WRONG_ADDRESS.sentence.encode() in answer.read()


@pytest.mark.wire("W-35", "W-37")
def test_head_and_long_request_lines(server: Server) -> None:
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    line.request("HEAD", server.target)
    answer = line.getresponse()
    assert (answer.status, answer.read()) == (204, b"")
    assert answer.getheader("X-OpenRosa-Accept-Content-Length") == "5000000"
    assert len(answer.headers.get_all("Date")) == 1
    ids = ",".join(str(uuid.uuid4()) for _ in range(1500))
    line.request("GET", f"/key/{KEYS[-1].token}/lists/households/integrity?id={ids.replace(',', '%2C')}")
    answer = line.getresponse()
    assert (answer.status, answer.read().count(b"<entity ")) == (200, 0)


@pytest.mark.wire("W-70", "W-78")
def test_a_whole_round_with_a_password(server: Server) -> None:
    for below in ("", "//", "//li//"):
        phone = server.typed(below)
        phone.sync()
        assert phone.lists["households"].rows["none"].label == "尚未分配村居，请联系街镇"
        sent = phone.send(screening(photo="门口 1.bin"), {"门口 1.bin": os.urandom(300_000)})
        assert (sent.is_sent, sent.said) == (True, STOCK_THANKS)


@pytest.mark.wire("W-68")
def test_an_independent_client_logs_in(server: Server) -> None:
    """Python's own opener from the first question on, and a submission of its making."""
    at = f"http://127.0.0.1:{server.port}"
    passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    passwords.add_password(None, at, KEYS[-1].user_name, KEYS[-1].password)
    opener = urllib.request.build_opener(urllib.request.HTTPDigestAuthHandler(passwords))
    with opener.open(f"{at}/formList?deviceID=collect%3AAbC") as answer:
        assert answer.status == 200 and f"{at}/forms/form.xml?".encode() in answer.read()
    type, content = body(screening(), {})
    sent = urllib.request.Request(f"{at}/li/submission", content, {"Content-Type": type})
    with opener.open(sent) as answer:
        assert answer.status == 201


@pytest.mark.wire("W-69")
def test_overheard_words_are_worth_nothing_to_any_of_the_processes(server: Server) -> None:
    at = f"http://127.0.0.1:{server.port}/submission"
    words = Digester(KEYS[-1].user_name, KEYS[-1].password)
    words.take(SocketLine().ask("HEAD", at, {}).headers["www-authenticate"])
    overheard = words.words("POST", at)

    def replay(number: int) -> int:
        type, content = body(screening(f"张{number}"), {})
        return (
            SocketLine().ask("POST", at, {"Authorization": overheard, "Content-Type": type}, content).status
        )

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(replay, range(16))) == [201] + [401] * 15
    assert server.look("SELECT count(*) FROM sync_submission") == [(1,)]


@pytest.mark.wire("W-68", "W-79")
def test_a_challenge_over_the_line(server: Server) -> None:
    asked = "HEAD /submission HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close"
    answer = raw(server.port, asked, keep_sending=1)
    head, _, rest = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 401 ") and rest == b"", "a HEAD has no body"
    assert b"www-authenticate: digest realm=" in head.lower() and b"basic" not in head.lower()
    head = "POST /submission HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=B"
    answer = raw(server.port, f"{head}\r\nContent-Length: 20000000", keep_sending=20_000_000)
    assert answer.startswith(b"HTTP/1.1 401 ") and Refusal.NOT_LOGGED_IN.sentence.encode() in answer
    said = SocketLine().ask(
        "GET", f"http://127.0.0.1:{server.port}/formList", {"Authorization": basic("li", KEYS[-1].password)}
    )
    assert said.status == 401 and Refusal.BASIC_NEEDS_HTTPS.sentence.encode() in said.body


def test_guessing_comes_to_a_pause(server: Server) -> None:
    """Each process counts for itself: of all these none sees the list, and most wait."""
    at = f"http://127.0.0.1:{server.port}/formList"
    words = Digester("li", "wrong")
    words.take(SocketLine().ask("GET", at, {}).headers["www-authenticate"])
    told = [SocketLine().ask("GET", at, {"Authorization": words.words("GET", at)}).status for _ in range(40)]
    assert {*told} == {401, 429} and told.count(401) <= 2 * TRIES
