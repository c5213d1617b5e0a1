"""An urgent lead asks for a visit of the household it is about: the one its counting version names."""

from datetime import timedelta

import pytest

from server.acts.kinds import ActKind
from server.demo.instance import Entity, write_instance
from server.field.decide import decide
from server.households.models import Ident
from server.visits.kinds import DueKind
from server.visits.models import Due
from sync.receive import Sender
from tests.law.history import History, Post, bring
from tests.law.people import person
from tests.law.walker import Form, nested
from tests.law.world import make_world

pytestmark = pytest.mark.django_db


def lead(history: History, about: str, instance: str, entity: str, deprecated: str = "") -> None:
    history.pass_time()
    version = history.world.forms["lead"]
    day = history.now.date().isoformat()
    answers = {"seen_on": day, "source": "neighbour", "urgent": "yes", "hh": about, "seen": "两天没开门",
               "start": history.now.isoformat(), "end": history.now.isoformat()}
    xml = write_instance("lead", version.version, nested(version, answers), instance_id=instance,
                         deprecated_id=deprecated, entity=Entity("leads", entity, "急", is_create=True))
    bring(Post(Form("lead", entity, instance, {}, {}, True, xml=xml), (), False,
               Sender(history.walkers[0].user.pk), history.now), history.now, True)


def due(entity: str) -> str:
    return Due.objects.get(household=Ident.objects.get(pk=entity).household_id).kind


def test_an_edit_may_name_another_household() -> None:
    history = History(make_world(), 1, orderly=True)
    walker = history.walkers[0]
    one, other = (
        walker.screen(history.now, person(history.rng, walker.villages[0], number, plain=True)).entity
        for number in (1, 2)
    )
    for _ in range(2):
        history.post_next(walker)
    history.now += timedelta(days=10)
    lead(history, one, "l1", "lead-1")
    assert (due(one), due(other)) == (DueKind.URGENT, DueKind.REGULAR)
    lead(history, other, "l2", "lead-1", deprecated="l1")
    assert (due(one), due(other)) == (DueKind.REGULAR, DueKind.URGENT)
    history.pass_time()
    decide(ActKind.RETURN, "l2", by=None, now=history.now)
    assert (due(one), due(other)) == (DueKind.REGULAR, DueKind.REGULAR)
