"""One real installation for all tests of the wire: real forms, real lists, the server's own processes."""

from collections.abc import Iterator
from itertools import chain, count

import pytest

from tests.kills.test_kills import database
from tests.running import Installation
from tests.wire.door import Door


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    house = Installation(tmp_path_factory.mktemp("wire") / "house", database()).prepare()
    try:
        house.start_web()
        yield house
        assert house.faults() == []
    finally:
        house.remove()


@pytest.fixture(scope="session")
def doors(running: Installation) -> Iterator[Door]:
    """One after the other, as many as are wanted: each with a key of its own."""
    return chain.from_iterable(Door.all(running) for _ in count())


@pytest.fixture
def door(doors: Iterator[Door]) -> Door:
    return next(doors)
