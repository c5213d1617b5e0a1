"""The people of the tests. They never change, so that every test of rights reads as a story.

王主任 reviews for 朱家角镇; 小李 visits its first two 村居; 小陈 visits in 金泽镇 and must see nothing of
朱家角镇; the district's 民政局 sees all; 小赵 keeps the ledgers, 小周 sits at the window of 朱家角镇; 老孙 inspects,
桥社 is a social organisation, and 阿强 runs the machines but has no business with households.
"""

from dataclasses import dataclass
from datetime import date

from server.accounts.assign_village import assign_village
from server.accounts.kinds import Role
from server.accounts.models import Grant, User
from server.areas.load_areas import load_areas
from server.areas.models import Area

DISTRICT = "310118"
ZHUJIAJIAO = "310118102"
JINZE = "310118104"
LIANTANG = "310118103"
SINCE = date(2024, 1, 1)


@dataclass(frozen=True)
class Cast:
    """One person per role; the villages of the two 街镇 by code order."""

    wang: User  # 王主任, SU of 朱家角镇
    li: User  # 小李, GW of 朱家角镇, villages[0] and villages[1]
    gu: User  # 顾问小吴, CO of 朱家角镇, villages[0]
    chen: User  # 小陈, GW of 金泽镇, away[0]
    xu: User  # 徐主任, SU of 金泽镇
    bureau: User  # 民政局, DI
    ledger: User  # 小赵, LE of 朱家角镇
    window: User  # 小周, WN of 朱家角镇
    inspector: User  # 老孙, IN
    partner: User  # 桥社, PA
    admin: User  # 阿强, AD
    villages: tuple[str, ...]
    away: tuple[str, ...]


def make_cast() -> Cast:
    """Areas and people in the database, once per test."""
    load_areas()
    villages, away = (
        tuple(Area.objects.filter(parent_id=town).order_by("code").values_list("code", flat=True))
        for town in (ZHUJIAJIAO, JINZE)
    )
    return Cast(
        wang=_person("wang", "王主任", Role.SU, ZHUJIAJIAO),
        li=_person("li", "小李", Role.GW, ZHUJIAJIAO, villages[:2]),
        gu=_person("gu", "顾问小吴", Role.CO, ZHUJIAJIAO, villages[:1]),
        chen=_person("chen", "小陈", Role.GW, JINZE, away[:1]),
        xu=_person("xu", "徐主任", Role.SU, JINZE),
        bureau=_person("bureau", "民政局老何", Role.DI, DISTRICT),
        ledger=_person("ledger", "小赵", Role.LE, ZHUJIAJIAO),
        window=_person("window", "小周", Role.WN, ZHUJIAJIAO),
        inspector=_person("inspector", "老孙", Role.IN, DISTRICT),
        partner=_person("partner", "桥社", Role.PA, ZHUJIAJIAO),
        admin=_person("admin", "阿强", Role.AD, DISTRICT),
        villages=villages,
        away=away,
    )


def _person(username: str, name: str, role: Role, area: str, villages: tuple[str, ...] = ()) -> User:
    user = User.objects.create_user(username, password="test", name=name)
    Grant.objects.create(user=user, role=role, area_id=area, since=SINCE)
    for village in villages:
        assign_village(user.pk, village, since=SINCE)
    return user
