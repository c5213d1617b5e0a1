"""Matching models for tests: the bundled one with a few values changed, under names of their own."""

import json
from collections.abc import Mapping
from typing import Any

from server.households.matching.bundled import FOLDER, bundled_ids
from server.households.matching.known import known_model
from server.households.matching.live import _usable
from server.households.matching.model import digest, sealed

#: Joins nothing unasked: whatever was joined becomes a case.
STRICT: Mapping[str, Any] = {"thresholds": {"merge": 99.0, "review": -2.0, "batch": -6.0}}
#: Joins what the bundled one only asks about.
LOOSE: Mapping[str, Any] = {
    "thresholds": {"merge": -2.0, "review": -4.0, "batch": -6.0},
    "rules": {"conflict": [], "unless": [], "apart": [], "person": [{}], "hint": []},
}


def content(number: int, **values: Any) -> dict[str, Any]:
    """A whole model file called household-20270101-``number``."""
    base = json.loads((FOLDER / f"{bundled_ids()[-1]}.json").read_text(encoding="utf-8"))
    base.pop("hash")
    return sealed({**base, "id": f"household-20270101-{number}", **values})


def deaf(number: int, *keys: tuple[str, str]) -> dict[str, Any]:
    """One to which these telephones (kind ``phone``) and block keys tell nothing."""
    return content(number, hot=sorted(digest(*key) for key in keys))


def forget_models() -> None:
    """A process keeps what it has loaded; a test that damages a row must not see an earlier load."""
    known_model.cache_clear()
    _usable.cache_clear()
