"""首页: what waits for this person, each number a door to its list."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from server.accounts.find import attended_villages
from server.accounts.matrix import Thing, Verb
from server.accounts.scope import codes_for
from server.areas.names import place_names, villages_in
from server.areas.within import is_within
from server.desk.page import page
from server.desk.parts import TABLES, household_line
from server.desk.seat import Seat, screen
from server.desk.towns import town_lines
from server.field.parked import parked_in
from server.households.find import (
    WAITING,
    attention_counts,
    households_counted,
    review_counts,
    sent_by,
)
from server.support.find import lead_counts
from server.visits.due import due_counts, due_in


@dataclass(frozen=True)
class Tile:
    """A number, what it counts, where it leads, and whether it should worry (red | amber | '')."""

    label: str
    count: int
    href: str
    colour: str = ""


@dataclass(frozen=True)
class Bar:
    """A line of a bar chart."""

    label: str
    count: int
    href: str
    colour: str = ""


@screen()
def home(request: HttpRequest, seat: Seat) -> HttpResponse:
    codes = codes_for(seat.access, Verb.READ, Thing.HOUSEHOLD)
    overseen = codes_for(seat.access, Verb.READ, Thing.ASSIGNMENT)
    counted = households_counted(codes or overseen)
    context: dict[str, object] = {"tiles": _tiles(seat), "today": seat.today}
    if codes:
        tables: Counter[int] = Counter()
        for (_, number), count in counted.items():
            tables[number] += count
        bars = [Bar(name, tables[number], _to("households", table=number)) for number, name in TABLES.items()]
        context |= {"tables": bars, "most": max([bar.count for bar in bars] + [1]), "whole": sum(b.count for b in bars)}
    if seat.is_district:
        context["month"], context["towns"] = town_lines(seat, counted)
    elif seat.can(Verb.READ, Thing.SCHEDULE):
        schedule = codes_for(seat.access, Verb.READ, Thing.SCHEDULE)
        urgent = list(due_in(schedule, seat.today, "now")[:8])
        places = place_names(row.household.village for row in urgent)
        context["lines"] = [household_line(seat, row.household, places, row) for row in urgent]
    if overseen:
        context["unattended"] = _unattended(seat, overseen, counted)
    return page(request, seat, "home/home.html", context, at="home")


def _to(name: str, **query: object) -> str:
    found = "&".join(f"{key}={value}" for key, value in query.items())
    return reverse(f"desk:{name}") + (f"?{found}" if found else "")


def _tiles(seat: Seat) -> list[Tile]:
    """Numbers in the order of urgency; only those whose lists this person may open."""
    tiles: list[Tile] = []

    def reach(verb: Verb, thing: Thing) -> tuple[str, ...]:
        return codes_for(seat.access, verb, thing)

    if codes := reach(Verb.READ, Thing.LEAD):
        leads = lead_counts(codes, seat.now, reach(Verb.READ, Thing.SUBMISSION))
        tiles += [Tile("急难线索", leads.urgent, _to("leads"), "red"),
                  Tile("线索超时", leads.overdue, _to("leads", tab="overdue"), "red")]
    if codes := reach(Verb.READ, Thing.SCHEDULE):
        due = due_counts(codes, seat.today)
        tiles += [Tile("逾期未访", due["overdue"], _to("due", state="overdue"), "red"),
                  Tile("临期", due["near"], _to("due", state="near"), "amber")]
    if codes := reach(Verb.READ, Thing.SUBMISSION):
        reviews = review_counts(codes)
        waiting, elsewhere = (sum(reviews[state, waits] for state in WAITING) for waits in (False, True))
        parked = parked_in(codes, district=seat.is_district, is_set_aside=False).count()
        tiles += [Tile("待审", waiting, _to("submissions"), "amber"),
                  Tile("他处填报", elsewhere, _to("submissions", tab="elsewhere"), "amber"),
                  Tile("入库异常", parked, _to("troubles"), "red")]
    if (codes := reach(Verb.READ, Thing.HOUSEHOLD)) and reach(Verb.APPROVE, Thing.STATE):
        waits = attention_counts(codes, reach(Verb.APPROVE, Thing.DUPLICATE))
        tiles += [Tile("冲突待裁", waits["clashes"], _to("households", wait="clashes", status="active"), "red"),
                  Tile("疑似重复", waits["cases"], _to("duplicates"), "amber"),
                  Tile("建议待定", waits["proposals"], _to("households", wait="proposals", status="active"), "amber"),
                  Tile("登记表未到", waits["provisional"], _to("households", wait="provisional", status="active"))]
    if seat.can(Verb.UPDATE, Thing.RETURNED):
        returned = sent_by(seat.user.pk, returned=True).count()
        tiles.append(Tile("我的退回", returned, _to("mine", show="returned"), "red"))
    return tiles


def _unattended(seat: Seat, codes: Collection[str], counted: Mapping[tuple[str, int], int]) -> list[tuple[str, int]]:
    """村居 nobody answers for that have households in care, with how many (无主)."""
    inside: Counter[str] = Counter()
    for (village, _), count in counted.items():
        inside[village] += count
    orphans = {code for code in inside if is_within(code, codes) or not code} - attended_villages(codes, seat.today)
    names = dict(villages_in(codes)) if orphans else {}
    found = [(names.get(code, code or "未划定"), inside[code]) for code in orphans]
    return sorted(found, key=lambda row: -row[1])
