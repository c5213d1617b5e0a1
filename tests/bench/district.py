"""A district of households for the bench of the ledgers, in a database of its own.

Some of each 街镇 are filed and derived as if they came from a phone, and visited again in the first days of the next
month, so that a closing has to derive them from kept rows; the others are copies of such households in the registry,
with names, numbers and texts of their own: what a closing reads of a household that nobody visited since.
"""

# ruff: noqa: PLC0415 the settings come first

import json
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from itertools import islice
from typing import Any

MONTH = "2024-08"
TEXT = "户主患慢性肾病，每周透析三次，家中只有儿子打零工的收入，医药费负担重；孙女在读初中，需要学业辅导。"
AT_ONCE = 500


def settle(folder: str) -> None:
    """Use the database in a folder (with ``BENCH_DATABASE_URL``: in PostgreSQL)."""
    os.environ.update(VAR_DIR=folder, DJANGO_SETTINGS_MODULE="server.settings", DEBUG="False")
    os.environ.pop("DATABASE_URL", None)
    if url := os.environ.get("BENCH_DATABASE_URL"):
        name = "bench_" + "".join(c for c in os.path.basename(folder) if c.isalnum())
        os.environ["DATABASE_URL"] = f"{url.rpartition('/')[0]}/{name}"
        subprocess.run(["psql", "-q", url, "-c", f'CREATE DATABASE "{name}"'], capture_output=True, check=False)
    import django

    django.setup()


def drop(folder: str) -> None:
    """Take its database away again, where it does not go with the folder."""
    if url := os.environ.get("BENCH_DATABASE_URL"):
        name = "bench_" + "".join(c for c in os.path.basename(folder) if c.isalnum())
        subprocess.run(["psql", "-q", url, "-c", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'], check=False)


def fill(sizes: Mapping[str, int], visited: float) -> None:
    """Areas, people, and so many households in each 街镇; ``visited``: the part that is filed, and visited since."""
    from django.core.management import call_command

    from server.areas.models import Area
    from server.households.models import Household
    from tests.cast import make_cast

    for command in ("make_keyring", "migrate"):
        call_command(command, verbosity=0, stdout=StringIO())
    make_cast()
    number = 0
    moulds: list[Household] = []
    for town, many in sizes.items():
        villages = list(Area.objects.filter(parent_id=town).order_by("code").values_list("code", flat=True))
        if not moulds:
            moulds = [Household.objects.get(pk=_file(n, villages[0], again=False)) for n in range(number, number + 4)]
            number, many = number + 4, many - 4
        filed = round(many * visited)
        for _ in range(filed):
            _file(number, villages[number % len(villages)], again=True)
            number += 1
        _copy(moulds, villages, range(number, number + many - filed))
        number += many - filed


def _file(number: int, village: str, *, again: bool) -> str:
    """A household of one of the four tables, approved; ``again``: visited in September, the visit approved too."""
    from django.db import transaction

    from tests.ledgers.keep import admitted, left, screen, visit

    in_relief, out = admitted("dibao", "2018-03-01", "month"), left("dibao", "2024-07-15")
    shapes: tuple[Mapping[str, Any], ...] = (
        {}, {"may_qualify": "no", "suggest": "联系社区基金会"}, {"relief": (in_relief,), "applied": "in"},
        {"relief": (in_relief, out), "applied": "ended"},
    )
    with transaction.atomic():
        screen(_household(number), "2024-08-05", village, **_facts(number), **shapes[number % 4])
        if again:
            visit(_household(number), "2024-09-02", plan=TEXT, income_pc=1200 + number % 500)
    return _household(number)


def _copy(moulds: Sequence[Any], villages: Sequence[str], numbers: range) -> None:
    from django.db import transaction

    from server.households.models import Household, Ident
    from sync.vault.envelope import open_row, seal_row

    opened = [json.dumps(open_row(bytes(mould.sealed))) for mould in moulds]

    def copies() -> Iterator[Household]:
        for number in numbers:
            mould, row = moulds[number % 4], json.loads(opened[number % 4])
            pk, village, facts = _household(number), villages[number % len(villages)], _facts(number)
            row |= {"ids": [pk], "name": facts["rep_name"], "village": village, "villages": [village]}
            for fact, value in facts.items():
                row["facts"][fact][0] = value
            fields = {field.attname: getattr(mould, field.attname) for field in Household._meta.concrete_fields}
            yield Household(**fields | {"id": pk, "code": pk[-12:], "village": village, "sealed": seal_row(row)})

    waiting = copies()
    with transaction.atomic():
        while some := list(islice(waiting, AT_ONCE)):
            Household.objects.bulk_create(some)
            Ident.objects.bulk_create(Ident(id=row.pk, household=row) for row in some)


def _household(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def _facts(number: int) -> dict[str, Any]:
    from tests.ledgers.samples import id_number

    born = f"{1930 + number % 60}{number // 60 % 12 + 1:02d}{number // 720 % 28 + 1:02d}"
    name = "赵钱孙李周吴郑王"[number % 8] + chr(0x4E00 + number % 5000) + chr(0x5E00 + number // 7 % 5000)
    return {
        "rep_name": name, "id_no": id_number(born, number // 20160 % 999), "phone": f"139{number:08d}",
        "addr": f"朱枫公路 {number} 号", "difficulty": f"{TEXT * (1 + number % 3)}{number}", "plan": f"{TEXT}{number}",
    }
