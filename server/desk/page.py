"""Drawing a screen: the template with the frame around it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from server.accounts.kinds import Role
from server.accounts.matrix import Thing, Verb
from server.desk.menu import Section, menu_for
from server.desk.seat import Seat

PER_PAGE = 50
#: Nothing is loaded from, sent to or framed by another place, whatever should slip through into a page.
FROM_HERE_ONLY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


@dataclass(frozen=True)
class Frame:
    """What the frame of every screen shows: person, menu, the item we are at, and whether there is a search field."""

    name: str
    title: str
    menu: tuple[Section, ...]
    at: str
    finds: bool
    today: date


def page(request: HttpRequest, seat: Seat, template: str, context: Mapping[str, Any] | None = None, *,
         at: str = "", status: int = 200) -> HttpResponse:
    """Render ``desk/<template>`` inside the frame; ``at`` names the menu item that is lit."""
    title = "、".join(Role(role).label for role in sorted(seat.roles)) or "未授权"
    frame = Frame(str(seat.user), title, menu_for(seat), f"desk:{at}", seat.can(Verb.READ, Thing.HOUSEHOLD), seat.today)
    answer = render(request, f"desk/{template}", {"desk": frame, "seat": seat, **(context or {})}, status=status)
    # Personal data must not stay in a shared computer's cache or come back with the browser's back button.
    answer["Cache-Control"] = "no-store"
    answer["Content-Security-Policy"] = FROM_HERE_ONLY
    return answer


def paged(request: HttpRequest, rows: Any, per_page: int = PER_PAGE, *, count: int | None = None) -> Page[Any]:
    """The asked page of a query or list; a page that does not exist becomes the nearest one.

    ``count``: how many there are, where the screen knows already.
    """
    paginator = Paginator(rows, per_page)
    if count is not None:
        paginator.__dict__["count"] = count
    return paginator.get_page(request.GET.get("page"))
