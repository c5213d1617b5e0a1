"""Who types: habits and carelessness belong to a person, so slips come in heaps. Pure."""

from dataclasses import dataclass

from server.demo.registry.chance import Dice
from server.demo.registry.places import Committee

DATE_FORMS = ("dash", "dot", "slash", "plain", "han", "month", "year", "age")
PREFIXES = ("上海市青浦区", "青浦区", "上海青浦", "青浦", "", "", "上海市", "青浦县", "上海市青浦县", "上海")
DOORS = ("full", "full", "full", "no_room_word", "dashes", "dashes", "hash", "zhuang", "han", "wide", "dong")


@dataclass(frozen=True)
class Worker:
    """``care`` multiplies every chance of a slip."""

    name: str
    care: float
    date_form: str
    prefix: str
    writes_town: bool
    writes_village: bool
    town_short: bool
    door: str
    says_estate: float
    skips_id: float
    skips_birth: float
    notes: float
    phone: str
    sex_form: int


def worker(dice: Dice, name: str, phone: str) -> Worker:
    form = dice.weighted(DATE_FORMS, (0.38, 0.52, 0.62, 0.74, 0.82, 0.86, 0.93, 1.0))
    return Worker(
        name=name,
        care=min(5.0, dice.random.lognormvariate(-0.2, 0.75)),
        date_form=form,
        prefix=dice.one(PREFIXES),
        writes_town=dice.roll() < 0.55,
        writes_village=dice.roll() < 0.4,
        town_short=dice.roll() < 0.2,
        door=dice.one(DOORS),
        says_estate=dice.one((0.02, 0.1, 0.1, 0.5, 0.9)),
        skips_id=dice.one((0.02, 0.03, 0.05, 0.08, 0.2)),
        skips_birth=dice.one((0.01, 0.03, 0.1, 0.3)),
        notes=dice.one((0.0, 0.0, 0.01, 0.05)),
        phone=phone,
        sex_form=dice.below(5),
    )


def staff(
    dice: Dice, committees: list[Committee], households: int, mobiles: list[str]
) -> dict[str, list[Worker]]:
    """Two to several workers for each committee (by its name and town), each with a phone of ``mobiles``."""
    each = max(2, min(12, households // max(1, len(committees)) // 150))
    made: dict[str, list[Worker]] = {}
    count = 0
    for committee in committees:
        team = []
        for _ in range(each):
            team.append(worker(dice, f"w{count:05d}", mobiles[count % len(mobiles)]))
            count += 1
        made[committee.town + committee.name] = team
    return made
