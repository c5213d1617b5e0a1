"""The act as a value, as the pure rules read it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class Decision:
    """One kept act.

    ``subject`` is an instanceID, a household id or a month, ``other`` the second household of a pair, the act
    that is undone or the new home of a refiled update. ``since`` is the day from which the decision is true
    (a day in Asia/Shanghai), ``at`` the moment it was filed. ``value`` depends on the kind and is plain JSON.
    """

    id: str
    kind: str
    subject: str
    at: datetime
    other: str = ""
    since: date | None = None
    by: int | None = None
    value: Mapping[str, Any] = field(default_factory=dict)

    @property
    def order(self) -> tuple[datetime, str]:
        """Later decisions win; equal moments are settled by id."""
        return (self.at, self.id)


def latest(decisions: "list[Decision]") -> Decision | None:
    """The decision that counts among several of one meaning."""
    return max(decisions, key=lambda decision: decision.order, default=None)


@dataclass(frozen=True)
class Asked:
    """派单核实: asked on a day to be looked at until ``to``; ``at``: the moment, for what came since."""

    on: date
    to: date
    at: datetime
    act: str
