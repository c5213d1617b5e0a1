"""What whoever keeps the ledger rules: a household left out of a month, a further 对象 with a line of their own."""

from datetime import date

import pytest

from server.households.kinds import ProposalKind
from server.ledgers.close import close_month
from server.ledgers.kinds import Late, LedgerKind
from server.ledgers.late import late_in
from server.ledgers.read import closed_lines, month_view
from server.ledgers.rule_on import leave_out, list_person, take_in, unlist_person
from server.ledgers.values import Line
from server.ledgers.verify import Verified, verify_month
from tests.cast import ZHUJIAJIAO, Cast
from tests.ledgers.keep import accept, admitted, moment, screen
from tests.ledgers.samples import id_number

pytestmark = pytest.mark.django_db

A, B = (f"00000000-0000-4000-8000-0000000002{n:02d}" for n in (1, 2))
GRANDMOTHER = id_number("19400505", 8)
INTACT = Verified(is_intact=True, is_reproducible=True)


@pytest.fixture
def village(cast: Cast) -> str:
    home = cast.villages[0]
    screen(A, "2024-08-02", home, relief=(admitted("dibao", "2018-03-01", "month"),), applied="in")
    screen(B, "2024-08-03", home, rep_name="李秀英", id_no=None, birth="1950-02-03", sex="female", phone="13800000022")
    return home


def lines(month: str = "2024-08") -> list[Line]:
    return [line for found in month_view(ZHUJIAJIAO, month).lines.values() for line in found]


def test_left_out_of_one_month_alone_and_taken_in_again(village: str) -> None:
    leave_out(B, "2024-08", by=None, now=moment("2024-09-01"), reason="八月已由市级单列")
    assert {line.household for line in lines()} == {A}
    assert {line.household for line in lines("2024-09")} == {A, B}
    closed = close_month(ZHUJIAJIAO, "2024-08", by=None, now=moment("2024-09-03")).month
    take_in(B, "2024-08", by=None, now=moment("2024-09-05"), reason="单列取消")
    assert [(d.what, d.household) for d in late_in(closed)] == [(Late.ADDED, B)]
    assert verify_month(closed) == INTACT


def test_left_out_after_the_closing_is_a_late_difference(village: str) -> None:
    closed = close_month(ZHUJIAJIAO, "2024-08", by=None, now=moment("2024-09-03")).month
    leave_out(A, "2024-08", by=None, now=moment("2024-09-05"), reason="重复")
    assert [(d.what, d.household) for d in late_in(closed)] == [(Late.GONE, A)]
    assert len(closed_lines(closed)) == 2 and verify_month(closed) == INTACT


def test_a_further_person_has_a_line_of_their_own(village: str, cast: Cast) -> None:
    listed = list_person(
        A, name="沈阿婆", id_no=GRANDMOTHER, programme="tekun", since=date(2020, 5, 6), by=cast.ledger.pk,
        now=moment("2024-08-20"), reason="单人特困",
    )
    first, second = [line for line in lines() if line.household == A]
    if first.part:
        first, second = second, first
    assert (first.part, second.part) == ("", str(listed.pk))
    assert (first.kind, second.kind) == (LedgerKind.THREE, LedgerKind.THREE)
    told = [second.value(key) for key in ("name", "sex", "id_no", "age", "programme", "admitted")]
    assert told == ["沈阿婆", "女", GRANDMOTHER, 84, "特困供养对象", "2020.05.06"]
    assert second.value("addr") == first.value("addr") and first.value("programme") == "低保家庭"
    closed = close_month(ZHUJIAJIAO, "2024-08", by=None, now=moment("2024-09-03")).month
    assert closed.counts["3"] == 2 and verify_month(closed) == INTACT

    # The family leaves relief in September; she does too: both stand in 表四.
    unlist_person(A, str(listed.pk), until=date(2024, 9, 10), by=None, now=moment("2024-09-11"), reason="终止")
    accept(A, ProposalKind.EXIT, "2024-09-10", at=moment("2024-09-11"), programme="dibao")
    in_september = [line for line in lines("2024-09") if line.household == A]
    assert {line.kind for line in in_september} == {LedgerKind.FOUR} and len(in_september) == 2
    assert next(line for line in in_september if line.part).value("ended") == "2024.09.10"
    assert verify_month(closed) == INTACT and late_in(closed) == []


def test_listed_by_mistake_is_as_if_never_listed(village: str) -> None:
    listed = list_person(
        A, name="沈阿婆", id_no=GRANDMOTHER, programme="tekun", since=date(2020, 5, 6), by=None,
        now=moment("2024-08-20"), reason="单人特困",
    )
    unlist_person(A, str(listed.pk), until=None, by=None, now=moment("2024-08-21"), reason="登记有误")
    assert [line.part for line in lines() if line.household == A] == [""]
