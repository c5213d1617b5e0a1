"""Reading stored folds and deriving everything again give the same lines; nobody is in two places or in none."""

import random
from datetime import date, timedelta

import pytest

from server.acts.kinds import ActKind
from server.field.decide import decide
from server.households.care import in_care
from server.households.derive import folded_of
from server.households.kinds import ProposalKind
from server.households.load import load_component
from server.households.models import Household
from server.ledgers.names import names_in
from server.ledgers.read import approved_lines, preview
from server.ledgers.values import last_day
from tests.cast import JINZE, ZHUJIAJIAO, Cast
from tests.ledgers.keep import accept, admitted, approve, left, moment, refer, screen, visit
from tests.ledgers.samples import id_number

MONTHS = ("2024-06", "2024-07", "2024-08")
TOWNS = (ZHUJIAJIAO, JINZE)
END = moment("2024-11-01")


def happen(dice: random.Random, cast: Cast) -> None:
    """Three months of two 街镇 in disorder: late and unapproved words, exits, deaths, moves, mergers, referrals."""
    places = [*cast.villages[:2], cast.away[0]]
    start, houses, waiting = date(2024, 6, 3), [], []
    for number in range(9):
        on = start + timedelta(days=dice.randrange(85))
        relief = dice.choice([
            (), (), (admitted("dibao", "2020-01-01", "month"),),
            (admitted("tekun", "2021-05-01"), left("tekun", (on - timedelta(days=9)).isoformat())),
        ])
        house = f"00000000-0000-4000-8000-0000000001{number:02d}"
        houses.append((house, on))
        waiting.append(screen(
            house, on.isoformat(), dice.choice(places), approved=dice.random() < 0.7, relief=relief,
            received=moment(on + timedelta(days=dice.choice([0, 0, 9, 40])), 15), rep_name=f"户{number}",
            id_no=id_number(f"19{50 + number}0101", number + 1), phone=f"1390000000{number}",
            may_qualify=dice.choice(["yes", "no"]), overlay=["rent"],
        ))
    for step in range(30):
        house, opened = dice.choice(houses)
        on = opened + timedelta(days=1 + dice.randrange(40))
        at = moment(on + timedelta(days=dice.choice([0, 2, 30])), 16)
        match dice.randrange(7):
            case 0 | 1:
                waiting.append(visit(
                    house, on.isoformat(), received=at, approved=dice.random() < 0.6, plan=f"方案{step}", overlay=["x"]
                ))
            case 2:
                moves = dice.choice([ProposalKind.EXIT, ProposalKind.ADMIT])
                accept(house, moves, on.isoformat(), at=at, programme="dibao")
            case 3:
                accept(house, dice.choice([ProposalKind.MOVED, ProposalKind.REOPEN]), on.isoformat(), at=at)
            case 4:
                decide(ActKind.ASSIGN, house, by=None, now=at, since=on, value={"village": dice.choice(places)})
            case 5:
                refer(f"ref-{step}", house, on.isoformat(), received=at, state="linked", linked_on=on.isoformat(),
                      target_text=f"资源{step}", approved=dice.random() < 0.6)
            case _:
                approve(dice.choice(waiting), at)
    a, b = dice.sample(houses, 2)
    decide(ActKind.MERGE, a[0], by=None, now=moment("2024-09-20"), other=b[0])


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_short_and_long_way_agree(seed: int, cast: Cast) -> None:
    happen(random.Random(seed), cast)
    for month in MONTHS:
        day = last_day(month)
        closing, showing = {}, {}
        for town in TOWNS:
            names = names_in(town, day)
            short = approved_lines(town, month, names)
            long = approved_lines(town, month, names, known_at=END)
            assert [line.stored() for line in short] == [line.stored() for line in long]
            closing[town] = [line.household for line in short]
            showing[town] = [line.household for line in preview(town, month).lines]
        for approved_only, by_town in ((True, closing), (False, showing)):
            listed = sorted(by_town[ZHUJIAJIAO] + by_town[JINZE])
            assert listed == sorted(cared_for(day, approved_only))


def cared_for(day: date, approved_only: bool) -> list[str]:
    """Served ids of all households in care on a day, each derived from kept rows by itself."""
    served = Household.objects.values_list("pk", flat=True)
    folds = [folded_of(load_component([name]), name, day, approved_only) for name in served]
    return [folded.id for folded in folds if in_care(folded, day)]
