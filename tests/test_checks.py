"""Each wrong setting is explained, and the right ones are left in peace."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as live
from django.core.checks import CheckMessage, run_checks

from server import checks
from sync.vault.keyring import create_keyring

LOCAL = {"DEBUG": False, "PUBLIC_URL": "http://127.0.0.1:8000", "ALLOWED_HOSTS": ["127.0.0.1"]}
PUBLIC = {"DEBUG": False, "PUBLIC_URL": "https://tanfang.example", "ALLOWED_HOSTS": ["tanfang.example"]}
PG = {"ENGINE": "django.db.backends.postgresql", "NAME": "x", "HOST": "db.example", "OPTIONS": {}}


def found(check: Callable[..., list[CheckMessage]], settings: Any, **values: Any) -> list[str]:
    for name, value in values.items():
        setattr(settings, name, value)
    messages = check()
    assert all(message.hint for message in messages)
    return [str(message.id).removeprefix("server.") for message in messages]


def test_the_tests_own_settings_are_clean() -> None:
    assert [m for m in run_checks() if str(m.id).startswith("server.")] == []


def test_a_missing_or_broken_ring_is_an_error(settings: Any, tmp_path: Path) -> None:
    path = tmp_path / "ring.json"
    assert found(checks.key_ring, settings, KEY_RING_PATH=path) == ["E001"]
    path.write_text("{}")
    assert found(checks.key_ring, settings, KEY_RING_PATH=path) == ["E001"]


def test_a_ring_others_may_read_or_among_the_files(settings: Any, tmp_path: Path) -> None:
    path = tmp_path / "files" / "ring.json"
    create_keyring(path)
    assert found(checks.key_ring, settings, KEY_RING_PATH=path, FILES_DIR=tmp_path / "other") == []
    path.chmod(0o640)
    assert found(checks.key_ring, settings, FILES_DIR=tmp_path / "files") == ["W001", "W002"]


@pytest.mark.parametrize(
    ("base", "wrong", "ids"),
    [
        (LOCAL, {}, []),
        (LOCAL, {"DEBUG": True}, []),
        (PUBLIC, {}, []),
        (PUBLIC, {"ALLOWED_HOSTS": [".example"]}, []),
        (PUBLIC, {"DEBUG": True}, ["E003"]),
        (PUBLIC, {"ALLOWED_HOSTS": ["127.0.0.1"]}, ["E004"]),
        (PUBLIC, {"ALLOWED_HOSTS": ["*"]}, ["W004"]),
        (PUBLIC, {"PUBLIC_URL": "http://tanfang.example"}, ["W003"]),
        (PUBLIC, {"PUBLIC_URL": "http://192.168.1.20:8000", "ALLOWED_HOSTS": ["192.168.1.20"]}, ["W003"]),
        (PUBLIC, {"PUBLIC_URL": "tanfang.example"}, ["E002"]),
        (PUBLIC, {"PUBLIC_URL": "https://tanfang.example/desk"}, ["E002"]),
    ],
)
def test_address(settings: Any, base: dict[str, Any], wrong: dict[str, Any], ids: list[str]) -> None:
    assert found(checks.public_address, settings, **{**base, **wrong}) == ids


def test_a_folder_that_cannot_be_written(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert found(checks.folders, settings, FILES_DIR=tmp_path / "not" / "yet") == []
    monkeypatch.setattr("os.access", lambda path, mode: False)  # root may write everywhere
    assert "E005" in found(checks.folders, settings)


@pytest.mark.parametrize(
    ("change", "workers", "ids"),
    [
        ({"ENGINE": "django.db.backends.sqlite3", "NAME": "x"}, 2, []),
        ({"ENGINE": "django.db.backends.sqlite3", "NAME": "x"}, 8, ["W005"]),
        (PG, 8, ["W006"]),
        ({**PG, "OPTIONS": {"sslmode": "verify-full"}}, 8, []),
        ({**PG, "HOST": "127.0.0.1"}, 8, []),
        ({**PG, "HOST": "/run/postgresql"}, 8, []),
    ],
)
def test_database(
    monkeypatch: pytest.MonkeyPatch, settings: Any, change: dict[str, Any], workers: int, ids: list[str]
) -> None:
    monkeypatch.setitem(live.DATABASES, "default", change)
    assert found(checks.database, settings, WEB_WORKERS=workers) == ids


def test_field_apply(settings: Any) -> None:
    assert found(checks.choices, settings, FIELD_APPLY="worker") == []
    assert found(checks.choices, settings, FIELD_APPLY="later") == ["E006"]


def start(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """`manage.py check` as an administrator starts it, with an empty var/ of its own."""
    return subprocess.run(
        [sys.executable, "manage.py", "check"],
        env={"PATH": "/usr/bin:/bin", "VAR_DIR": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        cwd=live.BASE_DIR,
    )


def test_the_first_start_tells_what_is_missing_and_keeps_its_secret(tmp_path: Path) -> None:
    said = start(tmp_path)
    assert said.returncode == 1 and "server.E001" in said.stderr and "make_keyring" in said.stderr
    secret = tmp_path / "secret_key"
    assert secret.stat().st_mode & 0o777 == 0o600 and len(secret.read_text()) > 50
    before = secret.read_text()
    start(tmp_path)
    assert secret.read_text() == before


@pytest.mark.parametrize(
    ("name", "value"), [("DEBUG", "perhaps"), ("WEB_WORKERS", "two"), ("DATABASE_URL", "mysql://x/y")]
)
def test_nonsense_in_the_environment_stops_the_start(tmp_path: Path, name: str, value: str) -> None:
    said = start(tmp_path, **{name: value})
    assert said.returncode == 1 and name in said.stderr
