"""Cells that follow from spells of relief: what of it can be mended, and mending it. 自…起变化 is the decision that the
household's page files as well; 本来就错 mends the statement or decision an end of a spell rests on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest

from server.acts.kinds import ActKind
from server.desk.ledger_now import said_here
from server.desk.seat import Seat
from server.field.decide import decide
from server.field.mend_relief import mend_relief
from server.households.find import open_household, served
from server.households.kinds import RELIEF_OF, Programme, ProposalKind
from server.households.models import Filing
from server.households.relief_moves import Step, moves_of, steps_of, wrong_move
from server.households.values import Folded

EARLIEST = date(1949, 10, 1)


@dataclass(frozen=True)
class ReliefChoices:
    """``steps``: what may have been wrong, (key, words); ``moves``: what may have happened since, (value, words)."""

    steps: tuple[tuple[str, str], ...]
    moves: tuple[tuple[str, str], ...]
    programmes: tuple[tuple[str, str], ...]


def relief_choices(seat: Seat, folded: Folded, turn: str) -> ReliefChoices | None:
    """What can be mended of a household's relief as of a month. ``turn``: another 街镇 answers for it now; then only
    what one's own people said, and None if that is nothing."""
    steps = _mendable(seat, folded, turn)
    moves: tuple[tuple[str, str], ...] = ()
    if not turn:
        row = served(folded.id)
        now = open_household(row).folded.spells if row is not None else ()
        moves = tuple(
            (f"{kind} {programme}", f"{kind.label}：{Programme(programme).label}") for kind, programme in moves_of(now)
        )
    told = tuple((step.key, f"{step.label} {_day_words(step)}") for step in steps)
    return ReliefChoices(told, moves, tuple(Programme.choices)) if told or moves else None


def _mendable(seat: Seat, folded: Folded, turn: str) -> list[Step]:
    steps = steps_of(folded.spells)
    if not turn:
        return steps
    own = said_here(seat, {step.told_by for step in steps})
    return [step for step in steps if step.told_by in own]


def _day_words(step: Step) -> str:
    if step.on is None or step.precision == "unknown":
        return "（日期不详）"
    return f"{step.on:%Y年%m月}" if step.precision == "month" else f"{step.on:%Y年%m月%d日}"


def mend_relief_cell(request: HttpRequest, seat: Seat, household: str, folded: Folded | None, turn: str) -> str:
    """File what somebody said is wrong, or has changed, of a household's relief; why nothing was saved, or ''.

    ``folded``: the household as the cell's month knows it. :raises PermissionDenied: not his to mend.
    """
    reason = request.POST.get("reason", "").strip()[:500]
    since = request.POST.get("how") == "since"
    if turn and since:
        raise PermissionDenied(turn)
    if not reason or folded is None:
        return "请写明原因。"
    return _move(request, seat, household, reason) if since else _wrong(request, seat, folded, turn, reason)


def _move(request: HttpRequest, seat: Seat, household: str, reason: str) -> str:
    proposal, _, programme = request.POST.get("move", "").partition(" ")
    on, row = _day(request.POST.get("since", ""), seat.today), served(household)
    if on is None:
        return "请写不晚于今天的日期。"
    if row is None or proposal not in ProposalKind.values or ProposalKind(proposal) not in RELIEF_OF:
        return "请选择纳入还是退出哪一项保障。"
    wrong = wrong_move(open_household(row).folded.spells, ProposalKind(proposal), programme, on)
    if wrong:
        return f"{wrong}。"
    value = {"proposal": proposal, "instance": "", "programme": programme}
    decide(ActKind.ACCEPT, row.pk, by=seat.user.pk, now=seat.now, since=on, value=value, reason=reason)
    return ""


def _wrong(request: HttpRequest, seat: Seat, folded: Folded, turn: str, reason: str) -> str:
    asked = request.POST.get("step", "")
    step = next((one for one in steps_of(folded.spells) if one.key == asked), None)
    if step is None:
        return "请选择要更正的是哪一条纳入或终止。"
    if turn and step not in _mendable(seat, folded, turn):
        raise PermissionDenied(turn)
    never, month_only = bool(request.POST.get("never")), bool(request.POST.get("month_only"))
    on = None if never else _day(request.POST.get("on", ""), seat.today)
    programme = request.POST.get("programme") or step.programme
    if never and step.on is None:
        return "这一条没有登记过日期，无须撤销。"
    if on is None and not never:
        return "请写不晚于今天的正确日期，或者勾选“没有这回事”。"
    if programme not in Programme.values:
        return "没有这项保障。"
    if on is not None and step.other_end is not None and (
        on > step.other_end if step.enters else on < step.other_end
    ):
        return "终止日期不能早于纳入日期。"
    if on is not None and step.enters and month_only:
        on = on.replace(day=1)
    mend = partial(mend_relief, folded.id, programme=programme, by=seat.user.pk, now=seat.now, reason=reason,
                   ask=_asker(seat, turn))
    with transaction.atomic():
        mend(step, on=on, precision="month" if month_only else "day")
        other = _other_end(folded, step)
        if programme != step.programme and other is not None and on is not None:
            # A spell is of one programme: its other end goes along.
            mend(other, on=other.on, precision=other.precision)
    return ""


def _other_end(folded: Folded, step: Step) -> Step | None:
    steps = [one for one in steps_of(folded.spells) if one.programme == step.programme and one.on is not None]
    return next(
        (one for one in steps if one.enters != step.enters and (one.on, one.other_end) == (step.other_end, step.on)),
        None,
    )


def _asker(seat: Seat, turn: str) -> Callable[[str], None]:
    def ask(told_by: str) -> None:
        if Filing.objects.filter(instance=told_by, submission__sender=seat.user).exists():
            raise PermissionDenied("不能更正自己的提交。")
        if turn and not said_here(seat, [told_by]):
            raise PermissionDenied(turn)

    return ask


def _day(text: str, today: date) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if EARLIEST <= day <= today else None
