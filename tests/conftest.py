"""What every test stands on: its own key ring and files, quick passwords."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from forms.catalogue import forget_versions
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


@pytest.fixture(autouse=True)
def _fresh_catalogue() -> None:
    """A process keeps published versions for ever; a test that empties the database must not see those of another."""
    forget_versions()


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody of `tests/cast.py`, with the areas of Qingpu."""
    return make_cast()


# With TANFANG_REQUIRE_ALL=1 nothing may be left out: a skip is a failure, unless its reason begins with "not on ",
# which says that the test has no meaning on this database.
REQUIRE_ALL = os.environ.get("TANFANG_REQUIRE_ALL") == "1"


def _forbid_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    reason = report.longrepr[-1] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if REQUIRE_ALL and report.skipped and not hasattr(report, "wasxfail") and "not on " not in str(reason):
        report.outcome = "failed"
        report.longrepr = f"left out, and nothing may be: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    _forbid_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    report = yield
    _forbid_skip(report)
    return report
