"""The true names of invented people. Pure."""

from server.demo.registry.chance import Dice
from server.demo.registry.chars import DOUBLE_SURNAMES, GIVEN, MINORITY, RARE, SURNAMES, WHOLE


def surname(dice: Dice) -> str:
    return dice.one(DOUBLE_SURNAMES) if dice.roll() < 0.004 else dice.ranked(SURNAMES)


def given_name(dice: Dice, sex: str, year: int) -> str:
    """One or two characters as that generation chose them; now and then a rare one."""
    roll = dice.roll()
    if roll < 0.10:
        return dice.ranked(WHOLE[sex], 6)
    pool = GIVEN[sex][0 if year < 1950 else 1 if year < 1976 else 2]
    last = dice.one(RARE) if roll > 0.996 else dice.ranked(pool, 12)
    return last if roll < 0.10 + (0.12 if year < 1950 else 0.28) else dice.ranked(pool, 12) + last


def full_name(dice: Dice, sex: str, year: int) -> str:
    if dice.roll() < 0.006:
        return dice.one(MINORITY)
    return surname(dice) + given_name(dice, sex, year)


def surname_of(name: str) -> str:
    """Surname of a name made here; all of a name that has none."""
    if "·" in name or name in MINORITY:
        return name
    return name[:2] if name[:2] in DOUBLE_SURNAMES else name[0]
