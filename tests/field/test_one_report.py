"""One report to an instance: the database says so, whoever comes first, at whatever moment, and after an upgrade."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from server.field.apply import apply
from server.households.find import open_household
from server.households.models import Filing, Household, Noted
from server.visits.models import Visit
from sync.models import Submission
from sync.receive import Envelope, Sender, receive
from tests.desk.told import written

HOUSE = "6f1e6a0e-0000-4000-8000-00000000000a"
NOW = datetime.fromisoformat("2025-08-03T10:00:00+08:00")


def kept(name: str, instance: str, entity: str = HOUSE, *, later: int = 0) -> Submission:
    """A screening, kept and not applied."""
    said = {"rep_name": name, "income_pc": "900", "village": "310118102001"}
    xml = written("screening", said, now=NOW, entity=entity, create=True, instance=instance)
    receipt = receive(Envelope(xml), Sender(None), NOW + timedelta(minutes=later))
    return Submission.objects.get(pk=receipt.submission_id)


def filed(instance: str) -> list[int]:
    return [*Filing.objects.filter(instance=instance).values_list("submission_id", flat=True)]


@pytest.mark.django_db
def test_the_database_takes_no_second_one() -> None:
    first, second = kept("张三", "uuid:1"), kept("李四", "uuid:2", str(uuid.uuid4()))
    apply(first.pk, NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Filing.objects.create(submission=second, list="households", entity=HOUSE, instance="uuid:1", sealed=b"")


@pytest.mark.django_db
@pytest.mark.parametrize("order", [(0, 1), (1, 0), (0, 1, 0), (1, 0, 1, 0)])
def test_the_first_received_counts_in_any_order_of_work(order: tuple[int, ...]) -> None:
    both = [kept("张三", "uuid:1"), kept("李四", "uuid:1", later=1)]
    assert both[1].is_clash
    for one in order:
        apply(both[one].pk, NOW)
    assert filed("uuid:1") == [both[0].pk]
    assert open_household(Household.objects.get(pk=HOUSE)).folded.value("rep_name") == "张三"


@pytest.mark.django_db
def test_of_two_received_at_once_the_lower_hash_counts() -> None:
    both = sorted((kept("张三", "uuid:1"), kept("李四", "uuid:1", later=1)), key=lambda one: one.xml_sha256)
    Submission.objects.update(received_at=NOW)
    for one in reversed(both):
        apply(one.pk, NOW)
    assert filed("uuid:1") == [both[0].pk]


@pytest.mark.django_db
def test_who_turns_out_to_be_first_takes_over() -> None:
    one, other = kept("张三", "uuid:1"), kept("李四", "uuid:1", later=1)
    apply(one.pk, NOW)
    Submission.objects.filter(pk=other.pk).update(received_at=NOW - timedelta(days=1))
    apply(other.pk, NOW)
    assert filed("uuid:1") == [other.pk]
    assert open_household(Household.objects.get(pk=HOUSE)).folded.value("rep_name") == "李四"


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="not on SQLite: one writer at a time")
def test_two_at_the_same_moment() -> None:
    """Both texts of an instance, and the first of them twice, each in a transaction of its own; nobody fails."""
    for turn in range(8):
        instance, entity = f"uuid:{turn}", str(uuid.uuid4())
        first, second = kept("张三", instance, entity), kept("李四", instance, entity, later=1)
        gate = threading.Barrier(3)

        def work(pk: int, gate: threading.Barrier = gate) -> None:
            try:
                gate.wait(20)
                with transaction.atomic():
                    apply(pk, timezone.now())
            finally:
                connections.close_all()

        with ThreadPoolExecutor(3) as pool:
            for done in [pool.submit(work, pk) for pk in (second.pk, first.pk, first.pk)]:
                done.result()
        assert filed(instance) == [first.pk]


@pytest.mark.django_db(transaction=True)
def test_an_upgrade_keeps_the_first_of_several() -> None:
    """What an older version has filed twice: whose submission is called so goes first, then the first received."""
    rows = {name: kept(name, f"uuid:{name}", str(uuid.uuid4()), later=later)
            for name, later in (("a1", 5), ("a2", 2), ("a3", 9), ("b1", 0), ("b2", 1), ("c", 0))}  # fmt: skip
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    MigrationExecutor(connection).migrate([("households", "0006_standing")])
    try:
        loader = MigrationExecutor(connection).loader
        then = loader.project_state(list(loader.applied_migrations)).apps  # type: ignore[arg-type]  # the stubs say set
        house = then.get_model("households", "Household").objects.create(pk=HOUSE, sealed=b"")
        for name, row in rows.items():
            instance = "uuid:a1" if name[0] == "a" else "uuid:other" if name[0] == "b" else "uuid:c"
            filing = then.get_model("households", "Filing").objects.create(
                submission_id=row.pk, list="households", entity=name, instance=instance, sealed=b""
            )
            then.get_model("households", "Noted").objects.create(filing=filing)
            then.get_model("visits", "Visit").objects.create(
                filing=filing, household=house, on=NOW.date(), reached=True, received_at=NOW
            )
        MigrationExecutor(connection).migrate([("households", "0007_one_report_per_instance")])
    finally:
        MigrationExecutor(connection).migrate(newest)
    left = {row.instance: row.entity for row in Filing.objects.all()}
    assert left == {"uuid:a1": "a1", "uuid:other": "b1", "uuid:c": "c"}
    assert Visit.objects.count() == Noted.objects.count() == 3
    assert Submission.objects.count() == 6, "what was said stays"
