"""Two phones register one household at the same moment: they end as one household or as one case on the desk, never as
two records that know nothing of each other. Real processes over real sockets, on either database.

Twenty pairs by each way; SAME_MOMENT=… for more.
"""

import json
import os
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest

from forms.models import FormVersion
from server.demo.line import SocketLine
from server.demo.multipart import body
from server.households.matching.bundled import newest
from server.households.matching.cluster import decided_pairs
from server.households.matching.decide import Outcome
from server.households.matching.lists.read_list import rows_of
from server.households.matching.lists.tabulated import features_in
from tests.door.rows import Row, answers_of, drawn, entities, listed, screening
from tests.kills.test_kills import database
from tests.law.world import _compiled
from tests.running import Installation
from tests.wire.phones import Held, issue_phones

pytestmark = pytest.mark.slow
PAIRS = int(os.environ.get("SAME_MOMENT", "20"))
CASES = PAIRS // 4


class Two(NamedTuple):
    """Two lines about one household, and what the matcher thinks of them when it sees both."""

    one: Row
    other: Row
    outcome: str

    def in_one(self, villages: Sequence[str]) -> bool:
        """Whether both have one home, sent by somebody who answers for these villages."""
        named = [answers_of(row)["village"] for row in (self.one, self.other)]
        return len({village if village in villages else min(villages) for village in named}) == 1


def twos(folder: Path, seed: int) -> list[Two]:
    """Pairs that nothing else of their registry is like: a quarter of them to be looked at, the others to be joined."""
    rows = drawn(20 * PAIRS, seed)
    by_id = {row[0]: row for row in rows}
    records = {row.cells[0]: [features_in(row, 2025)] for row in rows_of(listed(folder / "list.csv", rows))}
    decided = [
        (a.entity, b.entity, str(found.outcome))
        for a, b, found in decided_pairs(records, newest()) if found.outcome != Outcome.NEW
    ]
    times = Counter(name for a, b, _ in decided for name in (a, b))
    alone = [Two(by_id[a], by_id[b], outcome) for a, b, outcome in decided if times[a] == times[b] == 1]
    cases = [two for two in alone if two.outcome == Outcome.REVIEW][:CASES]
    return cases + [two for two in alone if two.outcome == Outcome.MERGE][: PAIRS - len(cases)]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    house = Installation(tmp_path_factory.mktemp("moment") / "house", database()).prepare()
    try:
        yield house
        assert house.faults() == []
    finally:
        house.remove()


class Moment:
    """Two phones of one worker, in two hands: evidence joins within a home."""

    def __init__(self, house: Installation, held: Sequence[Held]) -> None:
        self.house, self.held = house, held
        self.version = _version()
        self.lines = [SocketLine(), SocketLine()]
        self.gate = threading.Barrier(2)

    def send(self, number: int, xml: bytes, side: int) -> int:
        """One POST; it leaves when the other does. The answer's status."""
        token = self.held[side].token
        kind, content = body(xml, {})
        headers = {"X-OpenRosa-Version": "1.0", "Content-Type": kind}
        self.gate.wait(60)
        return self.lines[side].ask("POST", f"{self.house.url}/key/{token}/submission", headers, content).status

    def register(self, pairs: Sequence[Two], seed: int) -> list[tuple[str, str]]:
        """Each two at the same moment, one pair after the other; their ids."""
        ids = []
        with ThreadPoolExecutor(2) as hands:
            for number, two in enumerate(pairs):
                entity = entities([two.one, two.other], seed * 1000 + number)
                texts = [screening(self.version, entity[row[0]], answers_of(row)) for row in (two.one, two.other)]
                sent = [hands.submit(self.send, number, xml, side) for side, xml in enumerate(texts)]
                assert [one.result() for one in sent] == [201, 201]
                ids.append((entity[two.one[0]], entity[two.other[0]]))
        return ids


def _version() -> FormVersion:
    compiled = _compiled("screening")
    version = FormVersion(version=compiled.version)
    version.__dict__["fields"] = compiled.fields
    return version


def became(house: Installation, ids: Sequence[tuple[str, str]]) -> list[str]:
    """What each pair is now; nothing of what was sent waits."""
    asked, told = house.folder / "pairs.json", house.folder / "became.json"
    asked.write_text(json.dumps(ids), encoding="utf-8")
    house.run("-m", "tests.door.same_moment", str(asked), str(told))
    said = json.loads(told.read_text("utf-8"))
    assert said["waiting"] == []
    return list(said["became"])


@pytest.mark.parametrize("by", ("request", "worker"))
def test_at_the_same_moment_is_one_household_or_one_case(house: Installation, tmp_path: Path, by: str) -> None:
    seed = 3 if by == "request" else 4
    pairs = twos(tmp_path, seed)
    held = [next(issue_phones(house)) for _ in range(2)]
    house.start_web(FIELD_APPLY=by)
    try:
        ids = Moment(house, held).register(pairs, seed)
    finally:
        house.stop()
    if by == "worker":
        # Two workers begin with all of it before them, and take turns: one side of a pair each.
        with ThreadPoolExecutor(2) as workers:
            for done in [workers.submit(house.manage, "work", "--drain") for _ in range(2)]:
                done.result()
    found = became(house, ids)
    print(f"\n{by}: {len(pairs)} pairs, {Counter(found)}")
    villages = [code for code, _ in held[0].worker.villages]
    wanted = ["one household" if two.outcome == Outcome.MERGE and two.in_one(villages) else "case" for two in pairs]
    assert found == wanted and len(pairs) == PAIRS and CASES <= wanted.count("case") < 2 * CASES
