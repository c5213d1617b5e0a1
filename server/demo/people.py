"""Invented families: names, addresses, telephones, ID numbers. Pure, and the same for the same chance.

ID numbers begin with 319999, a division code nobody has, and end in a check digit that holds.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from server.households.idno import check_digit

SURNAMES = "陆沈陈张徐王顾金朱周吴杨蒋潘李钱施许曹姚俞袁倪唐钟夏费诸费计盛庄凌邹"
MALE = "建国 志明 根生 阿根 金龙 永福 国强 德兴 福根 伟民 海林 林生 雪根 卫东 文斌 家豪 明辉 水林 阿四 宝祥 伯仁 仲良"
FEMALE = "秀英 桂珍 彩娥 阿珍 美芳 玉兰 雪芳 惠娟 金妹 阿妹 秋英 水仙 丽华 春梅 小红 晓燕 婷婷 招娣 凤仙 菊英 银娣 佩华"
ROADS = "漕平路 朱枫公路 沪青平公路 金商公路 练新路 祥凝浜路 新溪路 复兴路 课植园路 培育路 湖滨路 章练塘路"
RELATIONS = ("spouse", "child", "parent", "grandchild", "sibling")


@dataclass(frozen=True)
class Person:
    name: str
    sex: str  # male | female
    born: date
    id_no: str
    relation: str = ""


@dataclass(frozen=True)
class Family:
    """A household as it is, whatever anybody may have written down of it."""

    head: Person
    members: tuple[Person, ...]
    village: str  # 12-digit code
    address: str
    phone: str
    income: int  # yuan per head and month


def id_number(born: date, order: int, sex: str) -> str:
    """A number that holds; `order` 0…499 tells people of one birthday and sex apart."""
    serial = 2 * (order % 500) + (1 if sex == "male" else 0)
    first17 = f"319999{born:%Y%m%d}{serial:03d}"
    return first17 + check_digit(first17)


class People:
    """Everybody of one story. Telephones and serial numbers are given out once."""

    def __init__(self, chance: Random, first_phone: int = 0) -> None:
        self.chance = chance
        self.phones = first_phone
        self.numbered = chance.randrange(400)

    def family(self, village: str, village_name: str, today: date) -> Family:
        chance = self.chance
        oldest = chance.choices(((30, 59), (60, 79), (80, 93)), weights=(4, 6, 2))[0]
        head = self.person(today, oldest)
        members = tuple(
            self._member(head, today) for _ in range(chance.choices((0, 1, 2, 3), (5, 6, 3, 2))[0])
        )
        return Family(
            head, members, village, self.address(village_name), self.phone(), 10 * chance.randrange(60, 320)
        )

    def person(
        self, today: date, ages: tuple[int, int], sex: str = "", surname: str = "", relation: str = ""
    ) -> Person:
        chance = self.chance
        sex = sex or chance.choice(("male", "female"))
        born = today - timedelta(days=chance.randrange(ages[0] * 365, ages[1] * 365 + 364))
        given = chance.choice((MALE if sex == "male" else FEMALE).split())
        if chance.random() < 0.25:
            given = given[-1]
        self.numbered += 1
        name = (surname or chance.choice(SURNAMES)) + given
        return Person(name, sex, born, id_number(born, self.numbered, sex), relation)

    def phone(self) -> str:
        """Mobile, now and then a landline beside it; a few have none."""
        self.phones += 1
        roll = self.chance.random()
        mobile = f"1390000{self.phones % 10000:04d}"
        if roll < 0.04:
            return "无"
        return f"{mobile}/5924{self.phones % 10000:04d}" if roll < 0.12 else mobile

    def _member(self, head: Person, today: date) -> Person:
        relation = self.chance.choice(RELATIONS)
        age = (today - head.born).days // 365
        span = {
            "spouse": (max(22, age - 6), max(23, age + 4)),
            "child": (max(1, age - 36), max(2, age - 22)),
            "parent": (min(95, age + 20), min(96, age + 26)),
            "grandchild": (3, 17),
            "sibling": (max(18, age - 8), age + 8),
        }[relation]
        sex = {"male": "female", "female": "male"}[head.sex] if relation == "spouse" else ""
        surname = head.name[0] if relation in ("child", "sibling", "grandchild") else ""
        return self.person(today, span, sex, surname, relation)

    def address(self, village: str) -> str:
        """A door in a 村 (by group) or in the streets of a 居 (``village``: its name, which ends in 委会)."""
        chance = self.chance
        short = village.removesuffix("居委会").removesuffix("委会").replace("村村", "村")
        if village.endswith("村委会"):
            return f"{short}{chance.randrange(1, 16)}组{chance.randrange(1, 130)}号"
        road, lane, house = chance.choice(ROADS.split()), chance.randrange(10, 900), chance.randrange(1, 60)
        return f"{short}{road}{lane}弄{house}号{chance.randrange(1, 7)}0{chance.randrange(1, 5)}室"
