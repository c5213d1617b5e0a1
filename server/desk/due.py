"""应访名单: who must be visited, by urgency."""

from django.http import HttpRequest, HttpResponse

from server.accounts.matrix import Thing
from server.areas.names import place_names, villages_in
from server.areas.within import is_within
from server.desk.page import page, paged
from server.desk.parts import household_line
from server.desk.seat import Seat, screen
from server.visits.due import STATES, due_counts, due_in
from server.visits.kinds import DueKind


@screen(Thing.SCHEDULE)
def due(request: HttpRequest, seat: Seat) -> HttpResponse:
    state = request.GET.get("state", "overdue")
    state = state if state in STATES else "overdue"
    kind = request.GET.get("kind", "")
    village = request.GET.get("village", "")
    codes = [village] if village and is_within(village, seat.codes) else seat.codes
    counts = due_counts(codes, seat.today)
    kind = kind if kind in DueKind.values else ""
    found = paged(request, due_in(codes, seat.today, state, kind=kind), count=None if kind else counts[state])
    places = place_names(row.household.village for row in found)
    context = {
        "tabs": [(key, label, counts[key]) for key, label in STATES.items()], "state": state,
        "paged": found, "lines": [household_line(seat, row.household, places, row) for row in found],
        "kinds": [choice for choice in DueKind.choices if choice[0] != DueKind.NONE], "kind": kind,
        "villages": villages_in(seat.codes), "village": village,
    }
    return page(request, seat, "due/list.html", context, at="due")
