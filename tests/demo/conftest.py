"""A small demo month in the tests' database: four phones, sent through the door's own views."""

from dataclasses import dataclass
from datetime import date, datetime

import pytest
from django.utils import timezone

from forms.publish import publish
from server.accounts.models import User
from server.areas.load_areas import load_areas
from server.demo.cast import Worker, seed_people, workers
from server.demo.desk import Desk
from server.demo.month import MonthTold, tell_month
from server.field.names import ENTITY_LISTS, FORMS, KNOWN_LISTS, QUESTIONS
from server.support.load_catalogue import load_catalogue
from sync.keys import issue_key
from tests.engine.conftest import XLSFORMS, compiled
from tests.sync.house import ClientLine

__all__ = ["compiled"]
MONTH = date(2025, 8, 1)


@dataclass(frozen=True)
class Played:
    """What was told, and by whom."""

    told: MonthTold
    cast: list[Worker]


def publish_all(published: datetime) -> None:
    for form in FORMS:
        data = (XLSFORMS / f"{form}.xlsx").read_bytes()
        publish(
            data,
            lists=KNOWN_LISTS,
            properties=ENTITY_LISTS,
            known_questions=QUESTIONS,
            now=published,
            name=form,
        )


@pytest.fixture
def month(db: None) -> Played:
    """A consultant and the grid worker who shares his 村居, in two 街镇; six households each."""
    load_areas()
    publish_all(datetime.fromisoformat("2024-07-08T00:00:00+08:00"))
    load_catalogue(MONTH)
    seed_people()
    cast = [worker for worker in workers() if worker.username in ("zjj_co1", "zjj_gw1", "lt_co2", "lt_gw2")]
    people = dict(User.objects.values_list("username", "pk"))
    now = timezone.now()
    urls = {
        worker: f"http://testserver/key/{issue_key(people[worker.username], label='', by=None, now=now).token}"
        for worker in cast
    }
    told = tell_month(
        urls, MONTH, seed=3, clock=timezone.now, desk=Desk({worker.town for worker in cast}, MONTH, 3),
        line=lambda worker: ClientLine(), size=6, threads=1,
    )  # fmt: skip
    return Played(told, cast)
