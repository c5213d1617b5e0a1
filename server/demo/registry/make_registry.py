"""A dirty registry of a district, invented: the same for the same seed. Pure."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta, timezone
from itertools import count

from server.demo.registry.again import come_again
from server.demo.registry.chance import Dice
from server.demo.registry.lines import Line
from server.demo.registry.people import Household, Maker
from server.demo.registry.places import committees
from server.demo.registry.type_line import Typist
from server.demo.registry.workers import staff

TODAY = date(2025, 12, 31)
OPENED = datetime(2021, 7, 1, 8, tzinfo=timezone(timedelta(hours=8)))
REPEATS = 0.088  # of households; with those that come a third time about 8 % of lines
TURN = 40_503_097  # coprime to ten: record numbers tell nothing of the order of making


def make_registry(
    places: Iterable[tuple[str, str]], rows: int, seed: int, noise: float = 1.0, *, with_members: bool = False
) -> Iterator[list[Line]]:
    """All lines of one household after the other, ``rows`` lines in all; sort by time to get a registry.

    ``places``: (committee, town). ``noise`` scales every chance of a slip; 1 is a registry as found, 1.6 a bad one.
    """
    dice = Dice(seed, noise)
    around = committees(dice, places, rows)
    maker = Maker(dice, around, TODAY)
    team = staff(dice, around, rows, [maker.mobile() for _ in range(max(20, rows // 120))])
    offices = {c.town + c.name: maker.landline() for c in around}
    numbers = (f"R{n * TURN % 100_000_000:08d}" for n in count(1))
    typist = Typist(dice, maker, team, offices, numbers, with_members=with_members)
    made = 0
    for home in _households(dice, maker):
        at = OPENED + timedelta(days=dice.below(880), minutes=dice.below(600), seconds=dice.below(60))
        lines = [typist.line(home, 0, at, "first")]
        chance = REPEATS
        while dice.roll() < chance and made + len(lines) < rows:
            lines.append(come_again(dice, maker, typist, lines[0], home, at))
            chance = 0.15
        made += len(lines)
        yield lines
        if made >= rows:
            return


def _households(dice: Dice, maker: Maker) -> Iterator[Household]:
    """Households without end; some bring another that looks like them and is not."""
    ids = count(1)
    while True:
        home = maker.household(next(ids))
        roll = dice.roll()
        others: list[Household] = []
        if roll < 0.014:
            others = [maker.split_from(next(ids), home)]
        elif roll < 0.016:
            others = [maker.twin_of(next(ids), home)]
        elif roll < 0.022:
            others = [
                maker.tenant_with(next(ids), home) for _ in range(dice.weighted((1, 2, 3), (0.7, 0.92, 1.0)))
            ]
        elif roll < 0.032:
            others = [maker.namesake_of(next(ids), home)]
        yield home
        yield from others
