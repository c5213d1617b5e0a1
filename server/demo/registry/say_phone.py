"""Telephones as typed. Pure."""

from server.demo.registry.chance import Dice
from server.demo.registry.people import Household, Maker, Person
from server.demo.registry.workers import Worker

NONE = ("无", "没有", "不详", "0", "无电话", "11111111111", "00000000000", "/", "-")


def say_phone(
    dice: Dice, maker: Maker, home: Household, person: Person, who: Worker, office: str, risk: float
) -> tuple[str, tuple[str, ...]]:
    """(text, true numbers of this household it gives in full)."""
    roll = dice.roll
    own = person.phone
    if person is not home.head and roll() < 0.5:
        own = home.head.phone  # what the household is called on, whoever is its head today
    family = [p.phone for p in home.people if p.phone and p.phone != own]
    if roll() < 0.01 * risk:
        return who.phone, ()
    if roll() < 0.008 * risk:
        return office, ()
    if family and roll() < (0.12 if own else 0.5):
        own = dice.one(family)
    elif not own and home.landline and roll() < 0.8:
        return _landline(dice, home.landline), (home.landline,)
    elif roll() < 0.012:
        return maker.mobile(), ()  # of a relative elsewhere
    if not own or roll() < 0.05:
        return (dice.one(NONE), ()) if roll() < 0.3 else ("", ())
    if roll() < 0.025 * risk:
        return _slipped(dice, own), ()
    given: tuple[str, ...] = (own,)
    text = _dressed(dice, own)
    if roll() < 0.06:
        second = home.landline or (dice.one(family) if family else "")
        if second and second != own:
            mark = dice.one(("/", "、", ",", " ", ";", "，"))
            other = _landline(dice, second) if second == home.landline else second
            text, given = (
                (f"{text}{mark}{other}", (own, second))
                if roll() < 0.7
                else (f"{other}{mark}{text}", (own, second))
            )
    return text, given


def _landline(dice: Dice, number: str) -> str:
    return dice.one(
        (number, number, f"021-{number}", f"021{number}", f"{number[:4]}-{number[4:]}", f"(021){number}")
    )


def _dressed(dice: Dice, number: str) -> str:
    roll = dice.roll()
    if roll < 0.02:
        return f"{number[:3]}-{number[3:7]}-{number[7:]}"
    if roll < 0.04:
        return f"{number[:3]} {number[3:7]} {number[7:]}"
    if roll < 0.05:
        return "+86" + number
    if roll < 0.058:
        return number + dice.one(("(儿子)", "（女儿）", "(本人)"))
    return number


def _slipped(dice: Dice, number: str) -> str:
    spot, kind = dice.between(2, len(number) - 2), dice.roll()
    if kind < 0.6:
        return number[:spot] + str((int(number[spot]) + dice.between(1, 9)) % 10) + number[spot + 1 :]
    if kind < 0.8:
        return number[:spot] + number[spot + 1] + number[spot] + number[spot + 2 :]
    return number[:spot] + number[spot + 1 :]
