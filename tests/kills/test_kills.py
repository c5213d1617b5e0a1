"""The server and the worker are killed (-9) at random moments of a demo month; nothing answered 201 or 202 is lost,
nothing is there twice, and what is derived is what an undisturbed month derives.

A few kills in the suite; `make kills` has fifty and the whole month (KILLS, KILLS_PHONES, KILLS_SIZE, KILLS_SEED).
"""

import contextlib
import http.client
import json
import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.conf import settings

from tests.kills.tape import Post, Tape, read_tape
from tests.on_both import USUAL
from tests.running import Installation

KILLS = int(os.environ.get("KILLS", "3"))
PHONES, SIZE = os.environ.get("KILLS_PHONES", "4"), os.environ.get("KILLS_SIZE", "5")
SEED = os.environ.get("KILLS_SEED", "1")
SENDERS = 4


def database() -> str:
    """The server for databases of our own, where this round of the suite is about PostgreSQL."""
    is_postgres = "postgresql" in settings.DATABASES["default"]["ENGINE"]
    return os.environ.get("DATABASE_URL") or USUAL if is_postgres else ""


@pytest.fixture
def undisturbed(tmp_path: Path) -> Iterator[tuple[Installation, Tape, dict[str, Any]]]:
    """A fresh installation with phones, the tape of a month played on its twin, and what the twin ended with."""
    fresh = Installation(tmp_path / "fresh", database()).prepare()
    twin = None
    try:
        fresh.run("-m", "tests.kills.record", "-", fresh.url, PHONES, SIZE)
        twin = fresh.copy(tmp_path / "twin")
        twin.start_web()
        print(twin.run("-m", "tests.kills.record", str(tmp_path / "tape.json"), twin.url, PHONES, SIZE))
        twin.stop()
        yield fresh, read_tape(tmp_path / "tape.json"), written(twin, tmp_path / "twin.json")
    finally:
        fresh.remove()
        if twin is not None:
            twin.remove()


def written(installation: Installation, path: Path) -> dict[str, Any]:
    installation.run("-m", "tests.kills.written", str(path))
    return dict(json.loads(path.read_text(encoding="utf-8")))


class Phones:
    """Send what is on tape, each post until it is answered 201 or 202, however often the server dies meanwhile."""

    def __init__(self, house: Installation) -> None:
        self.house = house
        self.tokens: dict[str, str] = json.loads((house.folder / "demo.json").read_text())["tokens"]
        self.answered: set[str] = set()
        self.refused: list[str] = []
        self.broken = 0
        self.lock = threading.Lock()

    def send(self, posts: list[Post]) -> None:
        with ThreadPoolExecutor(SENDERS) as pool:
            list(pool.map(self._insist, posts))

    def _insist(self, post: Post) -> None:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            try:
                line = http.client.HTTPConnection("127.0.0.1", self.house.port, timeout=30)
                head = {"Content-Type": post.content_type, "X-OpenRosa-Version": "1.0"}
                line.request("POST", f"/key/{self.tokens[post.username]}/submission", post.data, head)
                answer = line.getresponse()
                body = answer.read()
            except (OSError, http.client.HTTPException):
                with self.lock:
                    self.broken += 1
                time.sleep(0.05)
                continue
            finally:
                line.close()
            with self.lock:
                if answer.status in (201, 202):
                    self.answered.add(instance_of(post))
                    return
                self.refused.append(f"{answer.status} {body.decode()[:300]}")
            time.sleep(0.2)
        raise TimeoutError(f"not taken in two minutes; {self.refused[-1:]}")


def instance_of(post: Post) -> str:
    whole = message_from_bytes(f"Content-Type: {post.content_type}\r\n\r\n".encode() + post.data)
    for part in whole.walk():
        if part.get_param("name", header="content-disposition") == "xml_submission_file":
            xml = bytes(part.get_payload(decode=True))  # type: ignore[arg-type]
            return xml[xml.index(b"<instanceID>") + 12 : xml.index(b"</instanceID>")].decode()
    raise ValueError("no XML in it")


class Reaper(threading.Thread):
    """Kill the server or the worker at random moments while posts are under way, and start it again."""

    def __init__(self, house: Installation, kills: int, chance: Random) -> None:
        super().__init__(daemon=True)
        self.house, self.left, self.chance = house, kills, chance
        self.done: list[str] = []
        self.trouble: BaseException | None = None
        self.over = threading.Event()

    def run(self) -> None:
        try:
            while self.left and not self.over.wait(self.chance.uniform(0.05, 1.5)):
                # In turns beat two is done in the request, or left to the worker.
                how = self.chance.choice(("request", "worker"))
                if self.chance.random() < 0.7:
                    self.house.kill_web()
                    self.house.start_web(FIELD_APPLY=how)
                    self.done.append("web")
                else:
                    self.house.kill_worker()
                    self.house.start_worker()
                    self.done.append("worker")
                self.left -= 1
        except BaseException as trouble:
            self.trouble = trouble


@pytest.mark.slow
@pytest.mark.wire("W-53")
def test_killed_at_random(undisturbed: tuple[Installation, Tape, dict[str, Any]], tmp_path: Path) -> None:
    fresh, tape, expected = undisturbed
    house = fresh.copy(tmp_path / "killed")
    reaper = Reaper(house, KILLS, Random(SEED))
    try:
        house.start_web()
        house.start_worker()
        phones = Phones(house)
        reaper.start()
        for phase in range(max(len(tape.posts), len(tape.acts))):
            if phase < len(tape.posts):
                phones.send(Random(f"{SEED} {phase}").sample(tape.posts[phase], len(tape.posts[phase])))
            if phase < len(tape.acts):
                house.run("-m", "tests.kills.repeat", str(tmp_path / "tape.json"), str(phase))
        while (
            reaper.left and reaper.trouble is None
        ):  # the month was over first: everybody sends it all again
            phones.send([post for posts in tape.posts for post in posts])
        reaper.over.set()
        reaper.join()
        assert reaper.trouble is None, reaper.trouble
        house.stop()
        with contextlib.suppress(FileNotFoundError):
            print(house.log("web.log")[-500:])
        house.manage("work", "--drain")
        got = written(house, tmp_path / "killed.json")
    finally:
        reaper.over.set()
        reaper.join(60)
        house.remove()
    print(
        f"{len(reaper.done)} kills ({reaper.done.count('worker')} of the worker), {phones.broken} broken requests, "
        f"{len(phones.answered)} submissions answered"
    )
    assert not [one for one in phones.refused if one.startswith("5") and "503" not in one[:3]], (
        phones.refused[:3]
    )
    assert {name.split()[0] for name in got["kept"]} == phones.answered
    assert len(reaper.done) == KILLS
    assert unequal(expected, got) == []


def unequal(expected: dict[str, Any], got: dict[str, Any]) -> list[str]:
    """Tables and keys that differ, with what is on either side."""
    found = []
    for table in sorted({*expected, *got}):
        a, b = expected.get(table, {}), got.get(table, {})
        found += [f"{table} {k}: {a.get(k)} / {b.get(k)}" for k in sorted({*a, *b}) if a.get(k) != b.get(k)]
    return found[:10]
