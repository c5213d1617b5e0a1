"""Locking a 街镇's month: from a view to a record."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256
from itertools import islice

from django.db import transaction

from server.acts.file import file_act
from server.acts.kinds import ActKind
from server.areas.kinds import AreaKind
from server.areas.models import Area
from server.areas.within import is_within
from server.households.values import day_of
from server.ledgers.kinds import STANDING
from server.ledgers.models import ClosedLine, Month
from server.ledgers.names import names_in
from server.ledgers.read import each_approved, next_version, standing_month, taken_elsewhere
from server.ledgers.record import CHUNK, line_place
from server.ledgers.spool import Spool, Spooled
from server.ledgers.values import canonical, last_day
from sync.kinds import State
from sync.models import Submission
from sync.vault.envelope import new_data_key, seal

#: What the first closed month of a 街镇 is chained to.
NOTHING_BEFORE = "0" * 64


@dataclass(frozen=True)
class Closed:
    """The record that stands now. ``is_new``: this call made it. ``parked``: submissions from this 街镇 that are kept
    but not yet in the registry; what they say will be 补报."""

    month: Month
    is_new: bool
    parked: int


class CannotClose(Exception):
    """The month cannot be locked; ``sentence`` says why, in Chinese."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@transaction.atomic
def close_month(town: str, month: str, *, by: int | None, now: datetime) -> Closed:
    """Freeze the lines of a 街镇's month as they stand on approved statements, and chain them to the month before.

    A household whose month another 街镇 has closed is left out. Twice is once: a month that stands is returned as it
    is. Whether the person may lock it has been asked before.

    :raises CannotClose: the month is not over. :raises ValueError: not a month.
    :raises Area.DoesNotExist: no such 街镇.
    """
    # One closing at a time in the district: two 街镇 must not both take the same household.
    Area.objects.select_for_update().get(code=town[:6])
    Area.objects.get(code=town, kind=AreaKind.TOWN)
    parked = parked_in(town)
    standing = standing_month(town, month)
    if standing is not None:
        return Closed(standing, is_new=False, parked=parked)
    day = last_day(month)
    if day_of(now) <= day:
        raise CannotClose(f"{month} 还没有过完，{day:%Y-%m-%d} 之后才能锁定。")
    names = names_in(town, day)
    lines = Spool(each_approved(town, month, names, taken=partial(taken_elsewhere, town, month)))
    version, prev = next_version(town, month), checksum_before(town, month)
    checksum = checksum_of(town, month, version, prev, (line.content for line in lines))
    wrapped, key = new_data_key()
    closed = Month.objects.create(
        town_id=town, month=month, version=version, closed_at=now, closed_by_id=by, prev=prev, checksum=checksum,
        counts=lines.counts, wrapped_key=wrapped,
        names_sealed=seal(key, json.dumps(asdict(names), ensure_ascii=False).encode()),
    )
    _freeze(closed, key, lines)
    file_act(
        ActKind.CLOSE_MONTH, f"{town}/{month}", by=by, now=now,
        value={"version": version, "checksum": checksum, "prev": prev, "counts": lines.counts},
    )
    return Closed(closed, is_new=True, parked=parked)


def checksum_of(town: str, month: str, version: int, prev: str, contents: Iterable[bytes]) -> str:
    """SHA-256 (hex) over the canonical content of a month: what is printed (each line's canonical content), in order,
    and the month before."""
    # The same bytes as those of one JSON object, which nobody has to hold.
    digest = sha256(b'{"lines":[')
    for n, content in enumerate(contents):
        digest.update(b"," + content if n else content)
    digest.update(b"]," + canonical({"town": town, "month": month, "version": version, "prev": prev})[1:])
    return digest.hexdigest()


def checksum_before(town: str, month: str) -> str:
    """The checksum of the last month before this one that is closed."""
    earlier = Month.objects.filter(town_id=town, month__lt=month, state__in=STANDING).order_by("-month").first()
    return earlier.checksum if earlier is not None else NOTHING_BEFORE


def parked_in(town: str) -> int:
    """Submissions of workers of this 街镇 that are kept and not yet in the registry."""
    waiting = Submission.objects.exclude(state=State.APPLIED).values_list("context", flat=True)
    return sum(any(is_within(v, [town]) for v in context.get("villages", ())) for context in waiting)


def _freeze(closed: Month, key: bytes, lines: Iterable[Spooled]) -> None:
    rows = _rows(closed, key, lines)
    while some := list(islice(rows, CHUNK)):
        ClosedLine.objects.bulk_create(some)


def _rows(closed: Month, key: bytes, lines: Iterable[Spooled]) -> Iterator[ClosedLine]:
    place, positions = line_place(closed), Counter[str]()
    for line in lines:
        positions[line.kind] += 1
        position = positions[line.kind]
        yield ClosedLine(
            month=closed, kind=line.kind, position=position, household=line.household, part=line.part,
            sealed=seal(key, line.stored, place(line.kind, position)),
        )
