"""The world of the loop: a clock that stands where the story is, the forms published, an engine that is here."""

from collections.abc import Callable

import pytest
from django.utils import timezone

import forms.publish
from tests.engine.engine import ENGINES, missing
from tests.loop.clock import Clock
from tests.loop.world import World, compiled_once, make_world


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Everything that asks for the time during this test is told the story's."""
    clock = Clock("2023-01-03")
    monkeypatch.setattr(timezone, "now", clock.now)
    return clock


@pytest.fixture
def make(db: None, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Callable[..., World]:
    """`make("node")`: the world, with this engine in every phone."""
    monkeypatch.setattr(forms.publish, "compile_xlsform", compiled_once)

    def made(engine: str = "node") -> World:
        if why := missing(engine):
            pytest.skip(why)
        return make_world(clock, engine)

    return made


@pytest.fixture(params=ENGINES)
def world(request: pytest.FixtureRequest, make: Callable[..., World]) -> World:
    """The world, once with each engine."""
    return make(request.param)
