"""A worker types one line. Pure."""

from collections.abc import Iterator
from datetime import datetime

from server.demo.registry.chance import Dice
from server.demo.registry.lines import Line
from server.demo.registry.people import Household, Maker
from server.demo.registry.say_address import say_address
from server.demo.registry.say_birth import say_birth, say_sex, say_size
from server.demo.registry.say_id import say_id
from server.demo.registry.say_name import say_name
from server.demo.registry.say_phone import say_phone
from server.demo.registry.workers import Worker


class Typist:
    """``staff`` by committee; ``offices``: each committee's telephone; ``with_members``: fill the last column."""

    def __init__(
        self, dice: Dice, maker: Maker, staff: dict[str, list[Worker]], offices: dict[str, str], numbers: Iterator[str],
        *, with_members: bool,
    ) -> None:  # fmt: skip
        self.dice, self.maker, self.staff, self.offices = dice, maker, staff, offices
        self.numbers, self.with_members = numbers, with_members

    def line(
        self, home: Household, person: int, at: datetime, kind: str, *, haste: float = 1.0, skips: float = 0.0,
        unlike: str = "",
    ) -> Line:  # fmt: skip
        """``haste`` multiplies slips, ``skips`` is added to what is left out, ``unlike`` is a worker not to take."""
        dice = self.dice
        place = home.committee.town + home.committee.name
        who = dice.one(self.staff[place])
        if who.name == unlike:
            who = dice.one(self.staff[place])
        head = home.people[person]
        others = [p for p in home.people if p is not head]
        risk = dice.noise * who.care * haste
        name = say_name(dice, head, risk, who.notes)
        number = say_id(dice, head, others, risk, min(0.9, who.skips_id * dice.noise + skips))
        birth_form = "year" if skips and dice.roll() < 0.5 else who.date_form
        birth = say_birth(
            dice, head, birth_form, at.date(), risk, min(0.9, who.skips_birth * dice.noise + skips / 2)
        )
        door = say_address(dice, home.home, who, risk * (2 if skips else 1))
        if skips and dice.roll() < 0.3:
            phone: tuple[str, tuple[str, ...]] = ("", ())
        else:
            phone = say_phone(dice, self.maker, home, head, who, self.offices[place], risk)
        size = say_size(dice, len(home.people), risk)
        committee = home.committee.name if dice.roll() > 0.02 else ""
        typed = (
            next(self.numbers), at.strftime("%Y-%m-%d %H:%M:%S"), who.name, committee, name.text, number.text,
            say_sex(dice, head, who.sex_form, risk), birth.text,
            size, door.text, phone[0],
            self._members(home, person, risk, who) if self.with_members else "",
        )  # fmt: skip
        return Line(
            typed, home.id, head.id_no, kind, name.quality, number.quality, birth.quality, door.quality, home.home,
            int(size.rstrip("人") or 0), frozenset(phone[1]),
        )  # fmt: skip

    def _members(self, home: Household, head: int, risk: float, who: Worker) -> str:
        """The others as 姓名/证件号码, parted by ；; a third of the lines says nothing of them."""
        dice = self.dice
        if dice.roll() < 0.33:
            return ""
        said = []
        for index, person in enumerate(home.people):
            if index != head and dice.roll() > 0.12:
                number = say_id(dice, person, [], risk, 0.25 + who.skips_id).text
                name = say_name(dice, person, risk, 0.0).text
                said.append(f"{name}/{number}" if number else name)
        return "；".join(said)
