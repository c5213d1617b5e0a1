"""The frozen lines of a closed month, read one by one: a record may be longer than memory is wide."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import overload

from django.db.models import Count, QuerySet

from server.ledgers.kinds import LedgerKind
from server.ledgers.models import ClosedLine, Month
from server.ledgers.values import Line
from sync.vault.envelope import open_sealed, unwrap

CHUNK = 500


class FrozenLines(Sequence[Line]):
    """The lines of one table of a closed month in their order, read again each time they are gone through."""

    def __init__(self, closed: Month, kind: LedgerKind, count: int) -> None:
        self._closed, self._kind, self._count = closed, kind, count

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Line]:
        return opened(self._closed, self._rows())

    @overload
    def __getitem__(self, at: int) -> Line: ...
    @overload
    def __getitem__(self, at: slice) -> list[Line]: ...
    def __getitem__(self, at: int | slice) -> Line | list[Line]:
        if isinstance(at, int):
            return self[at : at + 1 or None][0]
        start, stop, step = at.indices(self._count)
        return list(opened(self._closed, self._rows()[start : max(start, stop)]))[::step]

    def _rows(self) -> QuerySet[ClosedLine]:
        return self._closed.lines.filter(kind=self._kind).order_by("position")


def frozen_lines(closed: Month) -> Mapping[LedgerKind, FrozenLines]:
    """The record of a closed month, table by table; every table named."""
    counted = dict(closed.lines.order_by().values_list("kind").annotate(n=Count("*")))
    return {kind: FrozenLines(closed, kind, counted.get(str(kind), 0)) for kind in LedgerKind}


def opened(closed: Month, rows: QuerySet[ClosedLine]) -> Iterator[Line]:
    """Stored lines with their seals broken, as they come from the database."""
    key, place = unwrap(bytes(closed.wrapped_key)), line_place(closed)
    for kind, position, sealed in rows.values_list("kind", "position", "sealed").iterator(CHUNK):
        yield Line.parse(json.loads(open_sealed(key, bytes(sealed), place(kind, position)).decode()))


def line_place(closed: Month) -> Callable[[str, int], bytes]:
    """What binds the sealed lines of a month to their places: by table and number."""
    start = f"{closed.town_id}/{closed.month}/{closed.version}"
    return lambda kind, position: f"{start}/{kind}/{position}".encode()
