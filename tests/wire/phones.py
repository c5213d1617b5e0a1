"""Phones of a running server, set up with keys that `tests.wire.issue` wrote down in the installation."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from server.demo.cast import Worker
from server.demo.hand import Hand
from server.demo.line import Line
from server.demo.phone import Phone
from tests.running import Installation


@dataclass(frozen=True)
class Held:
    """A key that was issued: whose, its two secrets, its number."""

    worker: Worker
    token: str
    password: str
    key_id: int

    def phone(self, url: str, line: Line | None = None) -> Phone:
        """A phone set up with it; `url`: the server's."""
        return Phone(f"{url}/key/{self.token}", line, device=f"collect:{self.key_id}")

    def hand(self, url: str, line: Line | None = None, seed: str = "") -> Hand:
        """The worker with that phone; `seed`: what he does by chance."""
        return Hand(self.worker, self.phone(url, line), Random(f"{seed} {self.key_id}"))


def issue_phones(house: Installation) -> Iterator[Held]:
    """One phone more for each worker of the demo."""
    path = house.folder / "phones.json"
    house.run("-m", "tests.wire.issue", str(path))
    for one in json.loads(path.read_text("utf-8")):
        villages = tuple((code, name) for code, name in one["worker"].pop("villages"))
        yield Held(Worker(**one["worker"], villages=villages), one["token"], one["password"], one["key_id"])
