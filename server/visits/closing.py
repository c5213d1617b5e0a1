"""Under which conditions a return plan may end. Pure.

Notice 三.1: 一年以上, 稳定收入来源, 良好的社会融入 (domain F-R, F-3, F-5b).

A supervisor decides; these say what the decision stands on. He may end a plan against them, with a reason.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from server.households.values import Folded, Visited, Word
from server.visits.kinds import Closing
from server.visits.rules import add_months
from server.visits.schedule import fulfils, last_exit

#: What a visit must have answered, by condition: the fact, and the one answer that will do.
WANTED = {Closing.INCOME: ("stable_income", "stable"), Closing.INTEGRATION: ("integration", "good")}


@dataclass(frozen=True)
class Condition:
    """Whether one condition holds, and what says so.

    ``value``: the latest answer as the visit form codes it, None where no visit since the exit has asked. ``on``:
    the day of that visit; of the year, the day of the exit (None: still in relief). ``instance``: the submission, or
    the act, that says so. ``is_early``: the answer would do, but is from before the year was up, and by now it is.
    """

    kind: Closing
    holds: bool
    value: str | None = None
    on: date | None = None
    instance: str = ""
    is_early: bool = False


def conditions(
    folded: Folded, visits: Iterable[Visited], words: Iterable[Word], day: date
) -> tuple[Condition, ...]:
    """The three conditions for care to end on ``day``; none for a household that was never in relief, which has no
    return plan.

    ``folded`` is the household as known now, ``words`` all that counts of it, corrections applied. Twelve months
    include the day itself. Income and integration are what the latest visit since the exit that asked has found:
    somebody was met, and it was no 督查. Once the year is up, only a visit from then on speaks for it.
    """
    if not folded.spells:
        return ()
    exit_on = last_exit(folded.spells)
    if exit_on is None:
        return tuple(Condition(kind, False) for kind in Closing)
    year_on = add_months(exit_on, 12)
    told_by = next(s.closed_by for s in reversed(folded.spells) if s.end == exit_on)
    found = [Condition(Closing.YEAR, day >= year_on, on=exit_on, instance=told_by)]
    days = {v.instance: v.on for v in visits if fulfils(v) and v.contact.reached and v.on > exit_on}
    known = list(words)
    for kind, (fact, wanted) in WANTED.items():
        told = [word for word in known if word.fact == fact and word.value and word.instance in days]
        last = max(told, key=lambda word: (days[word.instance], word.place), default=None)
        if last is None:
            found.append(Condition(kind, False))
            continue
        on, fits = days[last.instance], last.value == wanted
        is_early = fits and on < year_on <= day
        found.append(Condition(kind, fits and not is_early, str(last.value), on, last.instance, is_early))
    return tuple(found)


def unmet(found: Iterable[Condition]) -> list[str]:
    """Codes of the conditions that do not hold, in their order: what a closing against them records."""
    return [str(condition.kind) for condition in found if not condition.holds]
