"""The same over sockets: a phone that reaches a listening server, as it would from a village."""

from collections.abc import Callable
from datetime import date

import pytest
from pytest_django.live_server_helper import LiveServer

from server.demo.line import SocketLine
from server.households.kinds import Standing
from tests.engine.engine import ENGINES
from tests.loop.test_branch import screening
from tests.loop.world import World, all_applied, due, household, served_row

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("engine", ENGINES)
def test_registered_and_visited_over_a_socket(live_server: LiveServer, make: Callable[..., World], engine: str) -> None:
    world = make(engine)
    line = SocketLine()
    world.clock.to("2024-04-10")
    phone = world.phone(world.cast.gu, line=line, url=live_server.url)
    first = phone.finish("screening", screening(world))
    entity = phone.row("households", "赵阿婆").id
    world.clock.to("2024-04-11")
    photo = {"door.png": b"no picture"}
    visit = phone.finish("visit", [("scope", "all"), ("hh", entity), ("result", "met_person"), ("changed", "none"),
                                   ("trend", "same"), ("told_policy", "no"), ("photo", "door.png")], files=photo)
    phone.send(visit, first)
    assert "打不开" in visit.said  # the answer a person sees
    phone.sync()
    line.hang_up()
    assert all_applied()
    assert household(entity).row.standing == Standing.FULL
    assert due(entity) == ("regular", date(2024, 7, 1), date(2024, 9, 30))
    row = phone.rows("households")[entity]
    assert {"label": row.label, **row.properties} == served_row("households", entity)
