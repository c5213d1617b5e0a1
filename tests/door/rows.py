"""Rows of a list as the phones would have sent them: each a filled screening of its own.

The registry is the invented one, drawn so that most households come again and badly: on a few hundred rows stand as
many repeats, cases and forbidden unions as a real list has on thousands.
"""

import csv
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from random import Random
from unittest.mock import patch

from forms.models import FormVersion
from server.demo.instance import Entity, write_instance
from server.demo.registry import make_registry as registry
from server.demo.registry.lines import COLUMNS as WITH_MEMBERS
from server.demo.registry.qingpu import PLACES, qingpu
from server.households.idno import valid_id
from server.households.values import SHANGHAI
from tests.law.walker import nested

COLUMNS = WITH_MEMBERS[:11]
Row = tuple[str, ...]
SEXES = {
    **dict.fromkeys(("男", "男性", "1", "M"), "male"), **dict.fromkeys(("女", "女性", "2", "F"), "female"),
}  # fmt: skip
#: What a registration says besides its row, the same for all: nothing of it is evidence.
REST = {
    "told": "OK", "hukou_kind": "same_town", "income_pc": "1200", "in_relief": "no", "may_qualify": "unsure",
    "difficulty": "长期看病吃药，自费部分多", "plan": "陪同申请医疗救助",
}


def drawn(count: int, seed: int, *, noise: float = 2.0, repeats: float = 0.95) -> list[Row]:
    """Rows of an invented registry, by the time they were written."""
    with patch.object(registry, "REPEATS", repeats):
        households = list(registry.make_registry(qingpu(), count, seed, noise))
    typed = [line.typed[: len(COLUMNS)] for lines in households for line in lines]
    return sorted(typed, key=lambda row: (row[1], row[0]))


def listed(path: Path, rows: Sequence[Row]) -> Path:
    """The rows as a CSV, in this order."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *rows])
    return path


def entities(rows: Sequence[Row], seed: int) -> dict[str, str]:
    """record_id → the id the household would have got on the phone: any, in no order."""
    chance = Random(seed)
    return {row[0]: str(uuid.UUID(int=chance.getrandbits(128), version=4)) for row in rows}


def answers_of(row: Row, *, always_resident: bool = False) -> dict[str, str]:
    """The row's cells as answers, by question. What a phone's keyboard would not have let in (an age for a birth date,
    half a number) is sent as it stands: the door keeps any text, and so it must mean the same.

    ``always_resident``: every number under 居民身份证; else only one that holds, so that the form asks sex and birth of
    all others.
    """
    said = dict(zip(COLUMNS, row, strict=True))
    moment = datetime.fromisoformat(said["submitted_at"]).replace(tzinfo=SHANGHAI)
    stamp, number = moment.isoformat(timespec="milliseconds"), said["id_no"]
    kind = "none" if not number else "resident" if always_resident or valid_id(number) else "permit"
    return {
        **REST, "start": stamp, "end": stamp, "today": stamp[:10], "visit_on": stamp[:10], "username": said["worker"],
        "village": villages().get(said["committee"], ""), "rep_name": said["name"], "id_type": kind, "id_no": number,
        "sex_q": SEXES.get(said["sex"], ""), "birth_q": said["birth"], "members_n": said["household_size"].rstrip("人"),
        "addr": said["address"], "phone": said["phone"],
    }  # fmt: skip


def screening(version: FormVersion, entity: str, answers: Mapping[str, str]) -> bytes:
    """The filled form that registers a household."""
    return write_instance(
        "screening", version.version, nested(version, answers),
        instance_id=f"uuid:{uuid.uuid5(uuid.NAMESPACE_OID, entity)}",
        entity=Entity("households", entity, f"{answers['rep_name']}（新登记）", is_create=True),
    )  # fmt: skip


@cache
def villages() -> dict[str, str]:
    """A committee's name → its code; of two with one name the first."""
    with PLACES.open(encoding="utf-8", newline="") as file:
        found = [(row["name"], row["code"]) for row in csv.DictReader(file) if row["kind"] == "village"]
    return dict(reversed(found))
