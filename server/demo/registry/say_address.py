"""An address as typed. Pure."""

from server.demo.registry.chance import Dice
from server.demo.registry.lines import NOTHING, SAYS, SLIP, Said
from server.demo.registry.places import Home
from server.demo.registry.workers import PREFIXES, Worker

WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
DIGITS = "〇一二三四五六七八九"


def say_address(dice: Dice, home: Home, who: Worker, risk: float) -> Said:
    roll, quality = dice.roll, SAYS
    if roll() < 0.01 * risk:
        return Said(dice.one(("", "", "不详", home.village, home.town, "同上")), NOTHING)
    if roll() < 0.03 * risk:
        home, quality = _slipped(dice, home), SLIP
    if roll() < 0.012 * risk:
        return Said(_front(dice, home, who) + _street(dice, home, who, shown=True), SLIP)
    bare = roll() < 0.04 * risk and home.room
    if bare:
        quality = min(quality, SLIP)
    door = who.door if roll() > 0.15 else dice.one(("full", "no_room_word", "dashes"))
    text = _front(dice, home, who) + _place(dice, home, who, door, not bare)
    if roll() < 0.006 * risk:
        text = _typo(dice, text)
    if roll() < 0.01:
        text = text.replace("号", "號").replace("区", "區").replace("镇", "鎮")
    if roll() < 0.015:
        text += dice.one(("(租房)", "（户籍地）", " 底楼", "(老房)", "后门", "(动迁过渡)"))
    return Said(text, quality)


def _front(dice: Dice, home: Home, who: Worker) -> str:
    """From the city down to the 村居, as far as this worker bothers."""
    roll = dice.roll
    prefix = who.prefix if roll() > 0.12 else dice.one(PREFIXES)
    town = home.town if who.writes_town != (roll() < 0.08) else ""
    if town and (who.town_short or roll() < 0.03):
        town = town.removesuffix("街道").removesuffix("镇")
    village = ""
    if not home.road and (home.group or roll() < 0.4 or who.writes_village):
        village = _short(home.village)
    elif who.writes_village and roll() < 0.9:
        village = dice.one((_short(home.village), home.village))
    if not home.road and not home.hamlet and not village:
        village = _short(home.village)
    return prefix + town + village


def _short(village: str) -> str:
    for tail in ("社区居委会", "居委会", "村委会"):
        if village.endswith(tail):
            stem = village.removesuffix(tail)
            return stem if tail != "村委会" or stem.endswith("村") else stem + "村"
    return village


def _street(dice: Dice, home: Home, who: Worker, *, shown: bool = False) -> str:
    """Road and lane, or the estate's name, or both."""
    if not home.road:
        return home.hamlet or ""
    if not home.lane:
        return home.road
    lane = f"{home.road}{_number(home.lane, who, 0)}弄"
    if home.estate and dice.roll() < who.says_estate:
        return (
            home.estate
            if dice.roll() < 0.6
            else dice.one((lane + home.estate, f"{lane}({home.estate})", home.estate + lane))
        )
    return home.road if shown and dice.roll() < 0.3 else lane


def _place(dice: Dice, home: Home, who: Worker, door: str, with_room: bool) -> str:
    roll = dice.roll
    if home.group:
        word = dice.one(("组", "组", "队", "小组", "村民小组"))
        group = f"第{home.group}{word}" if roll() < 0.1 else f"{_number(home.group, who, 1)}{word}"
        return (
            f"{group}{_number(home.number, who, 0)}号"
            if door != "dashes" or roll() < 0.6
            else f"{home.group}-{home.number}"
        )
    if home.hamlet:
        return f"{home.hamlet}{_number(home.number, who, 0)}{'号' if roll() > 0.06 else ''}"
    if not home.lane:
        room = f"{home.room}室" if home.room and with_room else ""
        return f"{home.road}{_number(home.number, who, 0)}号{room}"
    street = _street(dice, home, who)
    building, flat = home.building, home.room
    if not with_room:
        return f"{street}{_number(building, who, 1)}号"
    if door == "full":
        return f"{street}{building}号{flat}室"
    if door == "no_room_word":
        return f"{street}{building}号{flat}"
    if door == "dashes":
        if street.endswith("弄") and roll() < 0.35:
            return f"{street[:-1]}-{building}-{flat}"
        return f"{street}{building}-{flat}"
    if door == "hash":
        return f"{street}{building}#{flat}"
    if door in ("zhuang", "dong"):
        return f"{street}{building}{'幢' if door == 'zhuang' else '栋'}{flat}{'室' if roll() < 0.6 else ''}"
    if door == "wide":
        return f"{street}{building}号{flat}室".translate(WIDE)
    return f"{street}{_han(building)}号{''.join(DIGITS[int(d)] for d in str(flat))}室"


def _number(value: int, who: Worker, least: int) -> str:
    if who.door == "han" and value < 100 and least:
        return _han(value)
    return str(value).translate(WIDE) if who.door == "wide" else str(value)


def _han(value: int) -> str:
    """1 … 99 in words, larger ones digit by digit."""
    if value >= 100:
        return "".join(DIGITS[int(d)] for d in str(value))
    tens, ones = divmod(value, 10)
    front = "" if not tens else "十" if tens == 1 else DIGITS[tens] + "十"
    return front + (DIGITS[ones] if ones else "") or "〇"


def _slipped(dice: Dice, home: Home) -> Home:
    """One number of the door wrong."""
    numbers = [name for name in ("lane", "building", "room", "group", "number") if getattr(home, name)]
    name = dice.one(numbers)
    digits = list(str(getattr(home, name)))
    spot, kind = dice.below(len(digits)), dice.roll()
    if kind < 0.6 or len(digits) == 1:
        digits[spot] = str((int(digits[spot]) + dice.between(1, 9)) % 10)
    elif kind < 0.8:
        digits[0], digits[-1] = digits[-1], digits[0]
    else:
        digits.pop(spot)
    return Home(**{**home.__dict__, name: int("".join(digits)) or 1})


def _typo(dice: Dice, text: str) -> str:
    """One character lost or doubled anywhere: the number it may hit is not the generator's to excuse."""
    spots = [spot for spot, char in enumerate(text) if not char.isdigit()]
    spot = dice.one(spots) if spots else 0
    return (
        text[:spot] + text[spot + 1 :]
        if dice.roll() < 0.6
        else text[:spot] + text[spot : spot + 1] + text[spot:]
    )
