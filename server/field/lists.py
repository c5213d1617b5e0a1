"""The programme's lists as each person's phone gets them (the roof hands this to `sync`)."""

import csv
import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from django.db.models import Count

from server.accounts.kinds import Role
from server.accounts.models import User
from server.accounts.scope import Access, access_of, posts_of
from server.areas.kinds import AreaKind
from server.areas.models import Area
from server.field.names import (
    ENTITY_LISTS,
    FILE_LISTS,
    KNOWN_LISTS,
    NO_HOUSEHOLD_ID,
    NO_HOUSEHOLD_LABEL,
    NO_VILLAGE,
)
from server.support.models import Policy, Referral, Resource
from sync.prepared import Prepared
from sync.roof import PersonStanding


class PhoneLists:
    """What a worker's phone gets: the rows of the villages he answers for; small files for everybody.

    A supervisor's phone (街镇) gets all villages of his 街镇.
    """

    def known(self) -> Collection[str]:
        return KNOWN_LISTS

    def entity_lists(self) -> Collection[str]:
        return tuple(ENTITY_LISTS)

    def columns(self, list: str) -> Sequence[str]:
        return ENTITY_LISTS[list]

    def scopes(self, user: User, list: str, today: date) -> Sequence[str]:
        return villages_on_phone(access_of(user, today))

    def explaining_row(self, user: User, list: str, today: date) -> Mapping[str, str] | None:
        if list != "households":
            return None
        return {"name": NO_HOUSEHOLD_ID, "label": NO_HOUSEHOLD_LABEL, "village": NO_VILLAGE}

    def standing(self, user: User, today: date) -> PersonStanding:
        posts = posts_of(user, today)
        return PersonStanding(posts.access.villages, posts.answers_for, bool(posts.access.grants))

    def media(self, user: User, filename: str) -> bytes | None:
        name = filename.removesuffix(".csv")
        if name not in FILE_LISTS or not filename.endswith(".csv"):
            return None
        rows = {"villages": _villages, "policies": _policies, "resources": _resources, "workers": _workers}[
            name
        ]()
        made = _written.get(name)
        if made is None or made[0] != rows:
            made = _written[name] = (rows, _csv(["name", "label", *FILE_LISTS[name]], rows))
        return made[1]


#: What was last written of each list, with the rows it was written from: they seldom change.
_written: dict[str, tuple[list[Sequence[str]], bytes]] = {}


def _csv(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(heading)
    writer.writerows(rows)
    return out.getvalue().encode()


def villages_on_phone(access: Access) -> list[str]:
    """The villages whose rows a person's phone carries (domain E, first row): a visitor's own, a supervisor's 街镇."""
    found = set(access.villages)
    towns = tuple(held.area for held in access.grants if held.role == Role.SU)
    if towns:
        codes = Area.objects.filter(kind=AreaKind.VILLAGE).values_list("code", flat=True)
        found |= {code for code in codes if code.startswith(towns)}
    return sorted(found)


# Every manifest needs the hash of these files, so they are made often and quickly.
_village_rows = Prepared(
    lambda: Area.objects.filter(kind=AreaKind.VILLAGE)
    .order_by("code")
    .values_list("code", "name", "parent__name")
)
_policy_rows = Prepared(
    lambda: Policy.objects.filter(is_open=True).values_list("code", "name", "kind", "dept", "topic", "brief")
)


def _villages() -> list[Sequence[str]]:
    return [(code, name, code[:9], town or "") for code, name, town in _village_rows("")]


def _policies() -> list[Sequence[str]]:
    return [*_policy_rows("")]


def _resources() -> list[Sequence[str]]:
    """Places left, less by what was approved alone: nobody uses up a quota by claiming."""
    used = Referral.objects.exclude(quota_of="").values_list("quota_of").annotate(n=Count("pk"))
    taken = dict(used.values_list("quota_of", "n"))
    rows: list[Sequence[str]] = []
    for one in Resource.objects.all():
        left = None if one.quota is None else max(0, one.quota - taken.get(one.code, 0))
        rows.append(
            (
                one.code,
                one.name,
                one.kind,
                one.needs,
                one.town_id or "",
                "" if left is None else str(left),
                one.valid_to.isoformat() if one.valid_to else "",
                one.brief,
            )
        )
    return rows


def _workers() -> list[Sequence[str]]:
    workers = (
        User.objects.filter(is_active=True, grants__until=None, grants__role__in=(Role.GW, Role.CO))
        .values_list("username", "name", "grants__area_id", "grants__role")
        .order_by("username")
    )
    return [(username, name, area[:9], role) for username, name, area, role in workers]
