"""Broken sentences about the schedule. Histories must notice every one."""

from dataclasses import replace

from pytest import MonkeyPatch

from server.visits import rules, schedule


def a_raised_grade_wipes_out_what_is_overdue(patch: MonkeyPatch) -> None:
    """An act changes the window whatever day it was filed."""
    honest = schedule.regular_window

    def forgiving(opened, contacts, acts, default, resumed=None):
        months = rules._interval(acts, next((c.on for c in reversed(contacts) if c.reached), opened), default)
        if not acts:
            return honest(opened, contacts, acts, default, resumed)
        last = max(act.filed for act in acts)
        seen = next((c for c in reversed(contacts) if c.reached), None)
        begun = max(last, resumed or opened)
        return replace(honest(opened, contacts, acts, default, resumed),
                       **dict(zip(("due_from", "due_to"), rules._period(opened, seen, months, begun), strict=True)))

    patch.setattr(schedule, "regular_window", forgiving)


def overdue_by_the_day_it_holds_from(patch: MonkeyPatch) -> None:
    """What an act says it holds from decides, not the day it was filed: dated back, it reaches an overdue window."""
    honest = schedule._acts

    def dated_back(folded, frequency):
        return [replace(act, filed=act.since) if isinstance(act, rules.Graded) else act
                for act in honest(folded, frequency)]

    patch.setattr(schedule, "_acts", dated_back)


def an_inspection_fulfils(patch: MonkeyPatch) -> None:
    patch.setattr(schedule, "fulfils", lambda visit: True)


SCHEDULE = [a_raised_grade_wipes_out_what_is_overdue, overdue_by_the_day_it_holds_from, an_inspection_fulfils]
