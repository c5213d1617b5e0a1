"""The town of the stories, and their clock."""

import pytest

from tests.loop.clock import Clock
from tests.loop.conftest import clock
from tests.standing.town import Town, make_town

__all__ = ["clock"]


@pytest.fixture
def town(db: None, clock: Clock) -> Town:
    clock.to("2024-03-01")
    return make_town(clock)
