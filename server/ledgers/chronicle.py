"""The life of a 街镇's month as its acts tell it."""

from dataclasses import dataclass
from datetime import datetime

from server.acts.kinds import ActKind
from server.acts.read import acts_about, reason_of, to_decision
from server.ledgers.kinds import MonthState

#: The state in which each act leaves the version it names.
AFTER = {
    ActKind.CLOSE_MONTH: MonthState.LOCKED, ActKind.REPORT_MONTH: MonthState.REPORTED,
    ActKind.ACCEPT_MONTH: MonthState.ACCEPTED, ActKind.OPEN_MONTH: MonthState.RETURNED,
}


@dataclass(frozen=True)
class Step:
    """One act: what, which version (or supplement number), by whom, when, why."""

    kind: ActKind
    version: int
    by: str
    at: datetime
    reason: str
    number: int = 0

    @property
    def label(self) -> str:
        return str(self.kind.label)


def chronicle_of(town: str, month: str) -> list[Step]:
    """Every act about a month, oldest first."""
    return [
        Step(
            ActKind(act.kind), int((value := to_decision(act).value).get("version", 0)), str(act.by or "系统"), act.at,
            reason_of(act), int(value.get("number", 0)),
        )
        for act in acts_about([f"{town}/{month}"])
    ]


def state_by_acts(steps: list[Step]) -> dict[int, MonthState]:
    """The state of every version, from the acts alone."""
    found: dict[int, MonthState] = {}
    for step in steps:
        if step.kind in AFTER:
            found[step.version] = AFTER[step.kind]
    return found
