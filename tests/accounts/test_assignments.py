"""Who answers for which village: handing over keeps the past and leaves no gap."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from server.accounts.assign_village import assign_village
from server.accounts.end_job import end_job
from server.accounts.models import Assignment, Grant, User
from server.accounts.scope import villages_of
from server.accounts.transfer import transfer
from tests.cast import SINCE, Cast

pytestmark = pytest.mark.django_db
DAY = date(2024, 9, 1)
BEFORE = DAY - timedelta(days=1)


def test_twice_is_once(cast: Cast) -> None:
    first = assign_village(cast.gu.pk, cast.villages[5], since=DAY)
    assert assign_village(cast.gu.pk, cast.villages[5], since=DAY + timedelta(days=9)) == first
    assert Assignment.objects.filter(user=cast.gu).count() == 2
    assert assign_village(cast.gu.pk, cast.villages[5], since=BEFORE).since == BEFORE


def test_transfer_leaves_no_gap_and_keeps_the_past(cast: Cast) -> None:
    assert transfer(cast.li.pk, cast.gu.pk, since=DAY) == list(cast.villages[:2])
    assert villages_of(cast.li, BEFORE) == list(cast.villages[:2]) and villages_of(cast.li, DAY) == []
    assert villages_of(cast.gu, BEFORE) == [cast.villages[0]] and villages_of(cast.gu, DAY) == list(
        cast.villages[:2]
    )
    assert transfer(cast.li.pk, cast.gu.pk, since=DAY) == []
    assert Assignment.objects.filter(user=cast.gu).count() == 2


def test_transfer_of_one_village(cast: Cast) -> None:
    assert transfer(cast.li.pk, cast.gu.pk, since=DAY, villages=[cast.villages[1]]) == [cast.villages[1]]
    assert villages_of(cast.li, DAY) == [cast.villages[0]]


def test_transfer_before_it_began_and_to_oneself(cast: Cast) -> None:
    assert transfer(cast.li.pk, cast.li.pk, since=DAY) == []
    transfer(cast.li.pk, cast.gu.pk, since=SINCE - timedelta(days=5))
    assert (
        villages_of(cast.li, SINCE) == [] and Assignment.objects.filter(user=cast.li, until=None).count() == 0
    )


def test_end_job(cast: Cast) -> None:
    assert end_job(cast.li.pk, on=DAY) == list(cast.villages[:2])
    li = User.objects.get(pk=cast.li.pk)
    assert not li.is_active and not Grant.objects.filter(user=li, until=None).exists()
    assert li.history.first().is_active is False
    assert end_job(cast.li.pk, on=DAY) == []


def test_the_database_forbids_two_open_ones(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(user=cast.li, village_id=cast.villages[0], since=DAY)


def test_passwords_are_no_history(cast: Cast) -> None:
    assert not hasattr(cast.li.history.first(), "password")
