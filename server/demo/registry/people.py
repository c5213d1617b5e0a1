"""Invented people and households as they are, whatever anybody may write down of them. Pure.

ID numbers begin with a division code nobody has (prefecture 99) and end in a check digit that holds; mobile numbers
begin with segments given to no operator's customers.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from server.demo.registry.chance import Dice
from server.demo.registry.names import full_name, given_name, surname, surname_of
from server.demo.registry.places import Committee, Home, home_in
from server.households.idno import check_digit

SEGMENTS = ("140", "142", "143", "154", "160", "161", "163", "164", "168", "169")
HERE = ("319918", "319929", "319999")
ELSEWHERE = tuple(
    f"{province}99{tail:02d}"
    for province in (32, 33, 34, 36, 37, 41, 42, 43, 51, 52)
    for tail in range(1, 40, 3)
)


@dataclass(frozen=True)
class Person:
    name: str
    sex: str  # male | female
    born: date
    id_no: str
    phone: str = ""


@dataclass
class Household:
    """``people[0]`` is who registers; ``phone`` is answered by the household; ``elsewhere`` its second address."""

    id: int
    committee: Committee
    home: Home
    people: list[Person]
    landline: str = ""
    elsewhere: tuple[Committee, Home] | None = None
    likeness: str = ""  # of which hard negative it is part: split | twins | tenants | namesake
    notes: dict[str, str] = field(default_factory=dict)

    @property
    def head(self) -> Person:
        return self.people[0]


class Maker:
    """Everybody of one registry. Numbers and telephones are given out once, unless shared on purpose."""

    def __init__(self, dice: Dice, committees: list[Committee], today: date) -> None:
        self.dice, self.committees, self.today = dice, committees, today
        self._numbers: set[int] = set()
        self._phones: set[int] = set()
        self._doors: set[Home] = set()

    def id_number(self, born: date, sex: str, like: str = "") -> str:
        """A free number; ``like``: of the same office and the next serials, as twins have them."""
        dice = self.dice
        office = like[:6] if like else dice.one(HERE) if dice.roll() < 0.62 else dice.one(ELSEWHERE)
        serial = int(like[14:17]) if like else 2 * dice.below(500)
        serial += (serial % 2 == 0) if sex == "male" else (serial % 2)
        while True:
            first17 = f"{office}{born.year}{born.month:02d}{born.day:02d}{serial % 1000:03d}"
            if int(first17) not in self._numbers:
                self._numbers.add(int(first17))
                return first17 + check_digit(first17)
            serial += 2

    def home(self, committee: Committee) -> Home:
        """A door where nobody of this registry lives yet."""
        while (home := home_in(self.dice, committee)) in self._doors:
            pass
        self._doors.add(home)
        return home

    def mobile(self) -> str:
        while True:
            number = int(self.dice.one(SEGMENTS)) * 100_000_000 + self.dice.below(100_000_000)
            if number not in self._phones:
                self._phones.add(number)
                return str(number)

    def landline(self) -> str:
        return f"592{self.dice.below(100_000):05d}"

    def person(self, ages: tuple[int, int], sex: str = "", family: str = "", name: str = "") -> Person:
        dice = self.dice
        sex = sex or ("male" if dice.roll() < 0.5 else "female")
        born = self.today - timedelta(days=dice.between(ages[0] * 365, ages[1] * 365 + 364))
        if not name:
            name = family + given_name(dice, sex, born.year) if family else full_name(dice, sex, born.year)
        has_phone = ages[0] > 12 and dice.roll() < (0.9 if ages[0] < 75 else 0.6)
        return Person(name, sex, born, self.id_number(born, sex), self.mobile() if has_phone else "")

    def household(
        self, number: int, committee: Committee | None = None, home: Home | None = None
    ) -> Household:
        dice = self.dice
        committee = committee or dice.one(self.committees)
        home = home or self.home(committee)
        roll = dice.roll()
        ages = (28, 59) if roll < 0.38 else (60, 79) if roll < 0.82 else (80, 95)
        head = self.person(ages)
        people = [head]
        age = self.today.year - head.born.year
        if dice.roll() < 0.55:
            other = "female" if head.sex == "male" else "male"
            people.append(self.person((max(21, age - 6), max(22, age + 4)), other))
        family = surname_of(head.name)
        for _ in range(dice.weighted((0, 1, 2, 3), (0.5, 0.8, 0.95, 1.0))):
            roll = dice.roll()
            if roll < 0.55 and age > 24:
                people.append(self.person((max(1, age - 36), max(2, age - 22)), family=family))
            elif roll < 0.75 and age < 66:
                people.append(self.person((age + 20, age + 27), family=family if dice.roll() < 0.5 else ""))
            elif age > 50:
                people.append(self.person((3, 17), family=family))
        made = Household(number, committee, home, people)
        if dice.roll() < 0.18:
            made.landline = self.landline()
        return made

    # Households that look like another and are not.

    def split_from(self, number: int, parent: Household) -> Household:
        """分户: an adult child at the parents' door, often answering to their phone."""
        dice, head = self.dice, parent.head
        age = self.today.year - head.born.year
        family = surname_of(head.name if dice.roll() < 0.75 else parent.people[-1].name)
        child = self.person((max(19, age - 34), max(20, age - 21)), family=family)
        if dice.roll() < 0.6:
            child = Person(child.name, child.sex, child.born, child.id_no, head.phone or child.phone)
        people = [child]
        if dice.roll() < 0.5:
            people.append(self.person((max(19, age - 36), max(20, age - 22))))
        made = Household(number, parent.committee, parent.home, people, parent.landline, likeness="split")
        parent.likeness = parent.likeness or "split"
        return made

    def twin_of(self, number: int, one: Household) -> Household:
        """A household of the head's twin, at the same door or in the same 村居."""
        dice, head = self.dice, one.head
        sex = head.sex if dice.roll() < 0.7 else ("female" if head.sex == "male" else "male")
        family, given = surname_of(head.name), head.name[len(surname_of(head.name)) :]
        drawn = given_name(dice, sex, head.born.year)
        name = family + (given[0] + drawn[-1] if len(given) > 1 and dice.roll() < 0.6 else drawn)
        if name == head.name:
            name = family + drawn[-1] + given[-1]
        phone = head.phone if dice.roll() < 0.15 else self.mobile()
        twin = Person(name, sex, head.born, self.id_number(head.born, sex, like=head.id_no), phone)
        home = one.home if dice.roll() < 0.4 else self.home(one.committee)
        one.likeness = one.likeness or "twins"
        return Household(number, one.committee, home, [twin], likeness="twins")

    def tenant_with(self, number: int, other: Household) -> Household:
        """Strangers at one door, now and then both giving the landlord's phone."""
        made = self.household(number, other.committee, other.home)
        if self.dice.roll() < 0.12 and other.head.phone:
            head = made.head
            made.people[0] = Person(head.name, head.sex, head.born, head.id_no, other.head.phone)
        made.landline = ""
        made.likeness, other.likeness = "tenants", other.likeness or "tenants"
        return made

    def namesake_of(self, number: int, other: Household) -> Household:
        """Somebody of the same name and about the same age in the same 村居."""
        dice, head = self.dice, other.head
        days = 0 if dice.roll() < 0.02 else dice.between(-800, 800)
        born = min(head.born + timedelta(days=days), self.today - timedelta(days=20 * 365))
        person = Person(head.name, head.sex, born, self.id_number(born, head.sex), self.mobile())
        made = self.household(number, other.committee)
        made.people[0] = person
        made.likeness, other.likeness = "namesake", other.likeness or "namesake"
        return made


def another_surname(dice: Dice, name: str) -> str:
    """The name with another family's surname."""
    return surname(dice) + name[len(surname_of(name)) :]
