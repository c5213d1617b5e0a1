"""对象家庭: the registry as a list, searched by what people have in hand and filtered by what waits."""

from django.http import HttpRequest, HttpResponse

from server.accounts.matrix import Thing, Verb
from server.areas.names import place_names, villages_in
from server.desk.page import page, paged
from server.desk.parts import TABLES, household_line
from server.desk.seat import Seat, screen
from server.households.find import households_in
from server.households.kinds import Grade, Status

ATTENTION = {"clashes": "有冲突", "cases": "疑似重复", "proposals": "有建议待定", "unreviewed": "有待审",
             "returned": "退回待改", "provisional": "登记表未到"}


@screen(Thing.HOUSEHOLD)
def households(request: HttpRequest, seat: Seat) -> HttpResponse:
    chosen = {key: request.GET.get(key, "").strip() for key in ("q", "village", "table", "grade", "status", "wait")}
    rows = households_in(
        seat.codes, text=chosen["q"], village=chosen["village"],
        table=int(chosen["table"]) if chosen["table"] in {"1", "2", "3", "4"} else None,
        grade=chosen["grade"] if chosen["grade"] in Grade.values else "",
        status=chosen["status"] if chosen["status"] in Status.values else "",
        attention=chosen["wait"] if chosen["wait"] in ATTENTION else "",
        deciding=seat.reach(Verb.APPROVE, Thing.DUPLICATE),
    )
    found = paged(request, rows)
    places = place_names(row.village for row in found)
    lines = [household_line(seat, row, places, getattr(row, "due", None)) for row in found]
    context = {
        "paged": found, "lines": lines, "chosen": chosen, "finding": chosen["q"], "villages": villages_in(seat.codes),
        "tables": TABLES.items(), "grades": Grade.choices, "statuses": Status.choices, "attention": ATTENTION.items(),
    }
    return page(request, seat, "households/list.html", context, at="households")
