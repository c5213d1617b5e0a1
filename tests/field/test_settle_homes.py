"""An installation from before homes: what it showed stays so, is listed first, and is on record afterwards."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from server.acts.kinds import ActKind
from server.acts.models import Act
from server.field.apply import apply
from server.field.decide import decide
from server.households.models import Household, Ident
from sync.inbox import settle
from sync.models import Submission
from sync.receive import Envelope, Sender, receive
from tests.cast import Cast
from tests.desk.told import written

pytestmark = pytest.mark.django_db
ONE, OTHER, THIRD = (f"11111111-0000-4000-8000-00000000000{n}" for n in (1, 2, 3))
NUMBER = "319999195001010011"


def registered(cast: Cast, entity: str, village: str, number: str, days_ago: int) -> None:
    """As such an installation kept it: of the sender only the villages, not what he answered for."""
    now = timezone.now() - timedelta(days=days_ago)
    answers = {"told": "OK", "rep_name": "张三丰", "id_type": "resident", "id_no": number, "village": village,
               "addr": "东街1号", "phone": "13800001234", "in_relief": "no", "may_qualify": "yes", "plan": "每月上门"}
    xml = written("screening", answers, now=now, entity=entity, create=True)
    receipt = receive(Envelope(xml), Sender(cast.li.pk, villages=cast.villages[:2]), now)
    settle(receipt.submission_id, apply, now)
    assert Submission.objects.get(pk=receipt.submission_id).state == "applied"


def as_it_was(one: str, other: str, village: str) -> None:
    """The registry as it stood: both ids one household, in one village."""
    kept = Household.objects.get(pk=one)
    Ident.objects.filter(pk=other).update(household=kept)
    Household.objects.filter(pk=other).delete()
    Household.objects.filter(pk=one).update(village=village)


def told(*arguments: str) -> str:
    out = StringIO()
    call_command("settle_homes", *arguments, stdout=out)
    return out.getvalue()


def test_joined_across_villages_stays_joined(cast: Cast) -> None:
    registered(cast, ONE, cast.villages[0], NUMBER, 20)
    registered(cast, OTHER, cast.villages[1], NUMBER, 10)
    as_it_was(ONE, OTHER, cast.villages[0])
    listed = told()
    assert "1  补记村居的户" in listed and "没有改动" in listed
    assert not Act.objects.filter(kind=ActKind.ASSIGN).exists()
    told("--apply")
    assert {i.pk: (i.household_id, i.household.village) for i in Ident.objects.all()} == {
        ONE: (ONE, cast.villages[0]), OTHER: (ONE, cast.villages[0])
    }  # fmt: skip
    acts = Act.objects.filter(kind=ActKind.ASSIGN).count()
    assert acts == 1 and "0  补记村居的户" in told("--apply")
    assert Act.objects.filter(kind=ActKind.ASSIGN).count() == acts, "twice is once"


def test_an_assign_of_one_id_goes_on_moving_the_others(cast: Cast) -> None:
    registered(cast, ONE, cast.villages[0], NUMBER, 20)
    registered(cast, OTHER, cast.villages[1], NUMBER, 10)
    moved = timezone.now() - timedelta(days=5)
    decide(ActKind.ASSIGN, ONE, by=None, now=moved, value={"village": cast.villages[2]})
    as_it_was(ONE, OTHER, cast.villages[2])
    told("--apply")
    assert {(i.household_id, i.household.village) for i in Ident.objects.all()} == {(ONE, cast.villages[2])}


def test_who_stood_alone_needs_nothing(cast: Cast) -> None:
    registered(cast, THIRD, cast.villages[1], NUMBER, 3)
    assert "0  补记村居的户" in told("--apply") and not Act.objects.exists()
