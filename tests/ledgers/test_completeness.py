"""What somebody is told before closing: each doubt with the household and who can mend it."""

import pytest

from server.acts.kinds import ActKind
from server.field.decide import decide
from server.ledgers.doubts import Mender
from server.ledgers.menders import menders_in
from server.ledgers.read import month_view
from tests.cast import ZHUJIAJIAO, Cast
from tests.ledgers.keep import moment, screen, visit
from tests.ledgers.samples import DAY

pytestmark = pytest.mark.django_db

A, B, C = (f"00000000-0000-4000-8000-0000000004{n:02d}" for n in range(1, 4))


def told() -> dict[str, set[tuple[str, Mender]]]:
    found: dict[str, set[tuple[str, Mender]]] = {}
    for line, doubt in month_view(ZHUJIAJIAO, "2024-08").doubts:
        found.setdefault(line.household, set()).add((doubt.text, doubt.mender))
    return found


def test_what_waits_and_who_mends_it(cast: Cast) -> None:
    home = cast.villages[0]
    screen(A, "2024-08-02", home)
    visit(A, "2024-08-20", approved=False, plan="新的处理方案。")
    screen(B, "2024-08-03", home, rep_name="李秀英", id_no=None, phone="2", birth="1950-02-03", applied="in")
    view = month_view(ZHUJIAJIAO, "2024-08")
    assert (view.waiting, view.waits, view.changed) == (1, (A,), 1)
    assert told() == {
        A: {("有待审核的提交", Mender.REVIEWER)},
        B: {("没有身份证号", Mender.VISITOR),
            ("已在（或曾在）救助中，但不属于表三的四项保障，暂列表一，请核定", Mender.REVIEWER)},
    }
    menders = menders_in(ZHUJIAJIAO, DAY)
    assert menders.of(Mender.REVIEWER, home) == "王主任" and menders.of(Mender.DISTRICT, home) == "民政局老何"
    assert "小李" in menders.of(Mender.VISITOR, home)
    assert menders.of(Mender.VISITOR, cast.villages[9]) == "（村居无责任人）王主任"


def test_one_number_in_two_towns_is_the_districts_to_settle(cast: Cast) -> None:
    """Somebody has said that they are two households; the number is still one."""
    screen(A, "2024-08-02", cast.villages[0])
    decide(ActKind.CANNOT_LINK, A, by=None, now=moment("2024-08-04"), other=C)
    screen(C, "2024-08-05", cast.away[0], rep_name="张大国", phone="13900000009", addr="金泽镇 1 号")
    assert ("同一身份证号在其他街镇也有一户", Mender.DISTRICT) in told()[A]
    assert "同一身份证号在本街镇另有一户" not in {text for text, _ in told()[A]}
