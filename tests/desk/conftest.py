"""A small town with something in it: three households of 朱家角镇, one of 金泽镇."""

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from server.accounts.models import User
from server.households.models import Household
from sync.models import Submission
from tests.cast import Cast, make_cast
from tests.desk.told import tell

HOUSE = "11111111-0000-4000-8000-000000000001"
TWIN = "11111111-0000-4000-8000-000000000002"
THIRD = "11111111-0000-4000-8000-000000000003"
ELSEWHERE = "22222222-0000-4000-8000-000000000001"
ID_NO = "319999195001010011"
PHONE = "13800001234"
# The smallest PNG there is.
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
ANSWERS = {
    "rep_name": "张三丰", "id_type": "resident", "id_no": ID_NO, "told": "OK", "hukou_kind": "same_town",
    "members_n": "2", "income_pc": "1200", "addr": "朱枫公路12号303室", "phone": PHONE, "in_relief": "no",
    "may_qualify": "yes", "willing": "yes", "able": "no", "aware": "no", "vuln6": "lonely_elder",
    "health": "慢性病", "needs": "medical", "difficulty": "老两口体弱，药费负担重，子女不在身边",
    "grade_sug": "A", "plan": "协助申请低保，每月上门",
}


@dataclass(frozen=True)
class Town:
    cast: Cast
    first: Submission  # 张三丰, by the consultant
    second: Submission  # 李四, by the grid worker
    away: Submission  # 钱五 in 金泽镇
    now: datetime

    @property
    def house(self) -> Household:
        return Household.objects.get(pk=HOUSE)


@pytest.fixture
def town(db: None) -> Town:
    cast = make_cast()
    now = timezone.now()
    days = timedelta(days=1)
    first = tell(cast.gu, "screening", {**ANSWERS, "village": cast.villages[0]}, now=now - 3 * days, entity=HOUSE,
                 create=True, photo=PICTURE)
    second = tell(cast.li, "screening", {**ANSWERS, "village": cast.villages[1], "rep_name": "李四",
                                         "id_no": "", "id_type": "none", "phone": "13900005678"},
                  now=now - 2 * days, entity=THIRD, create=True)
    away = tell(cast.chen, "screening", {**ANSWERS, "village": cast.away[0], "rep_name": "钱五", "id_no": "",
                                         "id_type": "none", "phone": "13700009999"},
                now=now - days, entity=ELSEWHERE, create=True)
    return Town(cast, first, second, away, now)


@pytest.fixture
def sit() -> "type[_Sit]":
    return _Sit


class _Sit(Client):
    """A browser in which somebody is signed in: ``sit(wang)``."""

    def __init__(self, user: User) -> None:
        super().__init__()
        self.force_login(user)
