"""Who sits at the desk: the one place where a screen learns person, rights, scope, clock and address.

Every view is wrapped by ``screen``: anonymous people go to the login page, a role without the right gets the 403 page,
and ``Seat.must_see`` turns a look across the border into a 404 that the access log remembers.
"""

import functools
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from server.accounts.kinds import AccessKind, Role
from server.accounts.matrix import Thing, Verb, reaches
from server.accounts.models import User
from server.accounts.scope import Access, access_of, codes_for, log_access, may

P = ParamSpec("P")
#: Neither PostgreSQL (NUL) nor a workbook (the others) takes these; no keyboard writes them.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True)
class Seat:
    """``codes``: area codes inside which the right this screen needs holds ("" means everywhere)."""

    user: User
    now: datetime
    today: date
    access: Access
    codes: tuple[str, ...]
    ip: str | None

    @property
    def roles(self) -> frozenset[str]:
        return self.access.roles

    @property
    def is_district(self) -> bool:
        return Role.DI in self.roles

    def may(self, verb: Verb, thing: Thing, area_code: str = "", *, own: bool = False) -> bool:
        """May the person do this to a thing at that place? (``own``: the person made it). What has no place yet is the
        district's."""
        if not area_code and self.is_district:
            area_code = next(held.area for held in self.access.grants if held.role == Role.DI)
        return may(self.access, verb, thing, area_code, own=own)

    def reach(self, verb: Verb, thing: Thing) -> tuple[str, ...]:
        """The area codes inside which the person may do this."""
        return codes_for(self.access, verb, thing)

    def reads_home(self, area_code: str) -> bool:
        """May the person open a household that stands there? Whose name, place and flags he may then read, whatever of
        it he has sent himself."""
        return self.at(Verb.READ, Thing.HOUSEHOLD).sees(area_code)

    def at(self, verb: Verb, thing: Thing) -> "Seat":
        """The same person before another kind of thing."""
        return replace(self, codes=codes_for(self.access, verb, thing))

    def can(self, verb: Verb, thing: Thing) -> bool:
        """Does any of the person's roles reach this at all, somewhere?"""
        return any(reaches(role, verb, thing) for role in self.roles)

    def sees(self, area_code: str) -> bool:
        """Is the place inside the codes of this screen? A place nobody knows yet ('') is the district's to see."""
        if not area_code:
            return self.is_district
        return area_code.startswith(self.codes)

    def must_see(self, area_code: str, subject: str) -> None:
        """404, remembered in the access log, unless the place is inside the scope."""
        if not self.sees(area_code):
            self.refuse(subject)

    def refuse(self, subject: str) -> None:
        """404, and the access log remembers who asked for what."""
        log_access(self.user, AccessKind.REFUSED, subject, now=self.now, ip=self.ip)
        raise Http404(subject)

    def must(self, verb: Verb, thing: Thing, area_code: str, *, own: bool = False) -> None:
        """403 with a sentence unless the person may do this here. Ask ``must_see`` first."""
        if not self.may(verb, thing, area_code, own=own):
            raise PermissionDenied("不能审核自己的提交。" if own else "您的岗位不能办理这一项。")


def _typed(request: HttpRequest, named: Iterable[object]) -> Iterator[str]:
    """Every text that came with a request: names and values of its fields, what its path names."""
    yield from (value for value in named if isinstance(value, str))
    for fields in (request.GET, request.POST):
        for name, values in fields.lists():
            yield name
            yield from values


def seat_of(request: HttpRequest, verb: Verb = Verb.READ, thing: Thing = Thing.HOUSEHOLD) -> Seat:
    """The seat of a signed-in request (two queries)."""
    now = timezone.now()
    today = timezone.localdate(now)
    user = request.user
    assert isinstance(user, User)
    access = access_of(user, today)
    return Seat(user=user, now=now, today=today, access=access, codes=codes_for(access, verb, thing),
                ip=request.META.get("REMOTE_ADDR"))


def screen(thing: Thing | None = None, verb: Verb = Verb.READ) -> Callable[
    [Callable[Concatenate[HttpRequest, Seat, P], HttpResponse]], Callable[Concatenate[HttpRequest, P], HttpResponse]
]:
    """Make a view of ``view(request, seat, …)``; with a thing, only for people who may do ``verb`` to some of it."""

    def wrap(
        view: Callable[Concatenate[HttpRequest, Seat, P], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @functools.wraps(view)
        def entered(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if any(_UNWRITABLE.search(text) for text in _typed(request, kwargs.values())):
                raise BadRequest("control characters")
            seat = seat_of(request, verb, thing or Thing.HOUSEHOLD)
            if thing is not None and not seat.can(verb, thing):
                raise PermissionDenied
            return view(request, seat, *args, **kwargs)

        return entered

    return wrap
