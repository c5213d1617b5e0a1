"""Where invented people live: real 街镇 and 村居 of Qingpu, invented roads, lanes, estates and doors. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from server.demo.registry.chance import Dice

ROAD_FIRST = "青朱章练白重徐华香盈夏漕祥淀湖新城公沪北东西南秀汇港泾塘浦赵凤溪金泽商明"
ROAD_SECOND = "安平溪园湖山枫泾港华宁康乐和昌业文兴桥松泽龙浜祥秀盈中星"
ESTATE_FIRST = "绿清淀青水香金银翠碧盈夏佳景秀天华瑞尚和祥康福怡锦万新东西"
ESTATE_SECOND = "洲湖浦岸溪桥苑枫河海源园泽城园山庭居枫"
ESTATE_LAST = (
    "花园",
    "家园",
    "新村",
    "小区",
    "苑",
    "公寓",
    "名邸",
    "佳苑",
    "公馆",
    "里",
    "坊",
    "景苑",
    "华庭",
)
HAMLET = "张王李陆沈徐顾朱周金杨蒋潘俞庄北南东西大小中新老横石"
HAMLET_LAST = ("家浜", "家埭", "家宅", "巷", "家角", "浜", "家库", "家埭", "湾", "泾", "家桥")


@dataclass(frozen=True)
class Home:
    """A door as it is. ``estate``, ``lane``, ``room``, ``group``, ``hamlet`` are empty where the place has none."""

    town: str
    village: str  # as the committee is called, 东盛社区居委会
    road: str = ""
    lane: int = 0
    estate: str = ""
    building: int = 0
    room: int = 0
    group: int = 0
    hamlet: str = ""
    number: int = 0


@dataclass(frozen=True)
class Committee:
    name: str
    town: str
    rural: bool
    roads: tuple[str, ...]
    lanes: tuple[tuple[str, int, str], ...]  # (road, number, estate)
    hamlets: tuple[str, ...]


def committees(dice: Dice, places: Iterable[tuple[str, str]], households: int) -> list[Committee]:
    """Streets and hamlets for every (committee, town); lanes grow with the number of households."""
    named = list(places)
    share = max(1, households // max(1, len(named)))
    made = []
    for name, town in named:
        rural = name.endswith("村委会")
        roads = tuple(
            dice.one(ROAD_FIRST) + dice.one(ROAD_SECOND) + dice.one(("路", "路", "路", "街", "公路"))
            for _ in range(3 + share // 400)
        )
        lanes = tuple(
            (dice.one(roads), dice.between(8, 3900), _estate(dice) if dice.roll() < 0.8 else "")
            for _ in range(2 + share // 60)
        )
        hamlets = tuple(dice.one(HAMLET) + dice.one(HAMLET_LAST) for _ in range(3 + share // 120))
        made.append(Committee(name, town, rural, roads, lanes, hamlets))
    return made


def _estate(dice: Dice) -> str:
    middle = dice.one(ESTATE_SECOND) if dice.roll() < 0.8 else ""
    phase = dice.one(("一", "二", "三")) + "期" if dice.roll() < 0.06 else ""
    return dice.one(ESTATE_FIRST) + middle + dice.one(ESTATE_LAST) + phase


def home_in(dice: Dice, committee: Committee) -> Home:
    """A door: by group or hamlet in a 村, by lane or at the road elsewhere."""
    town, village = committee.town, committee.name
    roll = dice.roll()
    if committee.rural and roll < 0.86:
        if roll < 0.55:
            return Home(town, village, group=dice.between(1, 24), number=dice.between(1, 240))
        return Home(town, village, hamlet=dice.one(committee.hamlets), number=dice.between(1, 260))
    if roll > 0.93:
        room = 0 if dice.roll() < 0.5 else dice.between(1, 6) * 100 + dice.between(1, 4)
        return Home(town, village, road=dice.one(committee.roads), number=dice.between(1, 2600), room=room)
    road, lane, estate = dice.one(committee.lanes)
    floor = dice.between(1, 6) if dice.roll() < 0.75 else dice.between(7, 18)
    return Home(
        town,
        village,
        road=road,
        lane=lane,
        estate=estate,
        building=dice.between(1, 90),
        room=floor * 100 + dice.between(1, 4),
    )
