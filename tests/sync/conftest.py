"""Every test of the door begins in the same small world."""

from collections.abc import Iterator

import pytest
from django.utils import timezone

from forms.catalogue import forget_versions
from server.accounts.models import User
from sync import login
from sync.brake import Brake
from sync.keys import IssuedKey, issue_key
from tests.sync import house
from tests.sync.doors import Clock
from tests.sync.house import NOW


@pytest.fixture(autouse=True)
def world(settings: pytest.FixtureRequest) -> Iterator[None]:
    settings.ROOT_URLCONF = "tests.sync.house"  # type: ignore[attr-defined]
    settings.ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]  # type: ignore[attr-defined]
    house.fresh()
    forget_versions()
    yield
    forget_versions()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """The server's clock, in the tests' hands; nobody has guessed yet."""
    made = Clock()
    monkeypatch.setattr(timezone, "now", made.now)
    monkeypatch.setattr(login, "BRAKE", Brake())
    yield made


@pytest.fixture
def worker() -> User:
    house.publish_plain()
    return house.make_worker()


@pytest.fixture
def issued(worker: User) -> IssuedKey:
    return issue_key(worker.pk, label="", by=None, now=NOW, with_password=True)
