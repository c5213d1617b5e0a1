"""Short ways to write down kept rows: hours count from one morning, everything else is what the test names."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from server.acts.kinds import ActKind
from server.acts.values import Decision
from server.households.kinds import Review
from server.households.values import MISSING, Filing, Place, Said, Word

MORNING = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)  # nine o'clock in Shanghai
DAY = date(2026, 3, 9)
BEFORE = datetime(2026, 1, 1, tzinfo=UTC)


def hour(n: float) -> datetime:
    return MORNING + timedelta(hours=n)


def filing(instance: str, entity: str = "h", at: float = 0, *, got: float | None = None, **more: Any) -> Filing:
    """Seen and written at hour ``at``, received at ``got`` (or at once); an update unless ``creates``."""
    given = {"creates": False, "published": BEFORE, "observed": hour(at), "written": hour(at)} | more
    return Filing(instance=instance, entity=entity, received=hour(at if got is None else got), **given)


def said(**facts: Any) -> tuple[Said, ...]:
    """``phone="1"`` or, with what was shown, ``phone=("1", "0")``: value, was."""
    return tuple(
        Said(fact, value[0], value[1]) if isinstance(value, tuple) else Said(fact, value)
        for fact, value in facts.items()
    )


def act(kind: ActKind, subject: str, at: float = 100, *, id: str = "", **more: Any) -> Decision:
    return Decision(id or f"{kind}-{subject}-{at}", str(kind), subject, hour(at), **more)


def correct(subject: str, fact: str, value: Any, at: float = 100, key: str = "") -> Decision:
    return act(ActKind.CORRECT, subject, at, value={"fact": fact, "key": key, "value": value})


def place(at: float = 0, step: int = 0, id: str = "") -> Place:
    return Place(hour(at), hour(at), step, id)


def word(fact: str, value: Any, at: float = 0, *, entity: str = "h", was: Any = MISSING, **more: Any) -> Word:
    given: dict[str, Any] = {
        "key": "", "since": DAY, "place": place(at, id=f"{entity}{at}"), "instance": f"{entity}{at}", "creates": False,
        "review": Review.PENDING,
    } | more
    return Word(fact=fact, value=value, entity=entity, was=was, **given)
