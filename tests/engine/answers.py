"""Whole stories told through the four forms: `stories/*.txt`, which together answer every question there is.

A story is a heading `# name` and one `question: answer` per line, in the order of answering. In braces: a day
(`{-3}` three days ago, `{+10}` in ten days), `{year-9}`, an invented ID number (`{id:19520304:2}`, `{badid:…}` with a
wrong check digit), `{hh:2}` and the names in `lists.py`.
"""

import re
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.engine import lists
from tests.engine.engine import Answer

Story = list[Answer]
FOLDER = Path(__file__).parent / "stories"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def shanghai_today() -> date:
    """The day on the engines' clock."""
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


def stories(form: str, today: date) -> dict[str, Story]:
    """All stories of a form, by name."""
    found: dict[str, Story] = {}
    for line in (FOLDER / f"{form}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            found[line[2:].strip()] = []
        elif line.strip():
            name, _, answer = line.partition(":")
            list(found.values())[-1].append((name.strip(), _spoken(answer.strip(), today)))
    return found


def id_number(birth: str, order: int) -> str:
    """An invented number: unassigned division 319999, `birth` as yyyymmdd, a valid check digit; odd `order` is male."""
    first = f"319999{birth}{order:03d}"
    return first + "10X98765432"[sum(int(d) * w for d, w in zip(first, WEIGHTS, strict=True)) % 11]


def bad_number(birth: str, order: int) -> str:
    good = id_number(birth, order)
    return good[:-1] + ("2" if good[-1] == "1" else "1")


def _spoken(answer: str, today: date) -> str:
    def word(found: re.Match[str]) -> str:
        key, *rest = found[1].split(":")
        if key in ("id", "badid"):
            return (id_number if key == "id" else bad_number)(rest[0], int(rest[1]))
        if key == "hh":
            return lists.household(int(rest[0]))
        if key.startswith("year"):
            return str(today.year + int(key[4:] or 0))
        if key[0] in "+-":
            return str(today + timedelta(days=int(key)))
        return str(getattr(lists, key))

    return re.sub(r"\{([^}]+)\}", word, answer)
