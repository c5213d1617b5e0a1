"""Where the histories take place: two 街镇, four 村居 with two walkers each, a desk, and the real forms."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache

from django.conf import settings

from forms import catalogue
from forms.catalogue import find_version, forget_versions
from forms.compile import Compiled, compile_xlsform
from forms.fields import to_json
from forms.models import Form, FormVersion
from server.accounts.assign_village import assign_village
from server.accounts.kinds import Role
from server.accounts.models import Grant, User
from server.areas.kinds import AreaKind
from server.areas.models import Area
from server.field.names import FORMS

PUBLISHED = datetime(2025, 9, 1, tzinfo=UTC)
BEGIN = datetime(2026, 3, 16, 1, 0, tzinfo=UTC)  # a Monday, nine in the morning
VILLAGES = ("310118102201", "310118102202", "310118103201", "310118103202")
DISTRICT = "310118"
TOWNS = tuple(sorted({village[:9] for village in VILLAGES}))
#: Who walks where: everybody has a colleague in each of his villages, and strangers in the others.
WALKS = (
    ("law-li", VILLAGES[:2]), ("law-wu", VILLAGES[:1]), ("law-sun", VILLAGES[1:2]),
    ("law-chen", VILLAGES[2:]), ("law-zhou", VILLAGES[2:]),
)


@dataclass(frozen=True)
class World:
    """``walkers``: (user, villages); ``desk``: the district's, its id; ``forms``: the versions phones fill in."""

    walkers: tuple[tuple[User, tuple[str, ...]], ...]
    desk: int
    forms: Mapping[str, FormVersion]


@cache
def _compiled(name: str) -> Compiled:
    data = (settings.BASE_DIR / "xlsforms" / f"{name}.xlsx").read_bytes()
    return compile_xlsform(data, name=name, validate=False)


def make_world() -> World:
    """People, places and forms in the database, once per test."""
    district = Area.objects.create(code=DISTRICT, name="青浦区", kind=AreaKind.DISTRICT)
    for town in TOWNS:
        Area.objects.create(code=town, name=f"街镇{town[-1]}", kind=AreaKind.TOWN, parent=district)
    for code in VILLAGES:
        Area.objects.create(code=code, name=f"村{code[-4:]}", kind=AreaKind.VILLAGE, parent_id=code[:9])
    walkers = []
    for name, villages in WALKS:
        user = User.objects.create_user(name, password="x", name=name)
        Grant.objects.create(user=user, role=Role.GW, area_id=villages[0][:9], since=date(2025, 1, 1))
        for village in villages:
            assign_village(user.pk, village, since=date(2025, 1, 1))
        walkers.append((user, villages))
    desk = User.objects.create_user("law-desk", password="x", name="王主任")
    Grant.objects.create(user=desk, role=Role.DI, area_id=DISTRICT, since=date(2025, 1, 1))
    forget_versions()
    return World(tuple(walkers), desk.pk, {name: _publish(name) for name in FORMS})


def _publish(name: str) -> FormVersion:
    compiled = _compiled(name)
    form = Form.objects.create(form_id=compiled.form_id, title=compiled.title)
    FormVersion.objects.create(
        form=form, version=compiled.version, xlsx=b"", xform=compiled.xform, md5="",
        fields_json=to_json(compiled.fields), source_sha256="", checked_by="law", published_at=PUBLISHED,
    )
    version = find_version(compiled.form_id, compiled.version)
    assert version is not None
    # What is read inside a transaction is not remembered, and here everything is inside one: histories would only wait.
    catalogue._kept[compiled.form_id, compiled.version] = version
    return version
