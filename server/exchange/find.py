"""Reads of imports. Every list takes the area codes of the asker."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from server.acts.kinds import ActKind
from server.acts.models import Act
from server.acts.read import acts_about
from server.areas.within import within
from server.exchange.models import Import
from server.exchange.report import line_name
from server.households.models import Filing
from sync.kinds import State
from sync.models import Submission

CHUNK = 500


@dataclass(frozen=True)
class Standing:
    """Where an import stands: brought in, undone (``undone_at``), approved whole (``approved_at``)."""

    imported_at: datetime | None
    undone_at: datetime | None = None
    approved_at: datetime | None = None

    @property
    def word(self) -> str:
        if self.imported_at is None:
            return "试读"
        if self.undone_at is not None:
            return "已撤销"
        return "已通过" if self.approved_at is not None else "待审"

    @property
    def colour(self) -> str:
        return {"试读": "", "已撤销": "red", "已通过": "green", "待审": "amber"}[self.word]


def imports_in(codes: Iterable[str]) -> QuerySet[Import]:
    """Imports of 街镇 inside ``codes``, latest first, without their contents."""
    rows = Import.objects.filter(within("town_id", codes)).select_related("town", "uploaded_by", "imported_by")
    return rows.defer("sealed").order_by("-uploaded_at", "-pk")


def standings_of(rows: Iterable[Import]) -> dict[str, Standing]:
    """Where each import stands, by batch (one query)."""
    rows = list(rows)
    acts: dict[str, list[Act]] = {}
    for act in acts_about(row.batch for row in rows):
        acts.setdefault(act.subject, []).append(act)
    return {row.batch: _standing(row, acts.get(row.batch, [])) for row in rows}


def _standing(row: Import, acts: Iterable[Act]) -> Standing:
    undone: datetime | None = None
    approved: datetime | None = None
    for act in acts:
        if act.kind in (ActKind.VOID, ActKind.UNVOID):
            undone = act.at if act.kind == ActKind.VOID else None
        elif act.kind == ActKind.APPROVE:
            approved = act.at
    return Standing(row.imported_at, undone, approved)


def kept_lines(batch: str, count: int) -> dict[str, tuple[int, str]]:
    """(primary key, state) of each kept line of an import, by instanceID."""
    names = [line_name(batch, number) for number in range(1, count + 1)]
    found: dict[str, tuple[int, str]] = {}
    for start in range(0, len(names), CHUNK):
        rows = Submission.objects.filter(instance_id__in=names[start : start + CHUNK])
        found |= {name: (pk, state) for name, pk, state in rows.values_list("instance_id", "pk", "state")}
    return found


def progress_of(row: Import) -> tuple[int, int]:
    """(lines derived, lines that stand among the troubles) of an import."""
    done = Filing.objects.filter(batch=row.batch).count()
    if done == row.lines:
        return done, 0
    return done, sum(state == State.PARKED for _, state in kept_lines(row.batch, row.lines).values())
