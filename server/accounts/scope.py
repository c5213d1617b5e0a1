"""May this person see this? The one place that answers, from the person's grants, villages and the access matrix."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings

from server.accounts.kinds import AccessKind, Role
from server.accounts.matrix import Reach, Thing, Verb, reaches
from server.accounts.models import AccessLog, Assignment, Grant, User
from server.areas.names import first_village
from sync.prepared import NUMBER, Prepared

#: Roles that visit: their reach is the villages they answer for.
VISITORS = (Role.GW, Role.CO)
#: Roles that answer for the whole area of their grant.
OFFICES = (Role.WN, Role.SU, Role.LE, Role.DI)


@dataclass(frozen=True)
class Held:
    """A role held in an area (its code)."""

    role: str
    area: str


@dataclass(frozen=True)
class Access:
    """All that decides what a person may do on a day: load once with `access_of`, ask often with `may`."""

    grants: tuple[Held, ...]
    villages: tuple[str, ...]

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(held.role for held in self.grants)


NOBODY = Access((), ())


def _on(since: date, until: date | None, today: date) -> bool:
    return since <= today and (until is None or until > today)


# Every page, every request of a phone asks these two.
_grants_of = Prepared(
    lambda: Grant.objects.filter(user_id=NUMBER)
    .order_by("role", "area_id")
    .values_list("role", "area_id", "since", "until")
)
_posts_of = Prepared(
    lambda: Assignment.objects.filter(user_id=NUMBER).values_list("village_id", "since", "until")
)


def access_of(user: User, today: date) -> Access:
    """The person's grants and villages on that day (two queries). An account switched off may nothing.

    A village counts only inside a visitor's grant: an assignment left behind in another 街镇 opens nothing.
    """
    if not user.is_active:
        return NOBODY
    return _access(_grants_of(user.pk), _posts_of(user.pk), today)


def _access(rows: Iterable[tuple[str, str, date, date | None]], posted: Iterable[tuple[str, date, date | None]],
            today: date) -> Access:
    grants = tuple(Held(role, area) for role, area, since, until in rows if _on(since, until, today))
    posts = tuple(held.area for held in grants if held.role in VISITORS)
    assigned = [code for code, since, until in posted if _on(since, until, today)]
    return Access(
        grants, tuple(sorted({code for code in assigned if code.startswith(posts)})) if posts else ()
    )


@dataclass(frozen=True)
class Posts:
    """What a person is on a day: ``access``, and ``answers_for``: codes of the areas for whose homes his words count
    unjudged (architecture: Standing)."""

    access: Access
    answers_for: tuple[str, ...]


def posts_of(user: User, today: date) -> Posts:
    """What a person may, and for what he answers: for visitors their villages, and those given up within the last
    ``STANDING_DAYS`` days, so that unsent work survives a hand-over; for window, reviewers and ledger officers their
    街镇, for the district office the district, each with its first village by code; for all others nothing.
    """
    ended = today - timedelta(days=settings.STANDING_DAYS)

    def lately(since: date, until: date | None) -> bool:
        return since <= today and (until is None or until > ended) and since != until

    rows, posted = list(_grants_of(user.pk)), list(_posts_of(user.pk))
    access = _access(rows, posted, today) if user.is_active else NOBODY
    posts = tuple(area for role, area, since, until in rows if role in VISITORS and lately(since, until))
    villages = {code for code, since, until in posted if lately(since, until)} if posts else set()
    areas = {held.area for held in access.grants if held.role in OFFICES}
    own = {code for code in villages if code.startswith(posts)}
    return Posts(access, tuple(sorted({*own, *areas, *(first_village(area) for area in areas)} - {""})))


def deciding_for(user: User, today: date) -> tuple[str, ...]:
    """Codes of the areas whose submissions the person may judge on a day; kept with every such decision."""
    return codes_for(access_of(user, today), Verb.APPROVE, Thing.SUBMISSION)


def grants_of(user: User, today: date) -> tuple[Held, ...]:
    """The roles the person holds on that day."""
    return access_of(user, today).grants


def villages_of(user: User, today: date) -> list[str]:
    """Codes of the 村居 the person answers for on that day, sorted."""
    return list(access_of(user, today).villages)


def codes_for(access: Access, verb: Verb, thing: Thing) -> tuple[str, ...]:
    """The area codes inside which the person may do this; for filtering lists (`areas.within.within`).

    Leaves out what was assigned singly or made by the person: those are asked one by one with `may`.
    A code of "" means everywhere.
    """
    codes: set[str] = set()
    for held in access.grants:
        for reach in reaches(held.role, verb, thing):
            codes |= set(_codes(access, held, reach))
    return tuple(sorted(code for code in codes if not any(code != c and code.startswith(c) for c in codes)))


def _codes(access: Access, held: Held, reach: Reach) -> Iterable[str]:
    """Where one right of a grant holds."""
    if reach == Reach.VILLAGES:
        return [code for code in access.villages if code.startswith(held.area)]
    if reach == Reach.GRANT:
        return [held.area]
    return [""] if reach == Reach.EVERYWHERE else []


def may(
    access: Access,
    verb: Verb,
    thing: Thing,
    area_code: str = "",
    *,
    own: bool = False,
    assigned: bool = False,
) -> bool:
    """May the person do this to that thing?

    :param area_code: where the thing is; "" for a thing without a place (or one nobody has placed yet: then only who
        may do it everywhere, to his own or to what was assigned to him).
    :param own: the person made it. Nobody approves what he made.
    :param assigned: it was assigned to the person singly (an inspection, a referral to an organisation).
    """
    if own and verb == Verb.APPROVE:
        return False
    for held in access.grants:
        granted = reaches(held.role, verb, thing)
        if (own and Reach.OWN in granted) or (assigned and Reach.ASSIGNED in granted):
            return True
        if any(area_code.startswith(code) for reach in granted for code in _codes(access, held, reach)):
            return True
    return False


def area_codes(user: User, today: date, thing: Thing = Thing.HOUSEHOLD) -> list[str]:
    """Codes of the areas whose households (or other things) the person may read."""
    return list(codes_for(access_of(user, today), Verb.READ, thing))


def log_access(
    user: User | None,
    what: AccessKind,
    subject: str,
    *,
    now: datetime,
    ip: str | None = None,
    detail: str = "",
) -> None:
    """Remember that somebody looked at, exported or was refused something. `subject` is an id, never a name."""
    AccessLog.objects.create(
        at=now, by=user, what=what, subject=subject[:80], detail=detail[:200], ip=ip or None
    )
