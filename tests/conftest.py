"""What every test stands on: its own key ring and files, quick passwords."""

import tempfile
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from sync.vault.keyring import create_keyring
from tests.cast import Cast, make_cast

hypothesis_settings.register_profile(
    "suite", max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
hypothesis_settings.register_profile("long", max_examples=2000, deadline=None, print_blob=True)
hypothesis_settings.load_profile("suite")

_HOME = tempfile.TemporaryDirectory(prefix="tanfang-test-")


def pytest_configure(config: pytest.Config) -> None:
    """Before any test module is read: nothing of a test may touch the installation's own var/."""
    home = Path(_HOME.name)
    django_settings.KEY_RING_PATH = home / "keyring.json"
    django_settings.FILES_DIR = home / "files"
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    django_settings.FIELD_APPLY = "request"
    create_keyring(django_settings.KEY_RING_PATH)


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody of `tests/cast.py`, with the areas of Qingpu."""
    return make_cast()
