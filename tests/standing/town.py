"""The cast with more people: two workers of one village, villages of one 街镇 with a worker each, and another 街镇.

    朱家角镇   first: 顾问小吴, 小李   second: 小李   third: 小孙   fourth: 小贺      reviewer 王主任
    金泽镇     away: 小陈   far: 小陆                                              reviewer 徐主任
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from io import StringIO
from unittest.mock import patch

from django.core.management import call_command
from django.db import connection

from server.accounts.assign_village import assign_village
from server.accounts.end_assignment import end_assignment
from server.accounts.kinds import Role
from server.accounts.models import Grant, User
from server.areas.models import Area
from tests.cast import JINZE, SINCE, ZHUJIAJIAO, Cast, make_cast
from tests.desk.conftest import ANSWERS
from tests.loop.clock import Clock
from tests.standing.handset import Handset
from tests.standing.office import Office

#: One family, whoever tells of it. 319999 is nobody's division.
FAMILY = {**ANSWERS, "rep_name": "周根生", "id_no": "319999194812120017", "addr": "公园路100弄12号302室",
          "phone": "13912345678", "sex_q": "male", "plan": "每月上门，协助申请低保"}
NAME = "周根生"


@dataclass
class Town:
    """Phones and desks of everybody in a story, made when first asked for."""

    cast: Cast
    clock: Clock
    sun: User  # 小孙, GW of 朱家角镇, third
    he: User  # 小贺, GW of 朱家角镇, fourth
    lu: User  # 小陆, GW of 金泽镇, far
    phones: dict[int, Handset] = field(default_factory=dict)
    offices: dict[int, Office] = field(default_factory=dict)

    @property
    def first(self) -> str:
        return self.cast.villages[0]

    @property
    def third(self) -> str:
        return self.cast.villages[2]

    @property
    def fourth(self) -> str:
        return self.cast.villages[3]

    @property
    def away(self) -> str:
        return self.cast.away[0]

    @property
    def far(self) -> str:
        return self.cast.away[1]

    def phone(self, user: User) -> Handset:
        if user.pk not in self.phones:
            self.phones[user.pk] = Handset.of(user, self.clock)
        return self.phones[user.pk]

    def desk(self, user: User) -> Office:
        return self.offices.setdefault(user.pk, Office(user))

    @property
    def gu(self) -> Handset:
        return self.phone(self.cast.gu)

    @property
    def wang(self) -> Office:
        return self.desk(self.cast.wang)

    @property
    def xu(self) -> Office:
        return self.desk(self.cast.xu)

    @property
    def bureau(self) -> Office:
        return self.desk(self.cast.bureau)

    def holders(self, entity: str, name: str = "households") -> set[str]:
        """Whose phones hold this row after their next sync, workers and reviewers of both 街镇."""
        people = (self.cast.gu, self.cast.li, self.sun, self.he, self.cast.chen, self.lu, self.cast.wang, self.cast.xu)
        return {user.username for user in people if entity in self.phone(user).sync(name)}

    def served(self, *entities: str, name: str = "households") -> list[str]:
        """Which of these ids some phone holds as a row of its own."""
        return [entity for entity in entities if self.holders(entity, name)]

    def work(self) -> None:
        """The worker's turn: what is compared across villages is compared here, never while a phone waits.

        It is a process of its own, and closes its connection when it goes; here that is the story's too.
        """
        with patch.object(connection, "close"):
            call_command("work", "--once", stdout=StringIO())

    def clicks(self) -> list[str]:
        """Everything decided at all desks beside judging submissions."""
        return [click for office in self.offices.values() for click in office.clicks]

    def answers_for(self, user: User, village: str, since: date, until: date | None = None) -> None:
        """A dated assignment, as for a deputy."""
        made = assign_village(user.pk, village, since=since)
        if until is not None:
            end_assignment(made.pk, on=until)

    def place(self, village: str) -> str:
        return str(Area.objects.get(pk=village).name)


def make_town(clock: Clock) -> Town:
    """Before the first household."""
    cast = make_cast()
    return Town(
        cast, clock,
        sun=_worker("sun", "小孙", ZHUJIAJIAO, cast.villages[2:3]),
        he=_worker("he", "小贺", ZHUJIAJIAO, cast.villages[3:4]),
        lu=_worker("lu", "小陆", JINZE, cast.away[1:2]),
    )  # fmt: skip


def _worker(username: str, name: str, town: str, villages: Iterable[str]) -> User:
    user = User.objects.create_user(username, password="test", name=name)
    Grant.objects.create(user=user, role=Role.GW, area_id=town, since=SINCE)
    for village in villages:
        assign_village(user.pk, village, since=SINCE)
    return user
