"""A file is decided about while its lines are being derived. PostgreSQL only: SQLite has one writer at a time."""

import threading
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

import pytest
from django.db import connection, connections, transaction

from server.exchange.import_tables import derive_import
from server.exchange.models import Import
from server.exchange.undo_import import undo_import
from server.field.apply import apply_many
from server.field.dump import differences, dump
from server.field.rebuild import rebuild
from server.households.models import Household
from sync.models import Submission
from tests.cast import Cast
from tests.exchange.tables import NOW
from tests.exchange.test_undo import bring
from tests.ledgers.keep import moment

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="not on SQLite: one writer at a time"),
]


def test_an_undo_waits_for_the_lines_under_way(cast: Cast) -> None:
    """Half of the lines are derived and not yet committed when the file is undone; the others come later."""
    with patch("server.exchange.import_tables.AT_ONCE", 0):
        done = bring(cast)
    row = Import.objects.get(batch=done.report.batch)
    ids = sorted(Submission.objects.values_list("pk", flat=True))
    under_way, undone = threading.Event(), threading.Event()

    def derive() -> None:
        try:
            with transaction.atomic():
                apply_many(ids[:4], NOW, "test")
                under_way.set()
                undone.wait(1.5)  # the undo must not be done before this: then nobody would look at these lines again
        finally:
            connections.close_all()

    def undo() -> None:
        try:
            under_way.wait(20)
            undo_import(row, by=cast.wang.pk, now=moment("2024-09-04"), reason="导错了")
            undone.set()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        for one in [pool.submit(derive), pool.submit(undo)]:
            one.result()
    assert set(Household.objects.values_list("standing", flat=True)) == {"void"}
    assert derive_import.call(row.batch, NOW.isoformat()) == 4
    assert set(Household.objects.values_list("standing", flat=True)) == {"void"} and Household.objects.count() == 8
    before = dump()
    rebuild(NOW, shuffle=1)
    assert differences(before, dump()) == []
