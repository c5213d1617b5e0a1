"""Why and how a household comes a second time. Pure."""

from dataclasses import replace
from datetime import datetime, timedelta

from server.demo.registry.chance import Dice
from server.demo.registry.lines import Line
from server.demo.registry.people import Household, Maker
from server.demo.registry.type_line import Typist

#: Why, with rising sums of the shares.
WHY = ("double", "revisit", "elsewhere", "moved", "other_head", "new_head", "sparse", "careless")
SUMS = (0.24, 0.52, 0.66, 0.74, 0.82, 0.86, 0.92, 1.0)


def come_again(dice: Dice, maker: Maker, typist: Typist, first: Line, home: Household, at: datetime) -> Line:
    """One more line of ``home``, first seen at ``at``: one reason is drawn, and what it brings with it."""
    why = dice.weighted(WHY, SUMS)
    later = at + timedelta(days=dice.between(20, 700), minutes=dice.below(600))
    if why == "double":
        soon = at + timedelta(days=dice.below(7), minutes=dice.between(1, 300))
        return typist.line(home, 0, soon, why, unlike=first.typed[2])
    if why == "elsewhere":
        other = dice.one(maker.committees)
        seen = replace(home, committee=other, home=home.home if dice.roll() < 0.5 else maker.home(other))
        return typist.line(seen, 0, later, why)
    if why == "moved":
        committee = home.committee if dice.roll() < 0.6 else dice.one(maker.committees)
        moved = replace(home, committee=committee, home=maker.home(committee))
        return typist.line(moved, 0, later, why)
    if why in ("other_head", "new_head") and len(home.people) > 1:
        person = 1 if why == "new_head" else dice.between(1, len(home.people) - 1)
        left = home
        if why == "new_head":  # the head died: gone from the household, the telephone often stays
            heir = home.people[1]
            if dice.roll() < 0.6 and home.head.phone:
                heir = replace(heir, phone=home.head.phone)
            left, person = replace(home, people=[heir, *home.people[2:]]), 0
        return typist.line(left, person, later, why)
    if why == "sparse":
        return typist.line(home, 0, later, why, haste=1.5, skips=0.55)
    if why == "careless":
        return typist.line(home, 0, later, why, haste=4.0)
    return typist.line(home, 0, later, "revisit")
