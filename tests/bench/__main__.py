"""python -m tests.bench: CPU milliseconds per request (server process and database), beside a minimal Django view.

Wall times of a shared machine are noise; CPU times are nearly not. Nothing is asserted: the budgets of the design are
printed beside. `BENCH_ROWS` (100,000), `BENCH_POSTS` (300).
"""

import base64
import http.client
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from tests.on_both import USUAL, unreachable
from tests.running import Installation
from tests.sync.passwords import Digester, basic

ROWS, POSTS = os.environ.get("BENCH_ROWS", "100000"), int(os.environ.get("BENCH_POSTS", "300"))
TICK = 1000 / os.sysconf("SC_CLK_TCK")  # milliseconds
DEVICE = "deviceID=collect%3Abench"
Ask = Callable[[int], None]


def cpu_of(pid: int) -> float:
    """CPU milliseconds of a process, its finished threads included; 0 for one that is gone."""
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(after_name[11]) + int(after_name[12])) * TICK


class Bench:
    """One installation under measurement."""

    def __init__(self, house: Installation) -> None:
        self.house = house
        facts = json.loads((house.folder / "bench.json").read_text())
        self.tokens, self.login, self.statements = facts["tokens"], facts["login"], facts["statements"]
        self.posts: dict[str, list[tuple[str, bytes]]] = {}
        for form, (kind, data) in facts["posts"]:
            self.posts.setdefault(form, []).append((kind, base64.b64decode(data)))
        self.line = http.client.HTTPConnection("127.0.0.1", house.port, timeout=120)

    def server_pids(self) -> list[int]:
        """The web server and its workers: all of its session."""
        assert self.house.web is not None
        lead = self.house.web.pid
        pids = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
        return [pid for pid in pids if _session(pid) == lead]

    def database_pids(self) -> list[int]:
        if not self.house.server:
            return []  # SQLite works inside the server's processes
        with psycopg.connect(self.house.server) as connection:
            rows = connection.execute(
                "select pid from pg_stat_activity where datname = %s", [self.house.name]
            )
            return [pid for (pid,) in rows.fetchall()]

    def ask(
        self, method: str, path: str, data: bytes | None = None, head: dict[str, str] | None = None
    ) -> Any:
        self.line.request(method, path, data, {"X-OpenRosa-Version": "1.0", **(head or {})})
        answer = self.line.getresponse()
        content = answer.read()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path.split('/', 3)[-1]}: {answer.status} {content[:300]!r}")
        return answer, content

    def measure(self, ask: Ask, times: int, *, warm: int = 20) -> tuple[float, float, float]:
        """(server CPU, database CPU, wall) in milliseconds per request."""
        for number in range(warm):
            ask(number)
        pids, backends = self.server_pids(), self.database_pids()
        before, before_db = sum(map(cpu_of, pids)), {pid: cpu_of(pid) for pid in backends}
        started = time.perf_counter()
        for number in range(warm, warm + times):
            ask(number)
        wall = time.perf_counter() - started
        spent_db = sum(cpu_of(pid) - before_db.get(pid, 0.0) for pid in self.database_pids())
        return (sum(map(cpu_of, pids)) - before) / times, spent_db / times, 1000 * wall / times


def _session(pid: int) -> int:
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return 0


def rows(bench: Bench) -> list[tuple[str, str, Ask, int, int, str]]:
    """(what, budget, request, times, warm-up, minimal view it stands beside)"""
    key = f"/key/{bench.tokens['worker']}"
    _, manifests = bench.ask("GET", f"{key}/formList?{DEVICE}")
    manifest = (
        re.findall(rb"<manifestUrl>[^<]*(/key/[^<]*)</manifestUrl>", manifests)[-1]
        .decode()
        .replace("&amp;", "&")
    )
    answer, _ = bench.ask("GET", f"{key}/formList?{DEVICE}")
    etag = {"If-None-Match": answer.headers["ETag"]}

    def post(form: str, first: int = 0) -> Ask:
        def one(number: int) -> None:
            kind, data = bench.posts[form][first + number]
            bench.ask("POST", f"{key}/submission?{DEVICE}", data, {"Content-Type": kind})

        return one

    def minimal_post(number: int) -> None:
        kind, data = bench.posts["screening"][number % 50]
        bench.ask("POST", "/bench/keep", data, {"Content-Type": kind})

    def get(path: str, head: dict[str, str] | None = None) -> Ask:
        return lambda number: bench.ask("GET", path, None, head) and None

    # Both over what the program takes for TLS; the digests are made by the client, whose time is not counted.
    words = {"X-Forwarded-Proto": "https", "Authorization": basic(*bench.login)}
    digester = Digester(*bench.login)

    def by_digest(number: int) -> None:
        if not digester.asked:
            bench.line.request("GET", f"/formList?{DEVICE}")
            answer = bench.line.getresponse()
            answer.read()
            digester.take(answer.headers["WWW-Authenticate"])
        said = digester.words("GET", f"{bench.house.url}/formList?{DEVICE}")
        bench.ask("GET", f"/formList?{DEVICE}", None, {"Authorization": said})

    third = POSTS // 2
    return [
        ("minimal view, GET", "", get("/bench/read"), 600, 20, ""),
        ("minimal view, POST with one INSERT", "", minimal_post, 300, 20, ""),
        ("POST kept and applied: registration", "≤ 7", post("screening"), third - 20, 20, "post"),
        ("POST kept and applied: visit", "≤ 7", post("visit"), third - 20, 20, "post"),
        ("formList", "≤ 0.8", get(f"{key}/formList?{DEVICE}"), 400, 20, "get"),
        ("formList, by Basic (≤ 2 above a token)", "", get(f"/formList?{DEVICE}", words), 400, 20, "get"),
        ("formList, by Digest", "", by_digest, 400, 20, "get"),
        ("formList, 304", "≤ 0.8", get(f"{key}/formList?{DEVICE}", etag), 400, 20, "get"),
        ("manifest", "≤ 0.8", get(f"{manifest}&{DEVICE}"), 400, 20, "get"),
        (f"a worker's list, 300 rows of {int(ROWS):,}", "≤ 15", get(f"{key}/lists/households.csv?{DEVICE}"), 100, 5, "get"),
        (f"whole list, {int(ROWS):,} rows", "≤ 500",
         get(f"/key/{bench.tokens['whole']}/lists/households.csv?{DEVICE}"), 2, 1, "get"),
    ]  # fmt: skip


def kept_only(bench: Bench) -> tuple[str, str, Ask, int, int, str]:
    """With FIELD_APPLY=worker: beat one alone."""
    key, third = f"/key/{bench.tokens['worker']}", POSTS // 2

    def one(number: int) -> None:
        kind, data = bench.posts["screening"][third + number]
        bench.ask("POST", f"{key}/submission?{DEVICE}", data, {"Content-Type": kind})

    return ("POST kept", "≤ 1.6", one, third - 20, 20, "post")


def run(name: str, database: str) -> None:
    folder = Path(tempfile.mkdtemp(prefix="tanfang-bench-"))
    house = Installation(folder / "house", database, DJANGO_SETTINGS_MODULE="tests.bench.settings")
    try:
        print(f"\n{name}: {int(ROWS):,} households …", flush=True)
        house.prepare()
        house.run("-m", "tests.bench.prepare", ROWS, str(POSTS), str(house.folder / "bench.json"))
        bench = Bench(house)
        house.start_web()
        bench.ask("GET", "/bench/read")
        print(
            f"{'':44}{'budget':>8}{'server':>9}{'database':>9}{'sum':>9}{'minimal':>9}{'wall':>9}   (ms a request)"
        )
        minimal: dict[str, float] = {}
        for row in rows(bench):
            total = _show(bench, row, minimal)
            if row[0].startswith("minimal"):
                minimal["post" if "POST" in row[0] else "get"] = total
        house.stop()
        house.start_web(FIELD_APPLY="worker")
        bench.line.close()
        _show(bench, kept_only(bench), minimal)
        print(f"SQL statements of beat two (budget ≤ 20): {bench.statements}")
    finally:
        house.remove()
        shutil.rmtree(folder, ignore_errors=True)


def _show(bench: Bench, row: tuple[str, str, Ask, int, int, str], minimal: dict[str, float]) -> float:
    what, budget, ask, times, warm, beside = row
    server, database, wall = bench.measure(ask, times, warm=warm)
    other = f"{minimal[beside]:.2f}" if beside in minimal else ""
    print(
        f"{what:<44}{budget:>8}{server:>9.2f}{database:>9.2f}{server + database:>9.2f}{other:>9}{wall:>9.2f}",
        flush=True,
    )
    return server + database


if __name__ == "__main__":
    run("SQLite", "")
    url = os.environ.get("DATABASE_URL") or USUAL
    if why := unreachable(url):
        print(f"\nPostgreSQL: SKIPPED: {why}")
    else:
        run("PostgreSQL", url)
