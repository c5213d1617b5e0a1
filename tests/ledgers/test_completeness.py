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


@pytest.mark.parametrize(("where", "expected"), [
    ("home", {("同一身份证号在本村居另有一户", Mender.REVIEWER, False)}),
    ("town", {("同一身份证号在另一村居也有一户", Mender.REVIEWER, True)}),
    ("away", set()),
])
def test_one_number_in_two_households(cast: Cast, where: str, expected: set[tuple[str, Mender, bool]]) -> None:
    """Somebody has said that they are two; the number is still one. Of another 街镇's household no month tells."""
    village = {"home": cast.villages[0], "town": cast.villages[1], "away": cast.away[0]}[where]
    screen(A, "2024-08-02", cast.villages[0])
    decide(ActKind.CANNOT_LINK, A, by=None, now=moment("2024-08-04"), other=C)
    screen(C, "2024-08-05", village, rep_name="张大国", phone="13900000009", addr="金泽镇 1 号")
    doubts = {(doubt.text, doubt.mender, doubt.is_across) for line, doubt in month_view(ZHUJIAJIAO, "2024-08").doubts
              if line.household == A}
    assert {one for one in doubts if "身份证号" in one[0]} == expected
