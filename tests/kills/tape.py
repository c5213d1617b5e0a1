"""A demo month on tape: every POST and every decision, in phases, to be told again word for word."""

import base64
import json
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any


@dataclass
class Post:
    """One POST of one phone."""

    username: str
    content_type: str
    body: str  # base64

    @property
    def data(self) -> bytes:
        return base64.b64decode(self.body)


@dataclass
class Decided:
    """One decision as it was filed."""

    kind: str
    subject: str
    by: int | None
    now: str
    act_id: str
    other: str = ""
    since: str | None = None
    value: Mapping[str, Any] | None = None
    reason: str = ""

    def arguments(self) -> dict[str, Any]:
        return {
            "by": self.by, "now": datetime.fromisoformat(self.now), "act_id": uuid.UUID(self.act_id),
            "other": self.other, "since": date.fromisoformat(self.since) if self.since else None, "value": self.value,
            "reason": self.reason,
        }  # fmt: skip


@dataclass
class Tape:
    """`phases`: posts and decisions by turns, as ("posts", …) or ("acts", …)."""

    posts: list[list[Post]] = field(default_factory=list)
    acts: list[list[Decided]] = field(default_factory=list)


def write_tape(path: Path, tape: Tape) -> None:
    path.write_text(json.dumps(asdict(tape), ensure_ascii=False), encoding="utf-8")


def read_tape(path: Path) -> Tape:
    raw = json.loads(path.read_text(encoding="utf-8"))
    return Tape(
        posts=[[Post(**one) for one in some] for some in raw["posts"]],
        acts=[[Decided(**one) for one in some] for some in raw["acts"]],
    )
