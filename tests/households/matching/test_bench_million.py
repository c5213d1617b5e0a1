"""The bench of a registry of any size runs: tables filled in bulk take arrivals as those that grew."""

import os
import subprocess
import sys

import pytest


@pytest.mark.slow
def test_a_small_one_runs_to_its_end() -> None:
    env = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "BENCH_DATABASE_URL")}
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench_matching.million"], env=env | {"ROWS": "900", "ARRIVALS": "90"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "match_csv, 900 rows" in done.stdout and "sqlite" in done.stdout and "opinions" in done.stdout
