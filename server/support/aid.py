"""What was given along a referral (发放): events, one for each submission that tells of one, and what they add up to.

Facts that add up are never overwritten: two submissions that each tell of 200 元 are 400 元. An event belongs to its
submission: an edit replaces it in its place, a void or a return takes it away, a correction mends it. Pure.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from server.households.chains import Chain
from server.households.kinds import Review
from server.households.values import Word

#: Facts that add up: yuan, times of service, goods in words.
ADDING = ("amount", "sessions", "goods")
#: What is said of one event beside, and never mixes with another's.
BESIDE = ("aid_kind", "payer", "aid_on", "receipt")
OF_EVENTS = frozenset({*ADDING, *BESIDE})
#: The most that one event may tell of, as the form asks it. Sums of these fit the columns they are written to.
MOST_YUAN, MOST_SESSIONS = Decimal(1_000_000), 999
FEN = Decimal("0.01")
#: What a reviewer sees of a submission whose number is none.
UNREADABLE = {"amount": "金额无法识别", "sessions": "次数无法识别"}
# Plain digits of ASCII: no signs, exponents, separators or digits of other scripts. Engines write 200 as 200.0.
_NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]+)?|\.[0-9]+")


@dataclass(frozen=True)
class Aid:
    """What one submission says was given. ``instance``: the version that counts; ``on``: the day it was given, else the
    day it was acted on; ``goods``: in the words of whoever reported it. ``unread``: what stands where a number should,
    by fact; it adds nothing. ``corrected``: the facts that somebody at the desk has mended."""

    instance: str
    on: date
    by: int | None
    review: Review
    amount: Decimal | None = None
    sessions: int | None = None
    goods: str = ""
    payer: str = ""
    unread: Mapping[str, str] | None = None
    corrected: tuple[str, ...] = ()

    def told(self) -> dict[str, Any]:
        """As plain JSON; the inverse of ``aid_told``."""
        return {
            "instance": self.instance, "on": self.on.isoformat(), "by": self.by, "review": str(self.review),
            "amount": None if self.amount is None else yuan(self.amount), "sessions": self.sessions,
            "goods": self.goods, "payer": self.payer, "unread": dict(self.unread or {}),
            "corrected": list(self.corrected),
        }


def aid_told(told: Mapping[str, Any]) -> Aid:
    """An event from plain JSON."""
    return Aid(
        told["instance"], date.fromisoformat(told["on"]), told["by"], Review(told["review"]),
        None if told["amount"] is None else Decimal(told["amount"]), told["sessions"], told["goods"], told["payer"],
        told["unread"], tuple(told["corrected"]),
    )


@dataclass(frozen=True)
class Total:
    """What some events add up to. ``amount`` in yuan, exact; ``goods``: how many times goods were given, since what
    they were adds up to nothing. None and 0: nothing of the kind was told."""

    amount: Decimal | None = None
    sessions: int | None = None
    goods: int = 0

    def __str__(self) -> str:
        """``500元，服务3次，物资1次``; '' where nothing was given."""
        parts = [
            f"{yuan(self.amount)}元" if self.amount is not None else "",
            f"服务{self.sessions}次" if self.sessions is not None else "",
            f"物资{self.goods}次" if self.goods else "",
        ]
        return "，".join(part for part in parts if part)


def total_of(aids: Iterable[Aid]) -> Total:
    """The sum of some events."""
    some = list(aids)
    amounts = [one.amount for one in some if one.amount is not None]
    sessions = [one.sessions for one in some if one.sessions is not None]
    return Total(
        sum(amounts, Decimal()) if amounts else None, sum(sessions) if sessions else None,
        sum(1 for one in some if one.goods),
    )


def aid_of(chain: Chain, words: Sequence[Word]) -> Aid | None:
    """The event that one submission tells of, from the words of its version that counts; None where it tells of none.

    A fact that cannot be read as its number adds nothing and is kept as it was said (``unread``).
    """
    held = {
        word.fact: word for word in words
        if word.fact in OF_EVENTS and not word.key and word.value not in (None, "")
    }
    telling = [held[fact] for fact in ADDING if fact in held]
    if not telling:
        return None
    said = {fact: word.value for fact, word in held.items()}
    amount, sessions = yuan_in(said.get("amount")), sessions_in(said.get("sessions"))
    unread = {
        fact: str(said[fact]) for fact, number in (("amount", amount), ("sessions", sessions))
        if fact in said and number is None
    }
    version = next(one for one in chain.versions if one.instance == telling[0].instance)
    since = max(word.since for word in telling)
    return Aid(
        version.instance, min(_day(said.get("aid_on")) or since, since), version.sender, telling[0].review,
        amount, sessions, str(said.get("goods", "")).strip(), str(said.get("payer", "")).strip(), unread,
        tuple(fact for fact in ADDING if fact in held and held[fact].corrected),
    )


def yuan_in(value: object) -> Decimal | None:
    """An amount of one event in yuan, exact to the fen; None for what is none: zero, less, parts of a fen."""
    number = _number(value)
    if number is None or not 0 < number <= MOST_YUAN:
        return None
    exact = number.quantize(FEN)
    return exact if exact == number else None


def sessions_in(value: object) -> int | None:
    """How many times a service was given in one event; None for what is no such number."""
    number = _number(value)
    if number is None or not 0 < number <= MOST_SESSIONS:
        return None
    return int(number) if number == int(number) else None


def yuan(amount: Decimal) -> str:
    """Yuan without needless zeros: 500, 300.5."""
    return f"{amount.normalize():f}"


def _number(value: object) -> Decimal | None:
    text = str(value).strip()
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text)) if text else None
    except ValueError:
        return None
