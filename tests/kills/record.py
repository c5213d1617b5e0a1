"""python -m tests.kills.record TAPE URL PHONES SIZE: play a demo month against a running server and keep it on tape."""

import base64
import sys
import threading
import uuid
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402 settings come first
from django.utils import timezone  # noqa: E402

from server.accounts.models import User  # noqa: E402
from server.acts.models import Act  # noqa: E402
from server.demo.cast import Worker, workers  # noqa: E402
from server.demo.desk import Desk  # noqa: E402
from server.demo.line import Answer, SocketLine  # noqa: E402
from server.demo.month import tell_month  # noqa: E402
from server.demo.notebook import Notebook, read_notebook, write_notebook  # noqa: E402
from server.field.decide import decide  # noqa: E402
from sync.keys import issue_key  # noqa: E402
from tests.kills.tape import Decided, Post, Tape, write_tape  # noqa: E402

MONTH = date(2025, 8, 1)


class Recorder:
    """Everything that is sent or decided, in the order in which it happened."""

    def __init__(self) -> None:
        self.tape = Tape(posts=[[]], acts=[])
        self.lock = threading.Lock()
        self.deciding = False

    def posted(self, post: Post) -> None:
        with self.lock:
            if self.deciding:
                self.deciding = False
                self.tape.posts.append([])
            self.tape.posts[-1].append(post)

    def decide(self, kind: str, subject: str, **more: Any) -> Act:
        if not self.deciding:
            self.deciding = True
            self.tape.acts.append([])
        act_id = uuid.uuid4()
        plain = {
            **more,
            "now": more["now"].isoformat(),
            "since": more["since"].isoformat() if more.get("since") else None,
        }
        self.tape.acts[-1].append(Decided(str(kind), subject, act_id=str(act_id), **plain))
        return decide(kind, subject, act_id=act_id, **more)


class TapeLine(SocketLine):
    """A phone's line that keeps what is posted over it."""

    def __init__(self, worker: Worker, recorder: Recorder) -> None:
        super().__init__()
        self.worker, self.recorder = worker, recorder

    def ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
        if method == "POST":
            kept = base64.b64encode(body or b"").decode()
            self.recorder.posted(Post(self.worker.username, headers["Content-Type"], kept))
        return super().ask(method, url, headers, body)


def keys(cast: list[Worker]) -> Notebook:
    """An address for every phone, in the installation's own notebook."""
    place = Path(settings.VAR_DIR) / "demo.json"
    notebook = read_notebook(place)
    people = dict(User.objects.values_list("username", "pk"))
    for worker in cast:
        if worker.username not in notebook.tokens:
            issued = issue_key(people[worker.username], label="", by=None, now=timezone.now())
            notebook.tokens[worker.username] = issued.token
    write_notebook(place, notebook)
    return notebook


def main(tape: str, url: str, phones: str, size: str) -> None:
    cast = list(workers())[:: max(1, 24 // int(phones))][: int(phones)]
    notebook, recorder = keys(cast), Recorder()
    if tape == "-":
        return  # only the addresses, before copies are made
    towns = {worker.town for worker in cast}
    told = tell_month(
        {worker: f"{url}/key/{notebook.tokens[worker.username]}" for worker in cast},
        MONTH, seed=1, clock=timezone.now, desk=Desk(towns, MONTH, 1, recorder.decide),
        line=lambda worker: TapeLine(worker, recorder), size=int(size), ahead=False,
    )  # fmt: skip
    if told.unsent:
        raise SystemExit(f"{told.unsent} forms did not get through")
    write_tape(Path(tape), recorder.tape)
    print(told)


if __name__ == "__main__":
    main(*sys.argv[1:])
