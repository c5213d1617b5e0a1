"""A birth date, sex, or size as typed. Pure."""

from datetime import date

from server.demo.registry.chance import Dice
from server.demo.registry.lines import NOTHING, SAYS, SLIP, Said
from server.demo.registry.people import Person

SEXES = (("男", "女"), ("男", "女"), ("男性", "女性"), ("1", "2"), ("M", "F"))
LUNATION = 29.530588853
#: A new moon (6 January 2000, 18:14 UT) in Chinese time, in days of the calendar's count.
NEW_MOON = date(2000, 1, 7).toordinal() + 0.09
MONTHS = "正二三四五六七八九十冬腊"
DAYS = "零一二三四五六七八九十"


def say_birth(dice: Dice, person: Person, form: str, today: date, risk: float, skips: float) -> Said:
    """Full dates are SAYS, a year or an age SLIP, lunar and swapped ones NOTHING (they name another day)."""
    born, roll = person.born, dice.roll
    if roll() < skips:
        return Said(dice.one(("不详", "不清楚")) if roll() < 0.1 else "", NOTHING)
    if roll() < 0.012 * risk:
        return Said(_lunar(dice, born), NOTHING)
    quality = SAYS
    if roll() < 0.03 * risk:
        born, quality = _wrong(dice, born), NOTHING
    if roll() < 0.05:
        form = dice.one(("dash", "dot", "plain", "han", "year", "age"))
    text = _written(dice, born, form, today)
    return Said(text, min(quality, SLIP) if form in ("month", "year", "age") else quality)


def say_sex(dice: Dice, person: Person, form: int, risk: float) -> str:
    sex = person.sex
    if dice.roll() < 0.03:
        return ""
    if dice.roll() < 0.006 * risk:
        sex = "female" if sex == "male" else "male"
    return SEXES[form][sex == "female"]


def say_size(dice: Dice, count: int, risk: float) -> str:
    roll = dice.roll()
    if roll < 0.06:
        return ""
    if roll < 0.06 + 0.12 * min(risk, 4):
        count = max(1, count + dice.one((-2, -1, -1, 1, 1, 2)))
    return f"{count}人" if dice.roll() < 0.04 else str(count)


def _wrong(dice: Dice, born: date) -> date:
    kind = dice.roll()
    if kind < 0.25 and born.day <= 12 and born.day != born.month:
        return born.replace(month=born.day, day=born.month)
    if kind < 0.55:
        return _safe(born.year + dice.one((-10, -2, -1, -1, 1, 1, 2, 10)), born.month, born.day)
    if kind < 0.75:
        return _safe(born.year, dice.between(1, 12), born.day)
    return _safe(born.year, born.month, dice.between(1, 28))


def _safe(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, 28))


def _written(dice: Dice, born: date, form: str, today: date) -> str:
    if form == "dash":
        return born.isoformat()
    if form == "dot":
        return f"{born.year}.{born.month}.{born.day}"
    if form == "slash":
        return f"{born.year}/{born.month}/{born.day}"
    if form == "plain":
        return f"{born:%Y%m%d}"
    if form == "han":
        return f"{born.year}年{born.month}月{born.day}日"
    if form == "month":
        return dice.one(
            (f"{born.year}.{born.month}", f"{born.year}年{born.month}月", f"{born:%Y%m}", f"{born:%Y-%m}")
        )
    if form == "year":
        return dice.one(
            (
                str(born.year),
                f"{born.year}年",
                f"{born.year % 100:02d}年" if born.year < 2000 else str(born.year),
            )
        )
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return dice.one(
        (
            str(age),
            f"{age}岁",
            f"{age}岁",
            f"{age}周岁",
            f"虚岁{today.year - born.year + 1}",
            str(today.year - born.year + 1),
        )
    )


def _lunar(dice: Dice, born: date) -> str:
    """The day by the farmers' calendar, to the day or one beside it; leap months as their forerunner."""
    day = born.toordinal()
    count = (day + 0.5 - NEW_MOON) // LUNATION
    first = NEW_MOON + count * LUNATION
    of_month = min(30, max(1, day - int(first) + 1))
    # The month that holds the winter solstice is the eleventh.
    solstice = date(born.year - (born < date(born.year, 12, 22)), 12, 22).toordinal()
    eleventh = (solstice + 0.5 - NEW_MOON) // LUNATION
    month = int(10 + (count - eleventh) * 12 / 12.37) % 12 + 1
    year = born.year - (born.month <= 2 and month >= 11)
    if dice.roll() < 0.5:
        try:
            return date(year, month, of_month).isoformat()
        except ValueError:
            return f"{year}.{month}.{of_month}"
    name = (
        "初" + DAYS[of_month]
        if of_month <= 10
        else f"{'十廿卅'[(of_month - 1) // 10 - (of_month % 10 == 0)]}{DAYS[of_month % 10] if of_month % 10 else ''}"
    )
    name = "二十" if of_month == 20 else "三十" if of_month == 30 else name
    written = f"{year}年{MONTHS[month - 1]}月{name}"
    return dice.one(
        (
            f"农历{written}",
            f"阴历{year}.{month}.{of_month}",
            f"{written}(农历)",
            f"农历{year}年{month}月{of_month}日",
        )
    )
