"""Histories over a broken programme: every broken rule must show."""

import logging

import pytest

from tests.law import brought, generate, mutants_help, mutants_kept, mutants_schedule, overdue_cases
from tests.law.mutants_help import HELP
from tests.law.mutants_kept import KEPT
from tests.law.mutants_schedule import SCHEDULE
from tests.law.test_histories import wrongs
from tests.law.world import World, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ENOUGH = 120


#: What a mutant lies about must happen often enough to show: in its histories these happen more than anything else.
FOCUS = {
    mutants_kept.an_inspection_answers: (generate.answer_lead,),
    mutants_kept.a_visit_in_vain_answers: (generate.answer_lead,),
    mutants_schedule.overdue_by_the_day_it_holds_from: (overdue_cases.regrade,),
    mutants_kept.an_undone_file_leaves_a_line: (brought.file,),
    mutants_help.an_edit_adds: (generate.refer, generate.refer, generate.edit, generate.edit, generate.sync),
}


def is_noticed(world: World, seed: int) -> bool:
    try:
        return bool(wrongs(world, seed)[0])
    except AssertionError:  # a promise to a phone broken on the way, or a submission that could not be applied
        return True


@pytest.mark.parametrize("mutant", [*KEPT, *SCHEDULE, *HELP], ids=lambda mutant: mutant.__name__)
def test_a_broken_rule_shows(mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    logging.disable(logging.CRITICAL)
    try:
        world = make_world()
        mutant(monkeypatch)
        if happenings := FOCUS.get(mutant):
            monkeypatch.setattr(generate, "WILD", (*generate.WILD, *happenings * (25 // len(happenings))))
        seen = next((seed for seed in range(1, ENOUGH + 1) if is_noticed(world, seed)), None)
    finally:
        logging.disable(logging.NOTSET)
    assert seen is not None, "nobody noticed"
    print(f"noticed in history {seen}")
