"""本来就错, of relief: the day or programme of an entry or exit, or that it never was, mended where it was said."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import transaction

from server.acts.kinds import ActKind
from server.acts.models import Act
from server.field.decide import decide
from server.households.find import open_household, served
from server.households.kinds import ProposalKind
from server.households.models import Filing
from server.households.relief_moves import Step, steps_of
from server.households.values import relief_key

#: So many submissions may tell of one and the same entry; more are left to a second look.
MOST = 40


@transaction.atomic
def mend_relief(
    household: str, step: Step, *, programme: str, on: date | None, precision: str = "day", by: int | None,
    now: datetime, reason: str, ask: Callable[[str], None] = lambda _: None,
) -> int:
    """Say that ``step`` was into (or out of) ``programme`` on ``on``; with ``on`` None that it never was. How many
    statements were mended.

    What a submission said is corrected in its place, for every submission that told the same; a decision is replaced by
    one that names it. ``ask`` is told each before it is mended, and raises where the person may not.
    """
    done: list[str] = []
    while step.told_by not in done and len(done) < MOST:
        ask(step.told_by)
        if Filing.objects.filter(instance=step.told_by, list="households").exists():
            _correct(step, programme, on, precision, by, now, reason)
        else:
            _replace(step, programme, on, precision, by, now, reason)
        done.append(step.told_by)
        row = served(household)
        left = steps_of(open_household(row).folded.spells) if row is not None and step.on is not None else []
        same = [one for one in left if one.key == step.key and one.told_by not in done]
        if not same or (on == step.on and programme == step.programme):
            break
        step = replace(step, told_by=same[0].told_by)
    return len(done)


def _correct(
    step: Step, programme: str, on: date | None, precision: str, by: int | None, now: datetime, reason: str
) -> None:
    def say(of: str, value: dict[str, Any] | None) -> None:
        said = {"fact": "relief", "key": relief_key(of, step.enters), "value": value}
        decide(ActKind.CORRECT, step.told_by, by=by, now=now, value=said, reason=reason, since=on)

    value = {"in": True, "precision": precision} if step.enters else {"in": False}
    if on is None or programme != step.programme:
        say(step.programme, None)
    if on is not None:
        say(programme, value)


def _replace(
    step: Step, programme: str, on: date | None, precision: str, by: int | None, now: datetime, reason: str
) -> None:
    act = Act.objects.get(pk=step.told_by, kind=ActKind.ACCEPT)
    kind = ProposalKind.ADMIT if step.enters else ProposalKind.EXIT
    value: dict[str, Any] = {
        "proposal": str(kind) if on is not None else "", "instance": "", "programme": programme, "precision": precision,
    }
    # An entry that nobody told of is told now; the exit beside it stands.
    if step.on is not None:
        value["instead"] = str(act.pk)
    decide(ActKind.ACCEPT, act.subject, by=by, now=now, since=on, value=value, reason=reason)
