"""How many SQL statements an answer takes, whatever the number of its rows."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from server.api.issue_token import issue_token
from server.ledgers.values import month_of
from tests.api.conftest import ANSWERS, HOUSE, World
from tests.cast import ZHUJIAJIAO
from tests.desk.told import tell

pytestmark = pytest.mark.django_db
#: Token, grants and villages: what every question costs before it is answered.
WHO = 3


@pytest.fixture
def cost(world: World) -> Callable[[str], int]:
    """Statements of one question with a token that has been used today."""
    issued = issue_token(world.cast.wang.pk, label="test", days=30, now=world.now)
    client = Client(headers={"Authorization": f"Bearer {issued.token}"})
    client.get("/api/due")

    def counted(path: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(f"/api/{path}").status_code == 200
        return len(seen)

    return counted


def more_households(world: World, count: int) -> None:
    for number in range(count):
        answers: dict[str, Any] = {**ANSWERS, "village": world.cast.villages[0], "id_type": "none", "id_no": ""}
        answers |= {"rep_name": f"赵{number}", "phone": f"1390000{number:04d}"}
        at = world.now - timedelta(hours=number + 1)
        tell(world.cast.gu, "screening", answers, now=at, entity=str(uuid.UUID(int=number + 1)), create=True)


def test_lists_cost_the_same_however_long(world: World, cost: Callable[[str], int]) -> None:
    pinned = {"households": 3, "visits": 3, "due": 4, "submissions": 3, f"households/{HOUSE}/visits": 4}
    assert {path: cost(path) - WHO for path in pinned} == pinned
    more_households(world, 5)
    assert {path: cost(path) - WHO for path in pinned} == pinned


def test_single_answers(world: World, cost: Callable[[str], int]) -> None:
    month = month_of(world.now.date())
    pinned = {
        f"households/{HOUSE}": 4,
        f"submissions/{world.first.pk}": 5,
        "ledgers": 2,
        f"ledgers/{ZHUJIAJIAO}/{month}": 15,
    }
    assert {path: cost(path) - WHO for path in pinned} == pinned
