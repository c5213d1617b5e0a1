"""python -m tests.bench.door: the phones' door under many phones at once, beside a plain Django view on the same server.

Requests a second (BENCH_CLIENTS lines kept open, 8; they run on the same machine and take their part of it) and CPU
milliseconds a request, server and database. As in `tests.bench`: BENCH_ROWS, BENCH_POSTS; nothing is asserted.
"""

import itertools
import os
import re
import shutil
import socket
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random

from server.demo.picture import picture
from tests.bench.__main__ import DEVICE, POSTS, ROWS, Bench
from tests.on_both import USUAL, unreachable
from tests.running import Installation
from tests.sync.passwords import Digester, basic

CLIENTS = int(os.environ.get("BENCH_CLIENTS", "8"))
READS = int(os.environ.get("BENCH_READS", "800"))
Request = Callable[[int], bytes]


@dataclass(frozen=True)
class Row:
    """One line of the table. `request`: the bytes of the n-th request; no submission is sent twice."""

    what: str
    request: Request
    times: int
    warm: int = 16
    status: tuple[int, ...] = (200,)


class Client:
    """One line kept open: bytes out, a whole answer back. As little work as possible, since it shares the machine."""

    def __init__(self, port: int) -> None:
        self.line = socket.create_connection(("127.0.0.1", port), 120)
        self.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> int:
        """The status."""
        self.line.sendall(request)
        read = self.line.recv(1 << 16)
        while (end := read.find(b"\r\n\r\n")) < 0:
            read += self._more()
        head = read[:end].lower() + b"\r\n"
        if (at := head.find(b"\r\ncontent-length:")) >= 0:  # not that of x-openrosa-accept-content-length
            left = end + 4 + int(head[at + 17 : head.find(b"\r\n", at + 2)])
            size = len(read)
            while size < left:
                size += len(self._more())
        elif b"chunked" in head:
            while not read.endswith(b"0\r\n\r\n"):
                read = read[-5:] + self._more()
        return int(head[9:12])

    def _more(self) -> bytes:
        piece = self.line.recv(1 << 18)
        if not piece:
            raise ConnectionError("the server hung up")
        return piece


def http(method: str, path: str, data: bytes = b"", **headers: str) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [] if path.startswith("/bench/") else ["X-OpenRosa-Version: 1.0"]  # the plain view is no phone's
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    lines += [f"Content-Length: {len(data)}"] if method == "POST" else []
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + data


def always(request: bytes) -> Request:
    return lambda number: request


def reads(bench: Bench) -> list[Row]:
    """What is fetched."""
    key = f"/key/{bench.tokens['worker']}"
    same = {"Host": "127.0.0.1"}  # the addresses in the answer, and so its tag, follow it
    answer, forms = bench.ask("GET", f"{key}/formList?{DEVICE}", None, same)
    manifest = re.findall(r"<manifestUrl>[^<]*(/key/[^<]*)</manifestUrl>", forms.decode())[-1].replace(
        "&amp;", "&"
    )
    rows = f"{key}/lists/households.csv?{DEVICE}"
    etag = bench.ask("GET", rows, None, same)[0].headers["ETag"]
    login = Digester(*bench.login)
    login.take(_challenge(bench))
    said = [login.words("GET", f"{bench.house.url}/formList?{DEVICE}") for _ in range(READS + 20)]
    secure = {"X_Forwarded_Proto": "https", "Authorization": basic(*bench.login)}
    return [
        Row("plain Django view, GET", always(http("GET", "/bench/read")), READS),
        Row("formList", always(http("GET", f"{key}/formList?{DEVICE}")), READS),
        Row("formList, by Basic", always(http("GET", f"/formList?{DEVICE}", **secure)), READS),
        Row("formList, by Digest", lambda n: http("GET", f"/formList?{DEVICE}", Authorization=said[n]), READS),
        Row("formList, 304", always(http("GET", f"{key}/formList?{DEVICE}", If_None_Match=answer.headers["ETag"])),
            READS, status=(304,)),
        Row("manifest", always(http("GET", f"{manifest}&{DEVICE}")), READS),
        Row("HEAD before a POST", always(http("HEAD", f"{key}/submission?{DEVICE}")), READS, status=(204,)),
        Row(f"list, 300 rows of {int(ROWS):,}", always(http("GET", rows)), READS // 4),
        Row("the same, compressed", always(http("GET", rows, Accept_Encoding="gzip")), READS // 4),
        Row("the same, 304", always(http("GET", rows, If_None_Match=etag)), READS, status=(304,)),
    ]  # fmt: skip


def _challenge(bench: Bench) -> str:
    bench.line.request("GET", f"/formList?{DEVICE}")
    answer = bench.line.getresponse()
    answer.read()
    return str(answer.headers["WWW-Authenticate"])


def posts(bench: Bench, how: str, first: int, many: int) -> list[Row]:
    """What is sent: registrations `first`…, bare and with a photo."""
    key, chance = f"/key/{bench.tokens['worker']}", Random(1)
    photo = picture(1)
    photo += chance.randbytes(200_000 - len(photo))

    def post(number: int, with_photo: bool, path: str = f"{key}/submission?{DEVICE}") -> bytes:
        kind, data = bench.posts["screening"][number]
        if with_photo:
            fence = f"--{kind.partition('boundary=')[2]}"
            head = 'Content-Disposition: form-data; name="p.png"; filename="p.png"\r\nContent-Type: image/png\r\n\r\n'
            part = f"{fence}\r\n{head}".encode() + photo + f"\r\n{fence}--\r\n".encode()
            data = data.removesuffix(f"{fence}--\r\n".encode()) + part
        return http("POST", path, data, Content_Type=kind)

    def keep(number: int) -> bytes:
        return post(number % 50, False, "/bench/keep")

    half, warm = many // 2, min(8, many // 8)
    return [
        Row("plain Django view, POST and one INSERT", keep, many, status=(201,)),
        Row(f"POST {how}", lambda n: post(first + n, False), half - warm, warm, (201,)),
        Row(
            f"POST {how}, with a photo of 200 KB",
            lambda n: post(first + half + n, True),
            half - warm,
            warm,
            (201,),
        ),
    ]


def show(bench: Bench, row: Row) -> None:
    """All clients take the next request until there is none left; the CPU of all of it is shared out."""
    clients = [Client(bench.house.port) for _ in range(CLIENTS)]
    with ThreadPoolExecutor(CLIENTS) as pool:

        def together(first: int, times: int) -> None:
            numbers = itertools.count(first)

            def one(client: Client) -> None:
                while (number := next(numbers)) < first + times:
                    status = client.ask(row.request(number))
                    if status not in row.status:
                        raise RuntimeError(f"{row.what}: {status}")

            list(pool.map(one, clients))

        together(0, row.warm)
        server, database, wall = bench.measure(lambda _: together(row.warm, row.times), 1, warm=0)
    for client in clients:
        client.line.close()
    each = (server / row.times, database / row.times, (server + database) / row.times)
    print(
        f"{row.what:<44}{1000 * row.times / wall:>10.0f}" + "".join(f"{ms:>10.2f}" for ms in each), flush=True
    )


def run(name: str, database: str) -> None:
    folder = Path(tempfile.mkdtemp(prefix="tanfang-bench-"))
    house = Installation(folder / "house", database, DJANGO_SETTINGS_MODULE="tests.bench.settings")
    try:
        print(f"\n{name}: {int(ROWS):,} households, {CLIENTS} lines kept open …", flush=True)
        house.prepare()
        house.run("-m", "tests.bench.prepare", ROWS, str(POSTS), str(house.folder / "bench.json"))
        bench = Bench(house)
        house.start_web()
        print(f"{'':44}{'a second':>10}{'server':>10}{'database':>10}{'sum':>10}   (CPU, ms a request)")
        for row in [*reads(bench), *posts(bench, "kept and applied", 0, POSTS // 2)]:
            show(bench, row)
        house.stop()
        house.start_web(FIELD_APPLY="worker")
        for row in posts(bench, "kept", POSTS // 2, POSTS // 2)[1:]:
            show(bench, row)
    finally:
        house.remove()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    run("SQLite", "")
    url = os.environ.get("DATABASE_URL") or USUAL
    if why := unreachable(url):
        print(f"\nPostgreSQL: SKIPPED: {why}")
    else:
        run("PostgreSQL", url)
