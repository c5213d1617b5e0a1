"""An ID number as typed. Pure."""

from server.demo.registry.chance import Dice
from server.demo.registry.lines import NOTHING, SAYS, SLIP, Said
from server.demo.registry.people import Person
from server.households.idno import check_digit

MISSING = ("不详", "无", "未知", "暂无", "0", "丢失", "未带", "-", "没带身份证", "123456")


def say_id(dice: Dice, person: Person, others: list[Person], risk: float, skips: float) -> Said:
    """(text, how well); how well is OTHER where it is another member's number."""
    number, roll = person.id_no, dice.roll
    if roll() < skips:
        return Said(dice.one(MISSING) if roll() < 0.25 else "", NOTHING)
    if roll() < 0.02 * risk:
        return Said(_masked(dice, number), SLIP)
    if roll() < 0.006 * risk:
        return Said(number[6:14] if roll() < 0.5 else number[:14], SLIP)
    if others and roll() < 0.006 * risk:
        return Said(dice.one(others).id_no, -1)
    if number[6:8] == "19" and roll() < 0.012:
        number = number[:6] + number[8:17]
    quality = SAYS
    if roll() < 0.035 * risk:
        number, quality = _slipped(dice, number), SLIP
        if roll() < 0.12:
            number, quality = _slipped(dice, number), NOTHING if roll() < 0.3 else SLIP
    return Said(_dressed(dice, number), quality)


def _masked(dice: Dice, number: str) -> str:
    form = dice.below(5)
    if form == 0:
        return number[:6] + "********" + number[14:]
    if form == 1:
        return number[:14] + "****"
    if form == 2:
        return number[:10] + "****" + number[14:]
    if form == 3:
        return number[:3] + "***********" + number[-4:]
    return number[:6] + "XXXXXXXX" + number[14:]


def _slipped(dice: Dice, number: str) -> str:
    spot, kind = dice.below(len(number) - 1), dice.roll()
    if kind < 0.50:
        wrong = str((int(number[spot]) + dice.between(1, 9)) % 10) if number[spot].isdigit() else "0"
        if dice.roll() < 0.06 and len(number) == 18:  # a number made up to hold
            first17 = (number[:spot] + wrong + number[spot + 1 :])[:17]
            return first17 + check_digit(first17) if first17.isdigit() else number
        return number[:spot] + wrong + number[spot + 1 :]
    if kind < 0.74:
        return number[:spot] + number[spot + 1] + number[spot] + number[spot + 2 :]
    if kind < 0.88:
        return number[:spot] + number[spot + 1 :]
    return number[: spot + 1] + number[spot] + number[spot + 1 :]


WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


def _dressed(dice: Dice, number: str) -> str:
    """The same number in other clothes."""
    if number.endswith("X") and dice.roll() < 0.35:
        number = number[:-1] + dice.one(("x", "x", "x", "×", "*"))
    roll = dice.roll()
    if roll < 0.006:
        return number.translate(WIDE)
    if roll < 0.016:
        return f"{number[:6]} {number[6:14]} {number[14:]}"
    if roll < 0.022:
        return "'" + number
    return f" {number}" if roll < 0.026 else number
