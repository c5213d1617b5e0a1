"""Reading a 街镇's month: an open one is a view, a closed one its record."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from server.areas.kinds import AreaKind
from server.areas.models import Area
from server.areas.within import is_within
from server.households.kinds import Standing
from server.households.models import Ident
from server.households.values import Folded
from server.ledgers.doubts import CONFLICT, PROVISIONAL, UNREVIEWED, Doubt, doubts_of
from server.ledgers.folds import Shown, households_of
from server.ledgers.kinds import STANDING, LedgerKind, MonthState
from server.ledgers.lines import lines_for
from server.ledgers.links import Links
from server.ledgers.models import ClosedLine, Month
from server.ledgers.names import names_in
from server.ledgers.order import by_kind, in_order
from server.ledgers.record import CHUNK, frozen_lines, opened
from server.ledgers.rulings import Rulings, rulings_of
from server.ledgers.twins import twins_in
from server.ledgers.values import Line, Link, Names, last_day, marked
from sync.vault.envelope import open_sealed, unwrap

OPEN = "开放"
#: Given some ids, those of them whose month another 街镇 has closed.
Taken = Callable[[Collection[str]], Collection[str]]


@dataclass(frozen=True)
class MonthView:
    """A month as the desk shows it. ``state``: None while open. ``waits``: households that a closing now would
    print differently, or leave out, because somebody has not approved yet; ``changed``: how many lines that is;
    ``doubts``: what to look at before closing. All for open months only."""

    town: str
    town_name: str
    month: str
    lines: Mapping[LedgerKind, Sequence[Line]]
    state: MonthState | None = None
    version: int = 1
    checksum: str = ""
    closed_at: datetime | None = None
    closed_by: str = ""
    waits: tuple[str, ...] = ()
    changed: int = 0
    doubts: tuple[tuple[Line, Doubt], ...] = ()

    @property
    def waiting(self) -> int:
        return len(self.waits)

    def waiting_among(self, lines: Mapping[LedgerKind, Sequence[Line]]) -> int:
        """How many of the households on these lines wait: whoever sees one village is told no number of its town."""
        return len({*self.waits} & {line.household for some in lines.values() for line in some})

    @property
    def is_open(self) -> bool:
        return self.state is None

    @property
    def state_name(self) -> str:
        return OPEN if self.state is None else str(self.state.label)


def month_view(town: str, month: str, *, doubting: bool = True) -> MonthView:
    """The month of a 街镇: the record if it is closed, else the lines by all that is known, 待审 marked; ``doubting``:
    with what somebody should look at.

    :raises ValueError: not a month. :raises Area.DoesNotExist: no such 街镇.
    """
    name = Area.objects.values_list("name", flat=True).get(code=town, kind=AreaKind.TOWN)
    closed = standing_month(town, month)
    if closed is not None:
        return closed_view(closed, name)
    shown = preview(town, month, doubting=doubting)
    return MonthView(
        town, name, month, by_kind(shown.lines), version=next_version(town, month), waits=shown.waits,
        changed=shown.changed, doubts=shown.doubts,
    )


def closed_view(closed: Month, town_name: str) -> MonthView:
    """The record of one version, also of a returned one."""
    return MonthView(
        closed.town_id, town_name, closed.month, frozen_lines(closed), state=MonthState(closed.state),
        version=closed.version, checksum=closed.checksum, closed_at=closed.closed_at,
        closed_by=str(closed.closed_by or ""),
    )


def standing_month(town: str, month: str) -> Month | None:
    """The version of a month that stands; None while it is open."""
    return Month.objects.filter(town_id=town, month=month, state__in=STANDING).first()


def next_version(town: str, month: str) -> int:
    """The number the next closing of a month gets."""
    return Month.objects.filter(town_id=town, month=month).count() + 1


@dataclass(frozen=True)
class Preview:
    """An open month: its lines by all that is known, cells marked that wait for review; the households a closing now
    would print differently, and how many lines that is; and what somebody should look at first."""

    lines: list[Line]
    waits: tuple[str, ...]
    changed: int
    doubts: tuple[tuple[Line, Doubt], ...]


def preview(town: str, month: str, *, doubting: bool = True) -> Preview:
    """An open month as it stands; without ``doubting`` no doubts are looked for."""
    day = last_day(month)
    names = names_in(town, day)
    rulings = rulings_of(month)
    found: list[Line] = []
    doubts: dict[tuple[str, str], list[Doubt]] = {}
    waits: list[str] = []
    changed = 0
    for household, folded, all_links, approved_links in _seen(town, month, names):
        lines = _lines(town, household, folded, names, all_links, day, rulings)
        closing = lines
        if not household.is_settled or all_links != approved_links:
            approved = household.fold(day, approved_only=True)
            closing = _lines(town, household, approved, names, approved_links, day, rulings, approved_only=True)
        differing = differing_lines(lines, closing)
        changed += differing
        if differing:
            waits.append(household.served)
        standing = {line.part: line for line in closing}
        for line in lines:
            found.append(marked(line, standing.get(line.part)) if closing is not lines else line)
            if not doubting:
                continue
            doubts[line.household, line.part] = [*doubts_of(line, folded), *_standing_doubts(household, folded, line)]
    lines_in_order = in_order(found)
    if doubting:
        _add_twins(town, lines_in_order, doubts)
    told = tuple((line, doubt) for line in lines_in_order for doubt in doubts.get((line.household, line.part), ()))
    return Preview(lines_in_order, tuple(waits), changed, told)


def _seen(town: str, month: str, names: Names) -> Iterator[tuple[Shown, Folded, Sequence[Link], Sequence[Link]]]:
    """The households of an open month by all that is known, with their referrals: all, and the approved ones."""
    day = last_day(month)
    for some in _in_parts(households_of(town, day)):
        shown = [(household, household.fold(day)) for household in some]
        ids = _ids(folded for _, folded in shown)
        links, taken = Links(ids), taken_elsewhere(town, month, ids)
        for household, folded in shown:
            if taken.isdisjoint(folded.ids):
                approved = links.of(folded.ids, names, day, approved_only=True)
                yield household, folded, links.of(folded.ids, names, day), approved


def differing_lines(some: Sequence[Line], others: Sequence[Line]) -> int:
    """How many lines of a household are not the same in both."""
    left, right = ({line.part: line.content() for line in lines} for lines in (some, others))
    return sum(left.get(part) != right.get(part) for part in left.keys() | right.keys())


def _standing_doubts(household: Shown, folded: Folded, line: Line) -> Iterable[Doubt]:
    if line.part:
        return
    if folded.standing == Standing.PROVISIONAL:
        yield PROVISIONAL
    if not household.is_settled:
        yield UNREVIEWED
    if household.clashes:
        yield CONFLICT


def _add_twins(town: str, lines: Sequence[Line], doubts: dict[tuple[str, str], list[Doubt]]) -> None:
    numbers: dict[str, list[str]] = {}
    for line in lines:
        numbers.setdefault(line.household, []).append(str(line.value("id_no") or ""))
    for household, twins in twins_in(town, numbers).items():
        doubts[household, ""] += sorted(twins, key=lambda doubt: doubt.text)


def approved_lines(
    town: str, month: str, names: Names, *, known_at: datetime | None = None, taken: Taken | None = None,
    also: Iterable[str] = (), only: Collection[str] | None = None,
) -> list[Line]:
    """What ``each_approved`` finds, in the order it is printed."""
    return in_order(each_approved(town, month, names, known_at=known_at, taken=taken, also=also, only=only))


def each_approved(
    town: str, month: str, names: Names, *, known_at: datetime | None = None, taken: Taken | None = None,
    also: Iterable[str] = (), only: Collection[str] | None = None,
) -> Iterator[Line]:
    """The lines of a month on approved statements alone, as known now or at a moment, in no order; no more than some
    hundred households are held at a time.

    ``taken``: those ids whose month another 街镇 has closed; they are left out. ``also``: ids to look at besides;
    ``only``: of what is known now these households alone.
    """
    day, rulings = last_day(month), rulings_of(month, known_at=known_at)
    for some in _in_parts(households_of(town, day, known_at=known_at, also=also, only=only)):
        shown = [(household, household.fold(day, approved_only=True)) for household in some]
        ids = _ids(folded for _, folded in shown)
        links, elsewhere = Links(ids, known_at), set(taken(ids)) if taken is not None else set()
        for household, folded in shown:
            if elsewhere.isdisjoint(folded.ids):
                own = links.of(folded.ids, names, day, approved_only=True)
                yield from _lines(town, household, folded, names, own, day, rulings, approved_only=True)


def _in_parts(households: Iterable[Shown]) -> Iterator[list[Shown]]:
    several = iter(households)
    while some := list(islice(several, CHUNK)):
        yield some


def taken_elsewhere(town: str, month: str, ids: Collection[str], *, before: datetime | None = None) -> set[str]:
    """Those of some ids whose month another 街镇 has closed (``before``: had closed at that moment): a household's
    month belongs to one 街镇."""
    lines = ClosedLine.objects.filter(month__month=month, household__in=ids).exclude(month__town_id=town)
    if before is None:
        lines = lines.filter(month__state__in=STANDING)
    else:
        lines = lines.filter(month__closed_at__lt=before).exclude(month__reopened_at__lt=before)
    return set(lines.values_list("household", flat=True))


def closed_lines(closed: Month, household: str = "") -> list[Line]:
    """The frozen lines of a closed month (with ``household``: its alone), in their order."""
    rows = closed.lines.order_by("kind", "position")
    return list(opened(closed, rows.filter(household=household) if household else rows))


def lines_among(closed: Month, households: Iterable[str]) -> list[Line]:
    """The frozen lines of some households of a closed month, in their order."""
    wanted = set(households)
    rows = closed.lines.order_by("kind", "position")
    keys = [pk for pk, household in rows.values_list("pk", "household") if household in wanted]
    found: list[Line] = []
    for start in range(0, len(keys), CHUNK):
        found += opened(closed, rows.filter(pk__in=keys[start : start + CHUNK]))
    return found


def closed_names(closed: Month) -> Names:
    """The names a closed month was written with."""
    row: dict[str, Any] = json.loads(open_sealed(unwrap(bytes(closed.wrapped_key)), bytes(closed.names_sealed)))
    return Names(**row)


def lines_of(town: str, month: str, household: str) -> list[Line]:
    """The lines of one household (any of its ids) in a 街镇's month: of the record if it is closed, else as they stand;
    [] where the month does not list it."""
    closed = standing_month(town, month)
    if closed is not None:
        return [line for line in closed_lines(closed, household) if line.household == household]
    ident = Ident.objects.filter(pk=household).values_list("household_id", flat=True).first()
    if ident is None:
        return []
    day = last_day(month)
    names, shown = names_in(town, day), Shown(ident)
    folded = shown.fold(day)
    if taken_elsewhere(town, month, folded.ids):
        return []
    links = Links(folded.ids).of(folded.ids, names, day)
    return list(_lines(town, shown, folded, names, links, day, rulings_of(month)))


def _ids(folds: Iterable[Folded]) -> set[str]:
    return {name for folded in folds for name in folded.ids}


def _lines(
    town: str, household: Shown, folded: Folded, names: Names, links: Sequence[Link], day: date, rulings: Rulings, *,
    approved_only: bool = False,
) -> tuple[Line, ...]:
    # Without a home it stands with a 街镇's reviewers, and in no table.
    if len(folded.village) <= len(town) or not is_within(folded.village, [town]) or rulings.leave_out(folded.ids):
        return ()
    at_exit = household.at_exit(folded, day, approved_only=approved_only)
    return lines_for(folded, day, names, links=links, at_exit=at_exit, persons=rulings.persons(folded.ids))
