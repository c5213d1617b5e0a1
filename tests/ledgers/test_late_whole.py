"""补报 costs what changed: only what was touched since is derived again, and it comes to the same as deriving all."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.accounts.assign_village import assign_village
from server.acts.file import file_act
from server.acts.kinds import HOUSE, ActKind
from server.field.decide import decide
from server.households.kinds import ProposalKind
from server.ledgers import folds
from server.ledgers.close import close_month
from server.ledgers.late import late_in, unissued_in
from server.ledgers.models import Month
from server.ledgers.rule_on import leave_out, list_person, take_in
from server.ledgers.supplements import issue_supplement
from server.ledgers.touched import touched_since
from server.support.models import Policy
from tests.cast import JINZE, SINCE, ZHUJIAJIAO, Cast
from tests.ledgers.keep import accept, admitted, approve, correct, left, moment, refer, screen, visit
from tests.ledgers.samples import id_number

pytestmark = pytest.mark.django_db

IDS = [f"00000000-0000-4000-8000-0000000009{n:02d}" for n in range(6)]
NEW = "00000000-0000-4000-8000-000000000990"
LATE = moment("2024-09-10")


def person(number: int) -> dict[str, Any]:
    return {"rep_name": f"某某{'甲乙丙丁戊己'[number]}", "id_no": id_number(f"{1940 + number}0501", number),
            "phone": f"1380000{number:04d}"}


class World:
    """Six households of 朱家角镇 and 金泽镇, both months of August closed, in either order."""

    def __init__(self, cast: Cast, first: str) -> None:
        self.cast, self.said, self.undone = cast, {}, False
        homes = (*cast.villages[:2], cast.away[0])
        for number, one in enumerate(IDS):
            relief = ((), (admitted("dibao", "2018-03-01"),),
                      (admitted("dibao", "2018-03-01"), left("dibao", "2024-07-15")))[number % 3]
            self.said[one] = screen(one, "2024-08-02", homes[number // 2], relief=relief, **person(number))
        self.waiting = visit(IDS[0], "2024-08-20", approved=False, plan="等审核的方案。")
        refer("ref-9", IDS[1], "2024-08-06", state="suggested", policy="rent")
        self.joined = decide(ActKind.MERGE, IDS[2], by=None, now=moment("2024-08-10"), other=IDS[3], reason="x")
        # Known only after the first closing: the household lived in the other 街镇. One town skips what another took.
        self.months: list[Month] = []
        for n, town in enumerate((first, JINZE if first == ZHUJIAJIAO else ZHUJIAJIAO)):
            self.months.append(close_month(town, "2024-08", by=None, now=moment(f"2024-09-0{3 + n}")).month)
            if n == 0:
                decide(ActKind.ASSIGN, IDS[0], by=None, now=moment("2024-09-03", 20), since=date(2024, 8, 15),
                       value={"village": cast.away[0] if first == ZHUJIAJIAO else cast.villages[0]})


def _move(world: World, number: int, since: date) -> None:
    to = world.cast.away[0] if number % 2 else world.cast.villages[1]
    decide(ActKind.ASSIGN, IDS[number], by=None, now=LATE, since=since, value={"village": to})


def _unmerge(world: World, number: int, since: date) -> None:
    if not world.undone:
        decide(ActKind.UNMERGE, IDS[3], by=None, now=LATE, other=str(world.joined.id), reason="x")
        world.undone = True


DEEDS: dict[str, Callable[[World, int, date], object]] = {
    "late visit": lambda w, n, d: visit(IDS[n], d.isoformat(), received=LATE, income_pc=700 + n),
    "late visit nobody judged": lambda w, n, d: visit(IDS[n], d.isoformat(), received=LATE, approved=False, addr="x"),
    "approval": lambda w, n, d: approve(w.waiting, LATE),
    "late registration": lambda w, n, d: screen(NEW, d.isoformat(), w.cast.villages[0], received=LATE, **person(n)),
    "correction": lambda w, n, d: correct(w.said[IDS[n]], "income_pc", 900 + n, LATE),
    "void": lambda w, n, d: decide(ActKind.VOID, w.said[IDS[n]], by=None, now=LATE, reason="x"),
    "return": lambda w, n, d: decide(ActKind.RETURN, w.said[IDS[n]], by=None, now=LATE, reason="x"),
    "assign": _move,
    "merge": lambda w, n, d: decide(ActKind.MERGE, IDS[n], by=None, now=LATE, other=IDS[(n + 1) % 6], reason="x"),
    "unmerge": _unmerge,
    "cannot link": lambda w, n, d: decide(ActKind.CANNOT_LINK, IDS[2], by=None, now=LATE, other=IDS[3], reason="x"),
    "exit": lambda w, n, d: accept(IDS[n], ProposalKind.EXIT, d.isoformat(), at=LATE, programme="dibao"),
    "death": lambda w, n, d: accept(IDS[n], ProposalKind.DEAD, d.isoformat(), at=LATE),
    "referral": lambda w, n, d: refer("ref-9", IDS[1], d.isoformat(), received=LATE, creates=False, state="linked",
                                      linked_on=d.isoformat()),
    "left out": lambda w, n, d: leave_out(IDS[n], "2024-08", by=None, now=LATE, reason="x"),
    "taken in": lambda w, n, d: take_in(IDS[n], "2024-08", by=None, now=LATE, reason="x"),
    "further person": lambda w, n, d: list_person(IDS[n], name="某婆", id_no="", programme="tekun", since=d, by=None,
                                                  now=LATE, reason="x"),
    "another consultant": lambda w, n, d: assign_village(w.cast.gu.pk, w.cast.villages[1], since=SINCE),
    "policy named": lambda w, n, d: Policy.objects.get_or_create(code="rent", defaults={"name": "廉租住房"}),
    "opened again": lambda w, n, d: decide(ActKind.GRADE, IDS[n], by=None, now=LATE, value={"grade": "A"}),
}


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    first=st.sampled_from([ZHUJIAJIAO, JINZE]),
    deeds=st.lists(
        st.tuples(st.sampled_from(sorted(DEEDS)), st.integers(0, 5), st.dates(date(2024, 8, 3), date(2024, 9, 9))),
        max_size=5,
    ),
    issues=st.integers(0, 5),
)
def test_what_was_touched_tells_all(cast: Cast, first: str, deeds: list[tuple[str, int, date]], issues: int) -> None:
    with transaction.atomic():
        world = World(cast, first)
        for turn, (name, number, since) in enumerate(deeds):
            DEEDS[name](world, number, since)
            if turn == issues:
                for closed in world.months:
                    issue_supplement(closed, unissued_in(closed), by=None, now=LATE, reason="x")
        for closed in world.months:
            assert late_in(closed) == late_in(closed, whole=True)
            assert unissued_in(closed) == unissued_in(closed, whole=True)
        transaction.set_rollback(True)


def test_what_is_derived_is_what_was_touched(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """One late visit among many households: that household alone is folded anew."""
    for number in range(30):
        one = f"00000000-0000-4000-8000-00000000{3000 + number}"
        born = f"{1940 + number}0601"
        screen(one, "2024-08-02", cast.villages[0], rep_name=f"某{number}", id_no=id_number(born, number),
               phone=f"1390000{number:04d}")
    screen(IDS[0], "2024-08-02", cast.villages[0], **person(0))
    closed = close_month(ZHUJIAJIAO, "2024-08", by=None, now=moment("2024-09-05")).month
    visit(IDS[0], "2024-08-25", received=LATE, income_pc=5)
    folded: list[str] = []
    fold = folds.Shown.fold

    def counted(self: folds.Shown, *args: Any, **named: Any) -> Any:
        folded.append(self.served)
        return fold(self, *args, **named)

    monkeypatch.setattr(folds.Shown, "fold", counted)
    cells = (("家庭月人均收入", Decimal("1580.50"), Decimal(5)),)
    assert [(one.household, one.cells) for one in late_in(closed)] == [(IDS[0], cells)]
    assert set(folded) == {IDS[0]}
    folded.clear()
    assert len(late_in(closed, whole=True)) == 1 and len(set(folded)) == 31


def test_another_model_means_everybody(cast: Cast) -> None:
    """Who is whom may be decided otherwise for anybody: then all are derived."""
    screen(IDS[0], "2024-08-02", cast.villages[0], **person(0))
    closed = close_month(ZHUJIAJIAO, "2024-08", by=None, now=moment("2024-09-03")).month
    assert IDS[0] not in (touched_since(closed.closed_at) or ())
    later = closed.closed_at + timedelta(days=1)
    decide(ActKind.GRADE, IDS[0], by=None, now=later, value={"grade": "A"})
    assert IDS[0] in (touched_since(closed.closed_at) or ())
    file_act(ActKind.MODEL, HOUSE, by=None, now=later, other="0" * 64)
    assert touched_since(closed.closed_at) is None
