"""A name as typed. Pure."""

from server.demo.registry.chance import Dice
from server.demo.registry.chars import (
    GIVEN,
    IN_TRADITIONAL,
    IN_VARIANT,
    LOOKS_LIKE,
    homophones,
    near_homophones,
    sound,
)
from server.demo.registry.lines import NOTHING, SAYS, SLIP, Said
from server.demo.registry.names import surname_of
from server.demo.registry.people import Person

NOTES = (
    "(户主)",
    "（户主）",
    "(低保)",
    "（低保户）",
    "(女)",
    "（本人）",
    "(独居)",
    "（残疾）",
    "(曾用名同)",
    "-户主",
    " 户主",
    "(租)",
)
TITLES = {
    "male": ("师傅", "老伯", "大爷", "先生", "伯伯"),
    "female": ("阿婆", "阿姨", "大妈", "女士", "阿奶"),
}


def say_name(dice: Dice, person: Person, risk: float, notes: float) -> Said:
    name, roll = person.name, dice.roll
    quality = SAYS
    if roll() < 0.035 * risk:
        name, quality = _slipped(dice, name, person.sex)
    elif roll() < 0.008 * risk:
        name, quality = _nickname(dice, person), NOTHING
    elif roll() < 0.003 * risk:
        name = _in_pinyin(dice, name)
        quality = SLIP
    if roll() < 0.012:
        name = "".join(IN_TRADITIONAL.get(char, char) for char in name)
    if roll() < notes:
        name += dice.one(NOTES)
    elif roll() < 0.004:
        name += dice.one(TITLES[person.sex])
    if "·" in name and roll() < 0.5:
        name = name.replace("·", dice.one(("", ".", "•", "・", " ", "-", "．")))
    if roll() < 0.01:
        name = name[0] + dice.one((" ", "  ", "\u3000")) + name[1:]
    return Said(name, quality)


def _slipped(dice: Dice, name: str, sex: str) -> tuple[str, int]:
    """One character wrong: of the same sound, a near sound, of the same look, a variant, or another altogether."""
    spots = [spot for spot, char in enumerate(name) if char != "·"]
    spot = dice.one(spots if dice.roll() < 0.2 else spots[1:] or spots)
    char, kind = name[spot], dice.roll()
    family = spot < len(surname_of(name)) and "·" not in name
    if kind < 0.52:
        other = homophones(char)
    elif kind < 0.70:
        other = near_homophones(char)
    elif kind < 0.80:
        other = (LOOKS_LIKE[char],) if char in LOOKS_LIKE else ()
    elif kind < 0.87:
        other = (IN_VARIANT[char],) if char in IN_VARIANT else ()
    elif kind < 0.93 and len(name) > 2 and "·" not in name:
        if kind < 0.90:
            return name[:-2] + name[-1] + name[-2], SLIP
        return name[0] + name[-1] if kind < 0.915 else name + name[-1], SLIP
    else:
        other = () if family else tuple(GIVEN[sex][1])
    other = other or homophones(char) or (("",) if len(name) > 2 else (char,))
    return name[:spot] + dice.one(other) + name[spot + 1 :], SLIP


def _nickname(dice: Dice, person: Person) -> str:
    family = surname_of(person.name)
    form = dice.below(5)
    if form == 0:
        return "阿" + person.name[-1]
    if form == 1:
        return dice.one(("老", "小")) + family
    if form == 2:
        return family + "家" + dice.one(("", "阿大", "老二", "姆妈", "阿爹"))
    return family + dice.one(TITLES[person.sex])


def _in_pinyin(dice: Dice, name: str) -> str:
    sounds = [sound(char) for char in name if char != "·"]
    form = dice.below(4)
    if form == 0:
        return " ".join(sounds)
    if form == 1:
        return "".join(sounds)
    if form == 2:
        return "".join(sounds).upper()
    return sounds[0].capitalize() + " " + "".join(sounds[1:]).capitalize()
