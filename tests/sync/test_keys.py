"""Keys: only their hash is stored; leaving and losing a phone are two ways to end one."""

import re
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from server.rotate import rotate
from sync.auth import find_key, may_fetch, may_send
from sync.digest import ha1
from sync.keys import CannotLogIn, end_key, issue_key, password_hash
from sync.kinds import Ended
from sync.models import PhoneKey
from sync.problems import Refusal, Refused
from sync.vault.envelope import open_row, sealed_under
from tests.sync.house import NOW, make_worker

pytestmark = pytest.mark.django_db


def test_the_token_is_nowhere_in_the_database() -> None:
    issued = issue_key(make_worker().pk, label="红米", by=None, now=NOW)
    assert len(issued.token) >= 40
    assert issued.token not in str(PhoneKey.objects.values().get())
    assert find_key(issued.token, NOW).pk == issued.key_id


def test_ended_twice_is_once_and_lost_is_stronger_than_left() -> None:
    issued = issue_key(make_worker().pk, label="", by=None, now=NOW)
    assert end_key(issued.key_id, Ended.LEFT, NOW)
    assert not end_key(issued.key_id, Ended.LEFT, NOW)
    key = find_key(issued.token, NOW)
    assert not may_send(key, NOW + timedelta(days=29))
    with pytest.raises(Refused) as refused:
        may_fetch(key)
    assert refused.value.refusal == Refusal.KEY_LEFT
    assert end_key(issued.key_id, Ended.LOST, NOW)
    assert not end_key(issued.key_id, Ended.LEFT, NOW)
    with pytest.raises(Refused) as refused:
        find_key(issued.token, NOW)
    assert refused.value.refusal == Refusal.KEY_LOST


def test_a_code_nobody_scanned_runs_out_and_one_in_use_does_not() -> None:
    issued = issue_key(make_worker().pk, label="", by=None, now=NOW, expires_at=NOW + timedelta(days=3))
    later = NOW + timedelta(days=4)
    with pytest.raises(Refused):
        find_key(issued.token, later)
    PhoneKey.objects.update(first_used_at=NOW)
    assert find_key(issued.token, later).pk == issued.key_id


def test_an_inactive_person_gets_nothing_and_may_send() -> None:
    user = make_worker()
    issued = issue_key(user.pk, label="", by=None, now=NOW)
    user.is_active = False
    user.save()
    key = find_key(issued.token, NOW)
    assert not may_send(key, NOW)
    with pytest.raises(Refused):
        may_fetch(key)


def test_a_password_is_typed_from_paper_and_stored_nowhere() -> None:
    user = make_worker()
    issued = issue_key(user.pk, label="", by=None, now=NOW, with_password=True)
    assert issued.user_name == "li"
    assert re.fullmatch(r"([a-z]{4}-){3}[a-z]{4}", issued.password) and not {*"ilo"} & {*issued.password}
    key = PhoneKey.objects.get()
    assert issued.password not in str(PhoneKey.objects.values().get())
    assert issued.password not in repr(issued) and issued.token not in repr(issued)
    assert ha1("li", issued.password) not in bytes(key.ha1_sealed).decode("latin-1")
    assert open_row(key.ha1_sealed) == [user.pk, ha1("li", issued.password)]
    assert not user.check_password(issued.password), "it is no way into the desk"
    assert issue_key(user.pk, label="", by=None, now=NOW, with_password=True).password != issued.password


def test_a_name_phones_cannot_send_gets_a_code_only() -> None:
    user = make_worker("李:1")
    with pytest.raises(CannotLogIn):
        issue_key(user.pk, label="", by=None, now=NOW, with_password=True)
    assert not PhoneKey.objects.exists()
    assert issue_key(user.pk, label="", by=None, now=NOW).password == ""


def test_the_master_key_may_change_under_a_password(settings: Any, tmp_path: Path) -> None:
    ring = tmp_path / "ring.json"
    shutil.copy(settings.KEY_RING_PATH, ring)
    settings.KEY_RING_PATH = ring
    user = make_worker()
    issued = issue_key(user.pk, label="", by=None, now=NOW, with_password=True)
    issue_key(user.pk, label="", by=None, now=NOW)
    assert rotate(ring, drop_old=False).renewed == 1
    assert rotate(ring, drop_old=True).is_dropped
    key = PhoneKey.objects.get(pk=issued.key_id)
    assert sealed_under(key.ha1_sealed) == "k2"
    assert open_row(key.ha1_sealed) == [user.pk, ha1("li", issued.password)]
    assert key.password_hash == password_hash(user.pk, issued.password)
