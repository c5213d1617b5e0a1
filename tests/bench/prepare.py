"""python -m tests.bench.prepare ROWS POSTS FILE: fill an installation and write what is going to be posted."""

import base64
import json
import sys
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random

import django

django.setup()

from django.db import connection, transaction  # noqa: E402 settings come first
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from forms.catalogue import current_versions  # noqa: E402
from server.accounts.grant_role import grant_role  # noqa: E402
from server.accounts.kinds import Role  # noqa: E402
from server.accounts.models import User  # noqa: E402
from server.areas.kinds import AreaKind  # noqa: E402
from server.areas.models import Area  # noqa: E402
from server.demo import said  # noqa: E402
from server.demo.cast import SINCE, Worker, workers  # noqa: E402
from server.demo.entity_block import told_by  # noqa: E402
from server.demo.fill import fill  # noqa: E402
from server.demo.multipart import body  # noqa: E402
from server.demo.people import People  # noqa: E402
from server.demo.phone_model import PhoneList  # noqa: E402
from server.field.apply import apply  # noqa: E402
from server.field.lists import PhoneLists  # noqa: E402
from server.field.names import ENTITY_LISTS, FILE_LISTS  # noqa: E402
from sync.inbox import settle  # noqa: E402
from sync.keys import issue_key  # noqa: E402
from sync.lines import tail_of  # noqa: E402
from sync.models import EntityVersion, ListCounter, PhoneRow  # noqa: E402
from sync.receive import Envelope, Sender, receive  # noqa: E402
from sync.upsert import upsert  # noqa: E402
from sync.vault.envelope import seal_row  # noqa: E402

OWN = 300  # rows on the measured worker's phone


def fill_lists(total: int, own: str, now: "timezone.datetime") -> None:
    """`total` households on the phones' lists, `OWN` of them in the village `own`: rows and versions, nothing else."""
    others = list(Area.objects.filter(kind=AreaKind.VILLAGE).exclude(pk=own).values_list("code", "name"))
    places = [(own, "沈巷村委会")] * OWN + [others[n % len(others)] for n in range(total - OWN)]
    chance = Random(1)
    people = People(chance)
    today = timezone.localdate(now)
    family = people.family(*places[0], today)
    for start in range(0, total, 2000):
        rows, versions = [], []
        for village, name in places[start : start + 2000]:
            entity = str(uuid.UUID(int=chance.getrandbits(128), version=4))
            columns = dict.fromkeys(ENTITY_LISTS["households"], "") | {
                "label": f"沈巷村·{family.head.name}·尾号0011 应访 12-01前", "village": village, "village_name": name, "town": village[:9],
                "rep_name": family.head.name, "addr_short": family.address, "phone": family.phone, "members_n": "2",
                "last_plan": said.TROUBLES["medical"][1], "last_note": said.TROUBLES["medical"][0], "kind_due": "regular",
                "due_from": "2026-10-01", "due_to": "2026-12-01", "grade": "B", "as_of": f"1750000000000000.0.0.{entity}",
            }  # fmt: skip
            rows.append(PhoneRow(
                list="households", entity_id=entity, scope=village, columns_sealed=seal_row(columns, tail_of(columns)), version=1, digest=entity
            ))  # fmt: skip
            versions.append(
                EntityVersion(list="households", entity_id=entity, n=1, digest=entity, cause="", at=now)
            )
        with transaction.atomic():
            upsert(rows)
            upsert(versions)
    upsert([ListCounter(list="households", scope=village, n=1) for village in {code for code, _ in places}])


def posts(worker: Worker, many: int, now: "timezone.datetime") -> Iterator[tuple[str, bytes]]:
    """(form, XML): `many` registrations, then one visit to each, as one phone would send them."""
    forms = {version.form.form_id: bytes(version.xform) for version in current_versions()}
    user = User.objects.get(username=worker.username)
    media = {f"{name}.csv": PhoneLists().media(user, f"{name}.csv") or b"" for name in FILE_LISTS}
    lists = {name: PhoneList(name) for name in ENTITY_LISTS}
    chance = Random(many)
    people = People(chance)
    began = timezone.localtime(now) - timedelta(days=30)
    made = []

    def filled(form: str, answers: said.Answers) -> bytes:
        xml = fill(
            forms[form], answers, lists=lists, media=media, began=began, ended=began + timedelta(minutes=9),
            new_id=lambda: str(uuid.uuid4()),
        )  # fmt: skip
        name, told = told_by(forms[form], xml)
        assert told is not None
        lists[name].finalize(told, lambda: str(uuid.uuid4()))
        made.append(told.id)
        return xml

    for number in range(many):
        family = people.family(*worker.villages[number % len(worker.villages)], began.date())
        how = said.situation(chance, began.date())
        yield "screening", filled("screening", said.screening(family, how, chance))
    for entity in list(made):
        answers = said.visit("medical", "met_person", "none", chance, day=began.date())
        more = {"difficulty": "长期看病吃药，自费部分多", "plan": "陪同申请医疗救助"}
        yield "visit", filled("visit", {"scope": "all", "hh": entity, **answers, **more})


def statements(worker: Worker, now: "timezone.datetime") -> dict[str, int]:
    """SQL statements of beat two (BEGIN and COMMIT not counted), for a registration and for a visit to it."""
    user = User.objects.get(username=worker.username)
    found = {}
    for form, xml in posts(worker, 2, now):
        kept = receive(
            Envelope(xml), Sender(user.pk, None, [code for code, _ in worker.villages]), timezone.now()
        )
        with CaptureQueriesContext(connection) as caught:
            settle(kept.submission_id, apply, timezone.now())
        plain = [one["sql"] for one in caught.captured_queries]
        found[form] = sum(not sql.startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")) for sql in plain)
    return found


def main(rows: str, many: str, path: str) -> None:
    now = timezone.now()
    worker = next(one for one in workers() if len(one.villages) < 3)
    chief, _ = User.objects.get_or_create(username="bench_su", defaults={"name": "全区"})
    grant_role(chief.pk, Role.SU, "310118", since=SINCE)
    fill_lists(int(rows), worker.villages[0][0], now)
    with connection.cursor() as cursor:
        serial = "bigserial PRIMARY KEY" if connection.vendor == "postgresql" else "integer PRIMARY KEY"
        cursor.execute(f"CREATE TABLE bench_kept (id {serial}, xml {'bytea' if 'big' in serial else 'blob'})")
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE")
    user = User.objects.get(username=worker.username)
    written = [
        (form, *((kind, base64.b64encode(data).decode()) for kind, data in [body(xml, {})]))
        for form, xml in posts(worker, int(many), now)
    ]
    keys = {
        name: issue_key(pk, label="", by=None, now=now, with_password=True)
        for name, pk in (("worker", user.pk), ("whole", chief.pk))
    }
    tokens = {name: key.token for name, key in keys.items()}
    login = (keys["worker"].user_name, keys["worker"].password)
    facts = {"tokens": tokens, "login": login, "posts": written, "statements": statements(worker, now)}
    Path(path).write_text(json.dumps(facts), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
