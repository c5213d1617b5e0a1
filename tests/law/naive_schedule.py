"""The law a second time: when the next visit is due.

Written from the sentences (docs/schedule.md), with a calendar of its own that counts days one by one. Urgent leads and
派单核实 are not looked at here: a household that either moves is left out.

Definitions where the sentences are silent:

* Contacts stand in the order of (day, place). Grades hold in the order of (since, moment of filing).
* A window is what follows from all contacts and the acts filed so far; acts come one after another, in the order of
  their filing, and one that finds the window over leaves it.
* An act that asks for the same number of months as before leaves the window where it is.
"""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta

from server.visits.models import Due
from tests.law.check import about_by_leads, kept
from tests.law.naive import Told, day
from tests.law.naive_house import registry

TABLE = {"A": 1, "B": 3, "C": 6}
MET = ("met_person", "met_family", "phone")
ONE = timedelta(days=1)


def month_later(start: date, months: int) -> date:
    """The same day of a later month, or that month's last."""
    year, month = start.year, start.month
    for _ in range(months):
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return date(year, month, min(start.day, monthrange(year, month)[1]))


def period(of: date, months: int) -> tuple[date, date]:
    """The stretch of the calendar that holds a day: walk back to a month that begins one, forward to its last day."""
    first = of.replace(day=1)
    while (first.month - 1) % months:
        first = (first - ONE).replace(day=1)
    last = first
    for _ in range(months):
        last = last.replace(day=monthrange(last.year, last.month)[1]) + ONE
    return first, last - ONE


def visits_of(told: Told, house: dict) -> list[dict]:
    """The contacts that count for a household and are no 督查."""
    found = []
    for instance, on, outcome in house["visits"]:
        (said,) = [f for f in told.filings if f.instance == instance]
        if said.contact.kind != "check":
            place = told.place(told.start_of(instance)[0])
            found.append({"on": on, "met": outcome in MET, "extra": said.contact.extra, "order": (on, place)})
    return sorted(found, key=lambda v: v["order"])


def regular(told: Told, house: dict, visits: list[dict]) -> tuple[date, date]:
    met = [v for v in visits if v["met"]]
    last = met[-1] if met else None
    began = house["opened"]
    taken_back = [d for d in (house["status"][1], again_in_relief(house["spells"])) if d]
    back_on = max(taken_back) if taken_back else began
    base = last["on"] if last else began

    def months(acts: list) -> int:
        """The interval of the grade in force; or the one before the last visit, where that was shorter."""
        tables = [d for d in acts if d.kind == "frequency"]
        table = TABLE | (tables[-1].value["months"] if tables else {})
        marks = [(d.since or day(d.at), n, d.value["grade"]) for n, d in enumerate(acts) if d.kind == "grade"]
        now = max(marks)[2] if marks else "B"
        earlier = [mark for mark in marks if mark[0] < base]
        return min(table[now], table[max(earlier)[2] if earlier else "B"])

    def window(interval: int, not_before: date) -> tuple[date, date]:
        start, end = period(period(base, interval)[1] + ONE, interval) if last else period(base, interval)
        if end < not_before:  # nobody is late by a decision: what holds the day it was made
            start, end = period(not_before, interval)
            start = max(start, not_before)
        if last is None:
            start = max(start, began)
        agreed = last["extra"].get("next_on") if last else None
        if agreed and max(start, not_before) <= date.fromisoformat(agreed) <= end:
            end = date.fromisoformat(agreed)
        return start, end

    def moves(d) -> bool:
        return d.kind == "frequency" or (d.kind == "grade" and d.subject in house["ids"])

    acts: list = []
    asked = months(acts)
    found = window(asked, back_on)
    for act in filter(moves, told.decisions):
        acts.append(act)
        if found[1] < day(act.at):
            return found  # over on the day of filing: it stays, and all that comes later finds it over too
        if months(acts) != asked:
            asked = months(acts)
            found = window(asked, max(day(act.at), back_on))
    return found


def again_in_relief(spells: Iterable[tuple]) -> date | None:
    """The day relief began again after a day without any."""
    known = list(spells)
    if all(end for _, _, end, _ in known):
        return None
    days = []
    for _, start, _, _ in known:
        if start is None or not any(end and end < start for _, _, end, _ in known):
            continue
        if not any((s is None or s < start) and (e is None or e >= start) for _, s, e, _ in known):
            days.append(start)
    return max(days, default=None)


def returning(house: dict, visits: list[dict], left: date) -> tuple[date, date, date | None]:
    """From day to day: within a month of the exit, then three to six months after each visit that met somebody."""
    start, end, may_close = left + ONE, month_later(left, 1), None
    for v in visits:
        if not v["met"] or v["on"] <= left:
            continue
        start, end = month_later(v["on"], 3), month_later(v["on"], 6)
        agreed = v["extra"].get("next_on")
        if agreed and start <= date.fromisoformat(agreed) <= end:
            end = date.fromisoformat(agreed)
        income, living = v["extra"].get("stable_income"), v["extra"].get("integration")
        if income == "stable" and living == "good" and v["on"] >= month_later(left, 12):
            may_close = v["on"]
        elif (income and income != "stable") or (living and living != "good"):
            may_close = None
    back_on = house["status"][1]
    if back_on and end < back_on:
        start, end = back_on, month_later(back_on, 1)
    return start, end, may_close


def due(told: Told, house: dict) -> dict:
    """What is due for a household and the dates beside it."""
    visits = visits_of(told, house)
    ends = [end for _, _, end, _ in house["spells"]]
    left = max(ends) if ends and all(ends) else None
    found = {
        "last_on": max((v["on"] for v in visits if v["met"]), default=None),
        "tried_on": max((v["on"] for v in visits if not v["met"]), default=None),
        "exit_on": left, "kind": "none", "due_from": None, "due_to": None, "closable_from": None,
    }
    cared_for = house["standing"] in ("full", "provisional") and house["status"][0] == "active" and house["opened"]
    if cared_for and left:
        start, end, may_close = returning(house, visits, left)
        found |= {"kind": "return", "due_from": start, "due_to": end, "closable_from": may_close}
    elif cared_for:
        start, end = regular(told, house, visits)
        found |= {"kind": "regular", "due_from": start, "due_to": end}
    return found


def against_schedule() -> str:
    """Where the due windows in the database differ from these, one line each."""
    told, lines = kept(), []
    rows = {row.pk: row for row in Due.objects.all()}
    houses = registry(told, about_by_leads())
    asked = {name for d in told.decisions if d.kind == "ask" for name in (d.subject, d.other)}
    for name in sorted(rows.keys() & houses.keys()):
        row = rows[name]
        if row.kind == "urgent" or asked & set(houses[name]["ids"]):
            continue
        for column, mine in due(told, houses[name]).items():
            theirs = getattr(row, column)
            if theirs != mine:
                lines.append(f"{name}.{column}: programme {theirs}, naive {mine}")
    return "\n".join(lines)
