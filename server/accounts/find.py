"""Reads about people."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from server.accounts.models import Assignment, Grant, User
from server.areas.within import within


def people_in(codes: Iterable[str], today: date, *, text: str = "", role: str = "", area: str = "",
              with_nobodies: bool = False) -> QuerySet[User]:
    """People who hold or held a role inside ``codes``, each with ``open_grants`` and ``open_assignments`` of today.

    ``text`` looks in name and log-in name; ``role`` and ``area`` must be held today. ``with_nobodies`` adds accounts
    that never had a role.
    """
    on = Q(since__lte=today) & (Q(until=None) | Q(until__gt=today))
    own = Grant.objects.filter(user_id=OuterRef("pk"))
    found = Exists(own.filter(within("area_id", codes)))
    people = User.objects.filter(found | ~Exists(own) if with_nobodies else found)
    if text:
        people = people.filter(Q(name__icontains=text) | Q(username__icontains=text))
    if role:
        people = people.filter(Exists(own.filter(on, role=role)))
    if area:
        people = people.filter(Exists(own.filter(on & within("area_id", [area]))))
    return people.order_by("-is_active", "username").prefetch_related(
        Prefetch("grants", Grant.objects.filter(on).select_related("area"), to_attr="open_grants"),
        Prefetch("assignments", Assignment.objects.filter(on).select_related("village"), to_attr="open_assignments"),
        "phone_keys",
    )


def person_places(user_id: int) -> list[str]:
    """Codes of the areas in which the person holds, or ever held, a role."""
    return sorted(set(Grant.objects.filter(user_id=user_id).values_list("area_id", flat=True)))


def workers_of(village: str, day: date) -> list[str]:
    """Names of those who answer for a 村居 on a day, by how long they have."""
    on = Q(since__lte=day) & (Q(until=None) | Q(until__gt=day))
    rows = Assignment.objects.filter(on, village_id=village).select_related("user").order_by("since", "id")
    return [str(row.user) for row in rows]


def held_role(user_id: int, role: str, day: date) -> bool:
    """Whether somebody held a role on a day, anywhere."""
    on = Q(since__lte=day) & (Q(until=None) | Q(until__gt=day))
    return Grant.objects.filter(on, user_id=user_id, role=role).exists()


def attended_villages(codes: Iterable[str], day: date) -> set[str]:
    """Codes of the 村居 inside ``codes`` that somebody answers for on a day (one query)."""
    on = Q(since__lte=day) & (Q(until=None) | Q(until__gt=day))
    rows = Assignment.objects.filter(on, within("village_id", codes), user__is_active=True)
    return set(rows.values_list("village_id", flat=True))
