"""What may happen to the schedule: somebody last seen half a year ago, decisions about how often, and 督查."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from server.acts.kinds import ActKind
from server.households.values import day_of
from server.visits.kinds import DueKind
from server.visits.models import Due
from tests.law.people import person

if TYPE_CHECKING:
    from tests.law.history import History
    from tests.law.walker import Walker


def long_unseen(history: "History", walker: "Walker") -> None:
    """A registration from last autumn comes in only now: whom nobody has seen since is overdue."""
    back = history.rng.randrange(170, 195)
    someone = person(history.rng, walker.villages[0], 100 + len(history.steps), plain=True)
    history.post_form(walker, walker.screen(history.now, someone, back=back))
    history.cases["long unseen"] += 1


def regrade(history: "History", walker: "Walker") -> None:
    """Somebody who is overdue is graded: more often, less often, and dated back or not."""
    if not _late(history):
        long_unseen(history, walker)
    late, today = _late(history), day_of(history.now)
    if not late:
        return  # known already, and seen since
    since = today - timedelta(days=history.rng.choice((0, 3, 120, 120)))
    value = {"grade": history.rng.choice("AABC")}
    history.rule(ActKind.GRADE, history.rng.choice(late), since=since, value=value)
    history.cases["graded overdue"] += 1


def _late(history: "History") -> list[str]:
    found = Due.objects.filter(due_to__lt=day_of(history.now), kind=DueKind.REGULAR)
    return [*found.order_by("pk").values_list("pk", flat=True)]


def inspect(history: "History", walker: "Walker") -> None:
    """督查入户 at somebody's on the list, chosen by a worker; met, or not."""
    form = history.open_visit(walker)
    if form is not None:
        form = replace(form, answers={**form.answers, "kind": "check", "kind_pick": "check"})
        history.fill_visit(walker, form)
        history.cases["inspection"] += 1


SCHEDULE: tuple[Callable[["History", "Walker"], None], ...] = (regrade, inspect)
