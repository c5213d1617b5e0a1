"""Who plays in the demo: one person per role, and the workers of three 街镇 with their 村居.

Everything here is invented, the log-ins are printed, and their one password is in this file: never on a real server.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

from django.contrib.auth.hashers import make_password
from django.db import transaction

from server.accounts.assign_village import assign_village
from server.accounts.grant_role import grant_role
from server.accounts.kinds import Role
from server.accounts.models import User
from server.areas.kinds import AreaKind, OrganisationKind
from server.areas.models import Area, Organisation
from server.demo.people import FEMALE, MALE, SURNAMES

PASSWORD = "tanfang-2024"
DISTRICT = "310118"
#: 朱家角镇, 练塘镇, 金泽镇: the west, with its lakes and its villages without coverage.
TOWNS = {"zjj": "310118102", "lt": "310118103", "jz": "310118104"}
WORKERS_PER_TOWN = 8
CONSULTANTS_PER_TOWN = 4
SINCE = date(2024, 7, 8)

#: The desk's own people: log-in, name, role, where.
DESK = (
    ("zjj_su", "王海燕", Role.SU, TOWNS["zjj"]),
    ("zjj_le", "赵文静", Role.LE, TOWNS["zjj"]),
    ("zjj_wn", "周敏", Role.WN, TOWNS["zjj"]),
    ("lt_su", "蒋卫平", Role.SU, TOWNS["lt"]),
    ("jz_su", "徐志刚", Role.SU, TOWNS["jz"]),
    ("qu_di", "何静", Role.DI, DISTRICT),
    ("qu_in", "孙国良", Role.IN, DISTRICT),
    ("qiao_pa", "桥社小林", Role.PA, TOWNS["zjj"]),
    ("admin", "系统管理员", Role.AD, DISTRICT),
)
#: The demo grid worker, whose phone is set up by the QR code.
DEMO_WORKER = "zjj_gw1"


@dataclass(frozen=True)
class Worker:
    """Somebody with a phone. ``villages``: codes and names of those he answers for."""

    username: str
    name: str
    role: Role
    town: str
    villages: tuple[tuple[str, str], ...]


def workers() -> Iterator[Worker]:
    """The phones of the demo, the same every time; the areas must be loaded."""
    chance = Random(20240708)
    for short, town in TOWNS.items():
        villages = list(
            Area.objects.filter(parent_id=town, kind=AreaKind.VILLAGE)
            .order_by("code")
            .values_list("code", "name")
        )
        consultants = [_name(chance) for _ in range(CONSULTANTS_PER_TOWN)]
        grid = [_name(chance) for _ in range(WORKERS_PER_TOWN - CONSULTANTS_PER_TOWN)]
        # Consultants share out all 村居 of their 街镇; each grid worker helps in two of one consultant's.
        for number, name in enumerate(consultants):
            own = villages[number::CONSULTANTS_PER_TOWN]
            yield Worker(f"{short}_co{number + 1}", name, Role.CO, town, tuple(own))
        for number, name in enumerate(grid):
            own = villages[number::CONSULTANTS_PER_TOWN][:2]
            yield Worker(f"{short}_gw{number + 1}", name, Role.GW, town, tuple(own))


@transaction.atomic
def seed_people() -> int:
    """Open the accounts that are not there yet, with roles and 村居; the number opened."""
    made = 0
    hashed = make_password(PASSWORD)  # once: it is slow on purpose
    for username, name, role, area in DESK:
        made += _open(username, name, role, area, hashed)
    for worker in workers():
        made += _open(worker.username, worker.name, worker.role, worker.town, hashed)
        user_id = User.objects.values_list("pk", flat=True).get(username=worker.username)
        for code, _ in worker.villages:
            assign_village(user_id, code, since=SINCE)
    return made


def _open(username: str, name: str, role: Role, area: str, hashed: str) -> bool:
    kind = OrganisationKind.CENTRE if role == Role.WN else OrganisationKind.OFFICE
    office = Organisation.objects.filter(area_id=area, kind=kind).first()
    user, is_new = User.objects.get_or_create(
        username=username, defaults={"name": name, "password": hashed, "organisation": office}
    )
    grant_role(user.pk, role, area, since=SINCE)
    return is_new


def _name(chance: Random) -> str:
    return chance.choice(SURNAMES) + chance.choice((MALE + " " + FEMALE).split())
