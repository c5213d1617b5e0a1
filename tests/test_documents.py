"""What the documents say about settings, checks and rights is what the code does."""

import re

import pytest

from server.accounts.kinds import Role
from server.accounts.matrix import CELLS
from server.settings import _postgres
from tests.house import ROOT

SETTINGS = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")


def test_every_setting_is_described() -> None:
    read = set(
        re.findall(r'env(?:_bool|_int)?\("([A-Z_]+)"', (ROOT / "server/settings.py").read_text("utf-8"))
    )
    rows = [line.split("|")[1] for line in SETTINGS.splitlines() if line.startswith("| `")]
    assert read == {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}


def test_every_check_is_described() -> None:
    used = set(re.findall(r'"(server\.[EW]\d{3})"', (ROOT / "server/checks.py").read_text("utf-8")))
    assert used == set(re.findall(r"`(server\.[EW]\d{3})`", SETTINGS))


def test_the_access_table_is_the_matrix() -> None:
    lines = (ROOT / "docs" / "access.md").read_text("utf-8").splitlines()
    table = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    head, rows = table[0], table[2:]
    assert set(head[2:]) == set(Role.values)
    written = {
        row[1].strip("`"): {role: cell for role, cell in zip(head[2:], row[2:], strict=True) if cell != "–"}
        for row in rows
    }
    assert written == {thing.value: dict(row) for thing, row in CELLS.items()}


def test_a_database_address_is_taken_apart() -> None:
    found = _postgres("postgres://tan%40fang:p%3Aw@db.example:6432/tanfang?sslmode=verify-full")
    assert [found[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == [
        "tanfang", "tan@fang", "p:w", "db.example", "6432",
    ]  # fmt: skip
    assert found["OPTIONS"] == {"sslmode": "verify-full"}
    with pytest.raises(ValueError, match="DATABASE_URL"):
        _postgres("mysql://x/y")
