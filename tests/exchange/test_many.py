"""A whole 街镇 at once."""

import pytest

from server.exchange.dry_run import Given
from server.exchange.import_tables import import_tables
from server.exchange.undo_import import undo_import
from server.field.dump import dump
from server.households.models import Household
from server.ledgers.kinds import LedgerKind
from server.ledgers.workbook import make_workbook
from tests.cast import ZHUJIAJIAO, Cast
from tests.exchange.tables import MONTH, NOW, lines_of, paper

pytestmark = pytest.mark.django_db


@pytest.mark.slow
def test_four_hundred_lines_come_in_and_go_out_again(cast: Cast) -> None:
    before = dump()
    data = make_workbook({kind: lines_of(cast, kind, 100) for kind in LedgerKind}, paper())
    done = import_tables([Given("全镇.xlsx", data)], ZHUJIAJIAO, MONTH, by=cast.ledger.pk, now=NOW)
    assert done.row is not None and done.row.counts == {"1": 100, "2": 100, "3": 100, "4": 100}
    assert Household.objects.filter(table__isnull=False).count() == 400
    assert undo_import(done.row, by=cast.wang.pk, now=NOW, reason="试一试")
    assert not Household.objects.exclude(standing="void").exists()
    after = dump()
    assert after["phone_row"] == before["phone_row"] == {}
