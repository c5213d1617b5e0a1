"""Two 街镇 with a household each, and other systems that ask about them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from server.accounts.models import User
from server.acts.kinds import ActKind
from server.api.issue_token import issue_token
from server.field.decide import decide
from server.households.idno import check_digit
from sync.models import Submission
from tests.cast import Cast
from tests.desk.told import tell

HOUSE = "11111111-0000-4000-8000-000000000001"
AWAY = "22222222-0000-4000-8000-000000000001"
ID_NO = "31999919500101001" + check_digit("31999919500101001")
PHONE = "13800001234"
ANSWERS = {
    "rep_name": "张三丰", "id_type": "resident", "id_no": ID_NO, "told": "OK", "hukou_kind": "same_town",
    "members_n": "2", "income_pc": "1200", "addr": "朱枫公路12号303室", "phone": PHONE, "in_relief": "no",
    "may_qualify": "yes", "health": "慢性病", "difficulty": "老两口体弱，药费负担重，子女不在身边",
    "plan": "每月上门一次",
}  # fmt: skip


@dataclass(frozen=True)
class World:
    """``first`` is 张三丰's screening in 朱家角镇, approved; ``away`` 钱五's in 金泽镇."""

    cast: Cast
    first: Submission
    away: Submission
    now: datetime


@pytest.fixture
def world(cast: Cast) -> World:
    now = timezone.now()
    first = tell(
        cast.gu, "screening", {**ANSWERS, "village": cast.villages[0]}, now=now - timedelta(days=3), entity=HOUSE,
        create=True,
    )  # fmt: skip
    away = tell(
        cast.chen, "screening",
        ANSWERS | {"village": cast.away[0], "rep_name": "钱五", "id_type": "none", "id_no": "", "phone": ""},
        now=now - timedelta(days=2), entity=AWAY, create=True,
    )  # fmt: skip
    decide(ActKind.APPROVE, first.instance_id, by=cast.wang.pk, now=now, reason="属实")
    return World(cast, first, away, now)


Ask = Callable[..., Any]


@pytest.fixture
def ask() -> Ask:
    """``ask(user, path, **query)``: what another system with that person's token gets."""

    def asked(user: User | None, path: str, **query: Any) -> Any:
        headers = {}
        if user is not None:
            issued = issue_token(user.pk, label="test", days=30, now=timezone.now())
            headers["Authorization"] = f"Bearer {issued.token}"
        return Client(headers=headers).get(f"/api/{path}", query)

    return asked
