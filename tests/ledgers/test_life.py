"""The life of a month: locked, reported, accepted or sent back, each an act; and numbered supplements."""

import pytest
from django.db import transaction

from server.acts.read import broken_link
from server.ledgers.chronicle import chronicle_of, state_by_acts
from server.ledgers.close import close_month
from server.ledgers.export import export_month
from server.ledgers.kinds import Late, MonthState
from server.ledgers.late import late_in, unissued_in
from server.ledgers.models import Month
from server.ledgers.reopen import reopen_month
from server.ledgers.report import accept_month, report_month
from server.ledgers.supplements import differences_of, issue_supplement, reported_lines, supplement_checksum
from tests.cast import JINZE, ZHUJIAJIAO, Cast
from tests.ledgers.keep import moment, screen, visit

pytestmark = pytest.mark.django_db

A, B = (f"00000000-0000-4000-8000-0000000001{n:02d}" for n in (1, 2))
OTHER = {"rep_name": "李秀英", "id_no": None, "phone": "13800000022", "birth": "1950-02-03", "sex": "female"}


@pytest.fixture
def month(cast: Cast) -> Month:
    with transaction.atomic():
        screen(A, "2024-08-02", cast.villages[0])
    return close_month(ZHUJIAJIAO, "2024-08", by=cast.ledger.pk, now=moment("2024-09-03")).month


def states() -> dict[int, str]:
    return dict(Month.objects.filter(month="2024-08").values_list("version", "state"))


def test_each_step_is_an_act_and_the_rows_say_what_the_acts_say(month: Month, cast: Cast) -> None:
    keeper, district = cast.ledger.pk, cast.bureau.pk
    assert accept_month(ZHUJIAJIAO, "2024-08", by=district, now=moment("2024-09-04")) is None, "not reported yet"
    assert report_month(ZHUJIAJIAO, "2024-08", by=keeper, now=moment("2024-09-04")) == month
    assert report_month(ZHUJIAJIAO, "2024-08", by=keeper, now=moment("2024-09-04", 11)) is None, "twice is once"
    assert reopen_month(ZHUJIAJIAO, "2024-08", by=district, now=moment("2024-09-05"), reason="漏报") is not None
    close_month(ZHUJIAJIAO, "2024-08", by=keeper, now=moment("2024-09-06"))
    report_month(ZHUJIAJIAO, "2024-08", by=keeper, now=moment("2024-09-06", 11))
    assert accept_month(ZHUJIAJIAO, "2024-08", by=district, now=moment("2024-09-07")) is not None
    assert accept_month(ZHUJIAJIAO, "2024-08", by=district, now=moment("2024-09-07", 11)) is None
    assert states() == {1: MonthState.RETURNED, 2: MonthState.ACCEPTED}
    steps = chronicle_of(ZHUJIAJIAO, "2024-08")
    assert [(step.label, step.version, step.by, step.reason) for step in steps] == [
        ("锁定月报", 1, "小赵", ""), ("报送月报", 1, "小赵", ""), ("退回月报", 1, "民政局老何", "漏报"),
        ("锁定月报", 2, "小赵", ""), ("报送月报", 2, "小赵", ""), ("接收月报", 2, "民政局老何", ""),
    ]
    assert state_by_acts(steps) == states()
    assert broken_link() is None


def test_a_month_with_nobody_is_reported_too(cast: Cast) -> None:
    empty = close_month(JINZE, "2024-08", by=None, now=moment("2024-09-03")).month
    assert sum(empty.counts.values()) == 0
    assert report_month(JINZE, "2024-08", by=None, now=moment("2024-09-03")) == empty


def test_supplements_are_numbered_chained_and_list_each_difference_once(month: Month, cast: Cast) -> None:
    before = export_month(ZHUJIAJIAO, "2024-08", made_by="小赵", now=moment("2024-09-03"))
    assert issue_supplement(month, unissued_in(month), by=None, now=moment("2024-09-09"), reason="x") is None
    visit(A, "2024-08-28", received=moment("2024-09-09"), plan="每周上门一次，联系志愿者。")
    with transaction.atomic():
        first = issue_supplement(month, unissued_in(month), by=cast.ledger.pk, now=moment("2024-09-10"), reason="补")
    assert first is not None and (first.number, first.prev, first.count) == (1, month.checksum, 1)
    assert unissued_in(month) == [] and len(late_in(month)) == 1
    screen(B, "2024-08-29", cast.villages[0], received=moment("2024-09-11"), **OTHER)
    visit(A, "2024-08-30", received=moment("2024-09-11"), addr="周荡村 14 号")
    assert [(d.what, d.household) for d in unissued_in(month)] == [(Late.CHANGED, A), (Late.ADDED, B)]
    with transaction.atomic():
        second = issue_supplement(month, unissued_in(month), by=None, now=moment("2024-09-12"), reason="再补")
    assert second is not None and (second.number, second.prev) == (2, first.checksum)
    (address, added) = differences_of(second)
    assert [heading for heading, _, _ in address.cells] == ["家庭住址"], "the plan is in the first already"
    assert added.before is None
    assert supplement_checksum(month, 2, second.prev, [address, added]) == second.checksum
    assert {line.household for line in reported_lines(month)} == {A, B}
    after = export_month(ZHUJIAJIAO, "2024-08", made_by="小赵", now=moment("2024-09-20"))
    assert after.data == before.data, "nothing is slipped in"
    assert [step.number for step in chronicle_of(ZHUJIAJIAO, "2024-08")] == [0, 1, 2]
