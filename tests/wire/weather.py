"""A bad network between phones and a server: a proxy on this machine that cuts, drops, delays and doubles.

It knows where a request ends (so that it can send one twice), and of nothing else. What happens to each request is
drawn from a seed; every thread ends when the proxy is closed, requests that were held back are delivered first.
"""

import contextlib
import socket
import struct
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from random import Random

PATIENCE = 60.0
MOST_LINES = 64


class Mishap(StrEnum):
    NONE = "as sent"
    SLOW = "delayed"
    CUT_REQUEST = "request cut"
    CUT_ANSWER = "answer cut"
    NO_ANSWER = "answer dropped"
    TWICE = "sent twice"
    LATE = "delivered after the line broke"


#: How often each happens, in a hundred requests.
STORM = {
    Mishap.NONE: 45, Mishap.SLOW: 8, Mishap.CUT_REQUEST: 15, Mishap.CUT_ANSWER: 10, Mishap.NO_ANSWER: 10,
    Mishap.TWICE: 7, Mishap.LATE: 5,
}  # fmt: skip


class Proxy:
    """`calm`: everything passes as it was sent."""

    def __init__(self, port: int, seed: str) -> None:
        self.server, self.chance, self.calm = ("127.0.0.1", port), Random(seed), True
        self.happened: Counter[Mishap] = Counter()
        self.bytes_sent = 0
        self.troubles: list[str] = []
        self._lock = threading.Lock()
        self._lines, self._late = ThreadPoolExecutor(MOST_LINES), ThreadPoolExecutor(8)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._closing = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def close(self) -> None:
        """No new lines; what was held back is delivered; then it is quiet."""
        self._closing.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._lines.shutdown()
        self._late.shutdown()

    # --- inside ---

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            client.settimeout(PATIENCE)
            self._lines.submit(self._line, client)

    def _line(self, client: socket.socket) -> None:
        """One connection of a phone: one request, then it is closed. (OkHttp opens another.)"""
        with client:
            try:
                self._request(client)
            except OSError as error:
                with self._lock:
                    self.troubles.append(type(error).__name__)

    def _request(self, client: socket.socket) -> None:
        head = _head(client)
        if not head:
            return
        length = _length(head)
        with self._lock:
            chance = Random(self.chance.random())
            kinds = [Mishap.NONE] if self.calm else list(STORM)
            mishap = chance.choices(kinds, [STORM[kind] for kind in kinds])[0]
            self.happened[mishap] += not self.calm
        whole = head.index(b"\r\n\r\n") + 4 + length
        if mishap == Mishap.CUT_REQUEST:
            cut = chance.randrange(1, whole)
            self._pass_on(_more(client, head, cut)[:cut])
            return _reset(client) if chance.random() < 0.5 else None
        request = _more(client, head, whole)
        with self._lock:
            self.bytes_sent += len(request)
        if mishap == Mishap.LATE:
            self._late.submit(self._deliver, request, chance.uniform(0.1, 1.5))
            return _reset(client)
        if mishap == Mishap.SLOW:
            time.sleep(chance.uniform(0.02, 0.4))
        if mishap == Mishap.TWICE:
            self._late.submit(self._deliver, request, 0.0)
        answer = self._deliver(request, 0.0)
        if mishap == Mishap.NO_ANSWER:
            return None
        if mishap == Mishap.CUT_ANSWER:
            client.sendall(answer[: chance.randrange(len(answer))] if answer else b"")
            return _reset(client) if chance.random() < 0.5 else None
        client.sendall(answer)
        return None

    def _deliver(self, request: bytes, after: float) -> bytes:
        """The whole request to the server, and all it answers."""
        time.sleep(after)
        with socket.create_connection(self.server, PATIENCE) as server:
            server.sendall(request.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
            answer = bytearray()
            while piece := server.recv(1 << 16):
                answer += piece
        return bytes(answer)

    def _pass_on(self, part: bytes) -> None:
        with socket.create_connection(self.server, PATIENCE) as server:
            server.sendall(part)


def _head(client: socket.socket) -> bytes:
    """Everything up to the end of a request's head, and what came with it; nothing if the phone has gone."""
    read = bytearray()
    while b"\r\n\r\n" not in read:
        piece = client.recv(1 << 16)
        if not piece:
            return b""
        read += piece
    return bytes(read)


def _more(client: socket.socket, read: bytes, until: int) -> bytes:
    whole = bytearray(read)
    while len(whole) < until:
        piece = client.recv(1 << 16)
        if not piece:
            raise ConnectionError("the phone has gone")
        whole += piece
    return bytes(whole)


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n\r\n")[0].split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


def _reset(client: socket.socket) -> None:
    """Close as a lost line does: not by a goodbye but by a reset."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
