"""Phones and a desk as a state machine (hypothesis): every step is looked at, and what breaks is shrunk.

`make machines` is the long run (MACHINES=… examples a database).
"""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.law import mutants, mutants_kept
from tests.law.machine import Phones
from tests.law.watch import Broken
from tests.law.world import make_world

pytestmark = pytest.mark.django_db

MANY = int(os.environ.get("MACHINES", "0"))
USUAL = settings(
    max_examples=MANY or 5, stateful_step_count=40 if MANY else 20, deadline=None, derandomize=not MANY,
    suppress_health_check=list(HealthCheck), print_blob=bool(MANY), database=None,
)
#: Whether a broken rule shows, not how little it takes.
UNSHRUNK = settings(
    USUAL, max_examples=200, stateful_step_count=25, derandomize=True, phases=[Phase.generate],
    report_multiple_bugs=False,
)
BROKEN = (
    mutants_kept.no_version_rises, mutants_kept.a_version_rises_with_content_alone, mutants_kept.a_hash_sleeps,
    mutants_kept.a_hash_moves_with_strangers, mutants_kept.the_unknown_is_called_deleted,
    mutants_kept.a_second_file_of_a_name_is_dropped, mutants.received_for_observed,
)


def test_whatever_happens_comes_to_the_orderly_end() -> None:
    Phones.world = make_world()
    run_state_machine_as_test(Phones, settings=USUAL)


@pytest.mark.parametrize("mutant", BROKEN, ids=[mutant.__name__ for mutant in BROKEN])
def test_a_broken_promise_is_found(mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    Phones.world = make_world()
    mutant(monkeypatch)
    with pytest.raises(Broken):
        run_state_machine_as_test(Phones, settings=UNSHRUNK)
