"""The files of an import hold everybody of a 街镇: destroyed when one is deleted, and nobody else loses a word."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from server.accounts.models import User
from server.exchange.dry_run import Given
from server.exchange.import_tables import import_tables
from server.exchange.models import Import
from server.exchange.trial import files_of, report_of
from server.exchange.undo_import import approve_import, undo_import
from server.field.dump import differences, dump
from server.field.rebuild import rebuild
from server.ledgers.close import close_month
from server.ledgers.export import export_month
from server.ledgers.kinds import LedgerKind
from server.ledgers.late import late_in
from server.ledgers.read import closed_lines
from server.ledgers.verify import Verified, verify_month
from server.ledgers.workbook import make_workbook
from server.rotate import rotate
from sync.models import Submission
from sync.vault.envelope import CannotOpen, open_sealed, unwrap
from tests.cast import ZHUJIAJIAO, Cast
from tests.exchange.tables import MONTH, NOW, lines_of, paper
from tests.ledgers.keep import moment

pytestmark = pytest.mark.django_db


def sit(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def brought(cast: Cast) -> Import:
    data = make_workbook({kind: lines_of(cast, kind, 2) for kind in LedgerKind}, paper())
    done = import_tables([Given("八月.xlsx", data)], ZHUJIAJIAO, MONTH, by=cast.ledger.pk, now=NOW)
    assert done.row is not None
    return done.row


def test_destroyed_at_the_desk_and_every_line_stays(cast: Cast) -> None:
    row, keeper = brought(cast), sit(cast.ledger)
    sealed, before = bytes(row.files.get().sealed), dump()
    assert "没有销毁" in keeper.post(f"/imports/{row.pk}/drop", {"reason": " "}, follow=True).content.decode()
    assert files_of(row), "nothing was destroyed without a reason"
    page = keeper.post(f"/imports/{row.pk}/drop", {"reason": "本人要求删除"}, follow=True).content.decode()
    assert "已销毁" in page and "本人要求删除" in page and "八月.xlsx" in page and "赵一一" not in page
    row.refresh_from_db()
    assert bytes(row.files.get().sealed) == b"" and bytes(row.sealed) == b"" and files_of(row) == []
    with pytest.raises(CannotOpen):
        open_sealed(unwrap(bytes(row.wrapped_key)), sealed, b"file/1")
    assert (row.dropped_by, row.dropped_why) == (cast.ledger, "本人要求删除") and not report_of(row).lines
    assert differences(before, dump()) == []
    rebuild(NOW, shuffle=1)
    assert differences(before, dump()) == [], "the lines are read from what is sealed under keys of their own"


def test_what_was_destroyed_is_still_one_import(cast: Cast) -> None:
    row = brought(cast)
    for _ in range(2):
        sit(cast.wang).post(f"/imports/{row.pk}/drop", {"reason": "归档"})
    row.refresh_from_db()
    assert brought(cast) == row and files_of(row) == [], "the same tables again are the same import, not its files anew"
    assert undo_import(row, by=cast.wang.pk, now=NOW, reason="导错了")


def test_a_month_closed_on_them_stays_what_it_was(cast: Cast) -> None:
    """Frozen lines, their sources, and what is derived anew at the moment of closing: none of it needs the files."""
    row = brought(cast)
    approve_import(row, by=cast.wang.pk, now=moment("2024-09-04"))
    closed = close_month(ZHUJIAJIAO, MONTH, by=cast.ledger.pk, now=moment("2024-09-05")).month
    printed = export_month(ZHUJIAJIAO, MONTH, made_by="", now=NOW).content
    line = closed_lines(closed)[0]
    pages = [f"/ledgers/{ZHUJIAJIAO}/{MONTH}/of/{line.household}/addr",
             f"/submissions/{Submission.objects.get(instance_id=line.cells['addr'].sources[0]).pk}"]
    told = [said(cast.ledger, page) for page in pages]
    assert "填报" in told[0] and "表一 第 4 行" in told[1], "where the line stood"
    sit(cast.wang).post(f"/imports/{row.pk}/drop", {"reason": "归档"})
    assert verify_month(closed) == Verified(is_intact=True, is_reproducible=True) and late_in(closed) == []
    assert export_month(ZHUJIAJIAO, MONTH, made_by="", now=NOW).content == printed
    assert [said(cast.ledger, page) for page in pages] == told
    row.refresh_from_db()
    assert undo_import(row, by=cast.wang.pk, now=moment("2024-09-06"), reason="导错了") and len(late_in(closed)) == 8
    assert verify_month(closed).is_reproducible


def said(who: User, address: str) -> str:
    page = sit(who).get(address).content.decode()
    return "\n".join(text for text in page.splitlines() if "csrf" not in text.lower())


def test_a_rotation_passes_over_what_was_destroyed(cast: Cast, settings: Any, tmp_path: Path) -> None:
    path = tmp_path / "ring.json"
    shutil.copy(settings.KEY_RING_PATH, path)
    settings.KEY_RING_PATH = path
    row, before = brought(cast), dump()
    sit(cast.wang).post(f"/imports/{row.pk}/drop", {"reason": "归档"})
    rotate(path, drop_old=False)
    assert rotate(path, drop_old=True).is_dropped
    row.refresh_from_db()
    assert bytes(row.wrapped_key) == b"" and files_of(row) == [] and differences(before, dump()) == []
    rebuild(NOW, shuffle=2)
    assert differences(before, dump()) == []


def test_who_may(cast: Cast) -> None:
    row = brought(cast)
    for who, status in ((cast.xu, 404), (cast.inspector, 403), (cast.gu, 403), (cast.admin, 403)):
        answer = sit(who).post(f"/imports/{row.pk}/drop", {"reason": "x"})
        assert (who.username, answer.status_code) == (who.username, status)
    assert files_of(row)
