"""Every test of the door begins in the same small world."""

from collections.abc import Iterator

import pytest

from forms.catalogue import forget_versions
from tests.sync import house


@pytest.fixture(autouse=True)
def world(settings: pytest.FixtureRequest) -> Iterator[None]:
    settings.ROOT_URLCONF = "tests.sync.house"  # type: ignore[attr-defined]
    settings.ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]  # type: ignore[attr-defined]
    house.fresh()
    forget_versions()
    yield
    forget_versions()
