"""表一至表四: the month of a 街镇 as it would be printed, its life, and what to look at before it is locked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse

from server.accounts.matrix import Thing, Verb
from server.areas.within import is_within
from server.desk.ledger_parts import masked_cell, month_for, shown_cell, state_badge
from server.desk.page import page, paged
from server.desk.seat import Seat, screen
from server.households.find import idents
from server.households.models import Household
from server.ledgers.chronicle import chronicle_of
from server.ledgers.columns import TABLES, Column
from server.ledgers.differences import Difference
from server.ledgers.kinds import LedgerKind, MonthState
from server.ledgers.late import unissued_in
from server.ledgers.menders import menders_in
from server.ledgers.models import Month, Supplement
from server.ledgers.read import MonthView, standing_month
from server.ledgers.rulings import LeftOut, rulings_of
from server.ledgers.values import Line, Value, first_day, last_day, month_of
from server.visits.rules import add_months

EM_PER_WIDTH = 0.62  # width of a column on the screen, from its width in the sheet
#: Lines by which the tables differ are listed so far; the numbered supplement has all.
LATE_SHOWN = 60


@dataclass(frozen=True)
class Shown:
    """A line as the preview draws it: (key, text, long, pending) per cell; ``household`` to click through to."""

    number: int
    household: str
    part: str
    cells: tuple[tuple[str, str, bool, bool], ...]


@dataclass(frozen=True)
class LateLine:
    """One line of 补报: kind, household, whose line and where, and (heading, before, after) of each cell."""

    label: str
    household: str
    where: str
    cells: tuple[tuple[str, str, str], ...]


@screen(Thing.LEDGER)
def ledger(request: HttpRequest, seat: Seat, town: str, month: str) -> HttpResponse:
    view = month_for(seat, town, month)
    whole = is_within(town, seat.codes)
    kind = LedgerKind(request.GET.get("t", "1")) if request.GET.get("t", "1") in LedgerKind.values else LedgerKind.ONE
    lines = {
        table: found if whole else [one for one in found if is_within(one.village, seat.codes)]
        for table, found in view.lines.items()
    }
    found = paged(request, lines[kind])
    columns = TABLES[kind].columns
    start = found.start_index()
    closed = standing_month(town, month)
    state = view.state
    # What has become known since takes as long as a closing: the page asks for it when it stands.
    asks_late = closed is not None and whole
    late = unissued_in(closed) if closed is not None and whole and "late" in request.GET else []
    context: dict[str, Any] = {
        "view": view, "kind": kind, "table": TABLES[kind], "paged": found, "whole": whole,
        "columns": [(column.heading, f"{column.width * EM_PER_WIDTH:.1f}") for column in columns],
        "tabs": [(k.value, k.label, len(lines[k])) for k in LedgerKind],
        "lines": [_shown(seat, line, columns, start + index) for index, line in enumerate(found)],
        "badge": state_badge(view.state), "first": first_day(month), "total": sum(map(len, lines.values())),
        "before": month_of(add_months(first_day(month), -1)), "after": _after(month, seat.today),
        "exports": seat.may(Verb.EXPORT, Thing.LEDGER_FILE, town),
        "locks": view.is_open and whole and seat.may(Verb.LOCK, Thing.LEDGER, town),
        "over": seat.today > last_day(month),
        "reports": state == MonthState.LOCKED and seat.may(Verb.LOCK, Thing.LEDGER, town),
        "accepts": state == MonthState.REPORTED and seat.may(Verb.APPROVE, Thing.LEDGER, town),
        "reopens": not view.is_open and seat.may(Verb.REOPEN, Thing.LEDGER, town),
        "waiting": view.waiting if whole else view.waiting_among(lines),
        "waits": _waits(view, lines) if whole and view.waits else [],
        "doubts": _doubts(seat, view, lines) if view.is_open else [],
        "late": [_late(one) for one in late[:LATE_SHOWN]], "late_count": len(late),
        "asks_late": asks_late, "told_late": "late" in request.GET,
        "supplements": _supplements(closed) if whole else [],
        "supplies": bool(late) and seat.may(Verb.LOCK, Thing.LEDGER, town),
        "steps": chronicle_of(town, month) if whole else [],
        "out": _left_out(town, month) if whole else [],
        "rules": seat.may(Verb.UPDATE, Thing.LEDGER, town),
    }
    return page(request, seat, "ledgers/month.html", context, at="ledgers")


def _after(month: str, today: date) -> str:
    following = month_of(add_months(first_day(month), 1))
    return following if following <= month_of(today) else ""


def _shown(seat: Seat, line: Line, columns: tuple[Column, ...], number: int) -> Shown:
    cells = []
    for column in columns[1:]:
        cell = line.cells.get(column.key)
        cells.append((column.key, shown_cell(seat, line, column.key), column.type == "text",
                      cell.pending if cell else False))
    return Shown(number, line.household, line.part, tuple(cells))


def _places(lines: Mapping[LedgerKind, Sequence[Line]]) -> dict[tuple[str, str], str]:
    """Table and number of every line shown, by household and part."""
    return {
        (line.household, line.part): f"{kind.label} {number} 号" for kind in LedgerKind
        for number, line in enumerate(lines.get(kind, ()), start=1)
    }


def _waits(view: MonthView, lines: Mapping[LedgerKind, Sequence[Line]]) -> list[tuple[str, str]]:
    """Households whose lines a closing now would change or leave out: (household, table and number)."""
    places = _places(lines)
    return [(household, places.get((household, ""), "锁定后不在表内")) for household in view.waits]


def _doubts(
    seat: Seat, view: MonthView, lines: Mapping[LedgerKind, Sequence[Line]]
) -> list[tuple[str, int, list[tuple[str, list[tuple[str, str]]]]]]:
    """What to look at before locking: (reason, how many, [(who can mend it, [(household, table and number)])])."""
    places, menders = _places(lines), menders_in(view.town, seat.today)
    decides = seat.may(Verb.APPROVE, Thing.DUPLICATE, view.town)
    found: dict[str, dict[str, list[tuple[str, str]]]] = {}
    for line, doubt in view.doubts:
        place = places.get((line.household, line.part))
        if place is not None and (decides or not doubt.is_across):
            who = menders.of(doubt.mender, line.village)
            found.setdefault(doubt.text, {}).setdefault(who, []).append((line.household, place))
    return [(text, sum(map(len, by.values())), list(by.items())) for text, by in found.items()]


def _late(one: Difference) -> LateLine:
    """A difference masked like the table."""
    keys = {column.heading: column.key for table in TABLES.values() for column in table.columns}

    def text(heading: str, value: Value) -> str:
        return "空" if value is None else masked_cell(keys[heading], value)

    tables = [line.kind.label for line in (one.before, one.after) if line is not None]
    cells = tuple((h, text(h, before), text(h, after)) for h, before, after in one.cells)
    return LateLine(one.what.label, one.household, " → ".join(dict.fromkeys(tables)), cells)


def _supplements(closed: Month | None) -> list[Supplement]:
    return list(closed.supplements.select_related("issued_by").order_by("number")) if closed is not None else []


def _left_out(town: str, month: str) -> list[tuple[LeftOut, Household]]:
    """Households of this 街镇 that the month leaves out, with the reason."""
    rulings = rulings_of(month).out
    rows = {ident.pk: ident.household for ident in idents(rulings)}
    return [(one, rows[key]) for key, one in rulings.items() if key in rows and is_within(rows[key].village, [town])]
