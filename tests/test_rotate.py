"""Changing the master key: everything stays readable, and the old key really goes."""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from server.accounts.models import User
from server.acts.file import file_act
from server.acts.kinds import ActKind
from server.acts.models import Act
from server.acts.read import broken_link, reason_of
from server.rotate import COLUMNS, binary_columns, rotate
from sync.models import PhoneRow
from sync.vault.envelope import CannotOpen, open_row, seal_row, sealed_under
from sync.vault.keyring import load_keyring

NOW = datetime(2024, 8, 1, tzinfo=UTC)


def test_every_binary_column_is_known() -> None:
    assert binary_columns() == sorted(COLUMNS)


@pytest.fixture
def ring(settings: Any, tmp_path: Path) -> Path:
    path = tmp_path / "ring.json"
    shutil.copy(settings.KEY_RING_PATH, path)
    settings.KEY_RING_PATH = path
    return path


@pytest.mark.django_db
def test_rotation_renews_and_drops(ring: Path) -> None:
    user = User.objects.create(username="wang")
    with transaction.atomic():
        act = file_act(ActKind.APPROVE, "uuid:1", by=user.pk, now=NOW, reason="属实")
    row = PhoneRow.objects.create(
        list="households",
        entity_id="h",
        scope="310118102201",
        version=1,
        digest="d",
        columns_sealed=seal_row({"a": "张三"}),
    )

    done = rotate(ring, drop_old=False)
    assert (done.active, done.renewed) == ("k2", 2) and set(load_keyring(ring).keys) == {"k1", "k2"}
    act, row = Act.objects.get(pk=act.pk), PhoneRow.objects.get(pk=row.pk)
    assert sealed_under(act.wrapped_key) == sealed_under(row.columns_sealed) == "k2"

    late = seal_row("late")
    assert rotate(ring, drop_old=True).is_dropped and set(load_keyring(ring).keys) == {"k2"}
    assert reason_of(act) == "属实" and broken_link() is None
    assert open_row(row.columns_sealed) == {"a": "张三"} and open_row(late) == "late"


@pytest.mark.django_db
def test_dropping_twice_is_once(ring: Path) -> None:
    rotate(ring, drop_old=False)
    rotate(ring, drop_old=True)
    before = ring.read_text()
    assert rotate(ring, drop_old=True).renewed == 0 and ring.read_text() == before


@pytest.mark.django_db
def test_nothing_is_dropped_while_something_cannot_be_opened(ring: Path) -> None:
    PhoneRow.objects.create(
        list="households",
        entity_id="h",
        scope="s",
        version=1,
        digest="d",
        columns_sealed=b"\x01\x02k9" + bytes(40),
    )
    with pytest.raises(CannotOpen):
        rotate(ring, drop_old=False)
    with pytest.raises(CannotOpen):
        rotate(ring, drop_old=True)
    assert set(load_keyring(ring).keys) == {"k1", "k2"}
