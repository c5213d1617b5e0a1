"""The names a 街镇's lines are written with, as of a day."""

from collections import defaultdict
from datetime import date

from django.conf import settings
from django.db.models import Q

from server.accounts.kinds import Role
from server.accounts.models import Assignment, Grant
from server.areas.models import Area
from server.areas.within import within
from server.ledgers.values import POST, Names
from server.support.models import Policy, Resource


def names_in(town: str, day: date) -> Names:
    """村居, their consultants (顾问 answering for a 村居 on that day, several joined by 、), policies, resources."""
    consultants, posts = _consultants(town, day)
    return Names(
        villages=dict(Area.objects.filter(within("code", [town])).values_list("code", "name")),
        consultants=consultants, posts=posts,
        policies=dict(Policy.objects.values_list("code", "name")),
        resources=dict(Resource.objects.values_list("code", "name")),
        applying_in_one=settings.APPLYING_IN_TABLE_ONE,
        sums=True,
    )


def _consultants(town: str, day: date) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    held = Q(since__lte=day) & (Q(until=None) | Q(until__gt=day))
    consultants = Grant.objects.filter(held, role=Role.CO).values("user")
    rows = Assignment.objects.filter(held, within("village_id", [town]), user__in=consultants)
    found: dict[str, list[str]] = defaultdict(list)
    posts: dict[str, tuple[str, ...]] = defaultdict(tuple)
    ordered = rows.order_by("village_id", "since", "user_id")
    for pk, village, name in ordered.values_list("pk", "village_id", "user__name"):
        if name not in found[village]:
            found[village].append(name)
        posts[village] += (f"{POST}{pk}",)
    return {village: "、".join(people) for village, people in found.items()}, dict(posts)
