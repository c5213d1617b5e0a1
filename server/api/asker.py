"""Who asks, with what rights, where: what every answer of the service is filtered by."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NoReturn

from django.http import Http404
from django.utils import timezone
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from server.accounts.kinds import AccessKind, Role
from server.accounts.matrix import Thing, Verb, reaches
from server.accounts.models import User
from server.accounts.scope import Access, access_of, codes_for, log_access, may
from server.areas.within import is_within
from server.households.mask import mask_name


@dataclass(frozen=True)
class Asker:
    """``codes``: the area codes inside which the person may read this kind of thing."""

    user: User
    now: datetime
    today: date
    access: Access
    codes: tuple[str, ...]
    ip: str | None

    def may_read(self, thing: Thing, area: str, *, full: bool = False) -> bool:
        return may(self.access, Verb.READ_FULL if full else Verb.READ, thing, area)

    def sees(self, area: str) -> bool:
        """Is the place in scope? One that nobody has placed yet is the district's to see."""
        return is_within(area, self.codes) if area else Role.DI in self.access.roles

    def refuse(self, subject: str) -> NoReturn:
        """404, and the access log remembers who asked for what."""
        log_access(
            self.user, AccessKind.REFUSED, subject, now=self.now, ip=self.ip, detail="api"
        )
        raise Http404

    def shown_name(self, name: str, area: str) -> str:
        """In full for those who may read the household in full there, else 张*."""
        return name if self.may_read(Thing.HOUSEHOLD, area, full=True) else mask_name(name)


def asker_of(request: Request, thing: Thing) -> Asker:
    """The asker of an authenticated request (two queries).

    :raises PermissionDenied: no role of his reads this kind of thing anywhere.
    """
    now = timezone.now()
    today = timezone.localdate(now)
    user = request.user
    assert isinstance(user, User)
    access = access_of(user, today)
    if not any(reaches(role, Verb.READ, thing) for role in access.roles):
        raise PermissionDenied("您的岗位不能查看这一类数据。")
    return Asker(user, now, today, access, codes_for(access, Verb.READ, thing), request.META.get("REMOTE_ADDR"))
