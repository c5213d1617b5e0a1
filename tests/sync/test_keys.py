"""Keys: only their hash is stored; leaving and losing a phone are two ways to end one."""

from datetime import timedelta

import pytest

from sync.auth import find_key, may_fetch, may_send
from sync.keys import end_key, issue_key
from sync.kinds import Ended
from sync.models import PhoneKey
from sync.problems import Refusal, Refused
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
