"""The life of a month: open view, closing, what comes late, the next version."""

from datetime import date, datetime

import pytest
from django.db import transaction
from django.test import override_settings

from server.acts.kinds import ActKind
from server.acts.read import broken_link
from server.field.decide import decide
from server.households.kinds import ProposalKind
from server.ledgers.close import NOTHING_BEFORE, CannotClose, close_month
from server.ledgers.export import export_month
from server.ledgers.kinds import Late, LedgerKind, MonthState
from server.ledgers.late import late_in
from server.ledgers.models import ClosedLine, Month
from server.ledgers.read import closed_lines, month_view
from server.ledgers.reopen import reopen_month
from server.ledgers.values import Line
from server.ledgers.verify import Verified, verify_month
from server.support.models import Policy
from tests.cast import JINZE, ZHUJIAJIAO, Cast
from tests.ledgers.keep import accept, admitted, approve, correct, left, moment, refer, screen, visit
from tests.ledgers.samples import id_number

pytestmark = pytest.mark.django_db

A, B, C, D, E = (f"00000000-0000-4000-8000-0000000000{n:02d}" for n in range(10, 15))
CLOSING = moment("2024-09-03")
INTACT = Verified(is_intact=True, is_reproducible=True)


def person(name: str, number: int) -> dict[str, str]:
    """Somebody else than the registrant of ``BASE``."""
    return {"rep_name": name, "id_no": id_number(f"19{number}5010{number}", number), "phone": f"1380000000{number}"}


SUN = person("孙七", 5)


@pytest.fixture
def village(cast: Cast) -> str:
    """Four households of one 村居, one a table, as August ends."""
    Policy.objects.create(code="dibao", name="最低生活保障", kind="basic")
    Policy.objects.create(code="rent", name="廉租住房", kind="special", dept="other")
    home = cast.villages[0]
    in_relief, out = admitted("dibao", "2018-03-01", "month"), left("dibao", "2024-07-15")
    with transaction.atomic():
        screen(A, "2024-08-02", home)
        screen(B, "2024-08-03", home, **person("李秀英", 2), may_qualify="no")
        screen(C, "2024-08-04", home, **person("王五", 3), relief=(in_relief,), applied="in", overlay=["rent"])
        screen(D, "2024-08-05", home, **person("赵六", 4), relief=(in_relief, out), applied="ended", overlay=["rent"])
        refer("ref-1", C, "2024-08-06", state="linked", linked_on="2024-08-06", policy="rent")
    return home


def open_lines(month: str = "2024-08", town: str = ZHUJIAJIAO) -> dict[str, Line]:
    return {line.household: line for lines in month_view(town, month).lines.values() for line in lines}


def close(month: str = "2024-08", at: datetime = CLOSING, town: str = ZHUJIAJIAO) -> Month:
    return close_month(town, month, by=None, now=at).month


def assign(household: str, village: str, since: str) -> None:
    """Decided on 4 September: it lives elsewhere since a day."""
    since_day = date.fromisoformat(since)
    decide(ActKind.ASSIGN, household, by=None, now=moment("2024-09-04"), since=since_day, value={"village": village})


def test_an_open_month_is_a_view(village: str) -> None:
    view = month_view(ZHUJIAJIAO, "2024-08")
    assert view.is_open and view.waiting == 0 and view.doubts == () and view.town_name == "朱家角镇"
    assert {kind: [line.household for line in lines] for kind, lines in view.lines.items()} == dict(
        zip(LedgerKind, [[A], [B], [C], [D]], strict=True)
    )
    lines = open_lines()
    assert lines[A].value("policies") == "最低生活保障"
    assert lines[A].value("consultant") == "顾问小吴"
    assert (lines[C].value("links"), lines[C].value("linked")) == ("廉租住房", "2024.08.06")
    assert lines[C].value("admitted") == "2018.03"
    ended = [lines[D].value(key) for key in ("admitted", "ended", "overlay")]
    assert ended == ["2018.03", "2024.07.15", "廉租住房"]
    assert not any(line.is_pending for line in lines.values())
    assert open_lines("2024-07") == {}  # nobody was in care yet
    assert open_lines(town=JINZE) == {}


def test_what_waits_for_review_is_marked(village: str) -> None:
    visit(A, "2024-08-20", approved=False, plan="新的处理方案。")
    screen(E, "2024-08-21", village, **SUN, approved=False)
    view, lines = month_view(ZHUJIAJIAO, "2024-08"), open_lines()
    assert view.waiting == 2
    assert [key for key, cell in lines[A].cells.items() if cell.pending] == ["plan"]
    assert lines[A].value("plan") == "新的处理方案。"
    assert all(cell.pending for cell in lines[E].cells.values())
    assert not lines[B].is_pending


def test_closing_stands_on_what_is_approved(village: str) -> None:
    late = visit(A, "2024-08-20", approved=False, plan="新的处理方案。")
    screen(E, "2024-08-21", village, **SUN, approved=False)
    closed = close()
    lines = {line.household: line for line in closed_lines(closed)}
    assert set(lines) == {A, B, C, D}
    assert lines[A].value("plan") != "新的处理方案。"
    assert closed.counts == {"1": 1, "2": 1, "3": 1, "4": 1}
    assert late_in(closed) == []
    approve(late, moment("2024-09-05"))
    (difference,) = late_in(closed)
    assert (difference.what, difference.household) == (Late.CHANGED, A)
    assert difference.cells == (("处理方案", lines[A].value("plan"), "新的处理方案。"),)


def test_twice_is_once(village: str) -> None:
    first = close_month(ZHUJIAJIAO, "2024-08", by=None, now=CLOSING)
    again = close_month(ZHUJIAJIAO, "2024-08", by=None, now=moment("2024-09-09"))
    assert (first.is_new, again.is_new) == (True, False)
    assert again.month == first.month
    assert Month.objects.count() == 1 and ClosedLine.objects.count() == 4


def test_a_month_that_is_not_over_stays_open(village: str) -> None:
    with pytest.raises(CannotClose) as refused:
        close(at=moment("2024-08-31", 23))
    assert "2024-08-31" in refused.value.sentence
    assert close(at=moment("2024-09-01", 0)).state == MonthState.LOCKED


def test_months_are_chained(village: str) -> None:
    august = close()
    september = close("2024-09", moment("2024-10-03"))
    assert august.prev == NOTHING_BEFORE
    assert september.prev == august.checksum != september.checksum
    assert broken_link() is None  # the closings are acts


def test_a_closed_month_does_not_move(village: str) -> None:
    """Late phones, exits, deaths: the file stays, the supplement says exactly what would differ."""
    closed = close()
    before = export_month(ZHUJIAJIAO, "2024-08", made_by="小赵", now=CLOSING)
    at = moment("2024-09-10")
    visit(B, "2024-08-28", received=at, difficulty="房屋漏水，无力修缮。")  # seen in August, sent in September
    visit(A, "2024-09-08", income_pc=3000)  # seen in September: no business of August
    accept(C, ProposalKind.EXIT, "2024-08-20", at=at, programme="dibao")
    accept(D, ProposalKind.DEAD, "2024-08-30", at=at)
    screen(E, "2024-08-30", village, received=at, **SUN)
    after = export_month(ZHUJIAJIAO, "2024-08", made_by="别人", now=moment("2024-09-20"))
    assert after.content == before.content
    assert [(d.what, d.household) for d in late_in(closed)] == [
        (Late.CHANGED, B), (Late.MOVED, C), (Late.GONE, D), (Late.ADDED, E),
    ]
    assert late_in(closed)[0].cells[0][0] == "家庭主要困难需求"
    assert verify_month(closed) == INTACT


def test_an_id_number_supplied_later_is_a_late_difference(village: str, cast: Cast) -> None:
    instance = screen(E, "2024-08-30", village, **{**SUN, "id_no": None})
    closed = close()
    correct(instance, "id_no", id_number("19900909", 1), moment("2024-09-11"))
    (difference,) = late_in(closed)
    assert [heading for heading, _, _ in difference.cells] == ["性别", "身份证", "年龄"]


def test_a_correction_since_september_leaves_august_alone(village: str) -> None:
    instance = visit(A, "2024-08-20", income_pc=900)
    closed = close()
    correct(instance, "income_pc", 2000, moment("2024-09-11"))
    assert [d.what for d in late_in(closed)] == [Late.CHANGED]
    assert verify_month(closed) == INTACT


def test_verifying_finds_what_was_tampered_with(village: str) -> None:
    closed = close()
    ClosedLine.objects.filter(month=closed, kind="2").delete()
    assert verify_month(closed) == Verified(is_intact=False, is_reproducible=True)


def test_a_household_belongs_to_one_town_a_month(village: str, cast: Cast) -> None:
    august = close()
    # Learned after the closing: since mid-August the household lives in 金泽镇.
    assign(A, cast.away[0], "2024-08-15")
    other = close(town=JINZE, at=moment("2024-09-05"))
    assert closed_lines(other) == []
    assert [(d.what, d.household) for d in late_in(august)] == [(Late.GONE, A)]
    assert [(d.what, d.household) for d in late_in(other)] == [(Late.ADDED, A)]
    assert verify_month(august) == verify_month(other) == INTACT
    assert set(open_lines("2024-09", JINZE)) == {A}
    assert set(open_lines("2024-09")) == {B, C, D}


def test_moving_in_september_leaves_august_where_it_was(village: str, cast: Cast) -> None:
    assign(A, cast.away[0], "2024-09-02")
    assert set(open_lines()) == {A, B, C, D}
    assert open_lines(town=JINZE) == {}
    assert set(open_lines("2024-09", JINZE)) == {A}


def test_merging_afterwards_shows_one_line_less(village: str) -> None:
    closed = close()
    decide(ActKind.MERGE, A, by=None, now=moment("2024-09-06"), other=B)
    assert [(d.what, d.household) for d in late_in(closed)] == [(Late.MOVED, A), (Late.GONE, B)]
    assert verify_month(closed) == INTACT


def test_reopened_it_becomes_the_next_version(village: str) -> None:
    first = close()
    visit(A, "2024-08-29", received=moment("2024-09-04"), plan="改过的方案。")
    assert reopen_month(ZHUJIAJIAO, "2024-08", by=None, now=moment("2024-09-06"), reason="表二有误") == first
    assert reopen_month(ZHUJIAJIAO, "2024-08", by=None, now=moment("2024-09-06"), reason="再退") is None
    assert month_view(ZHUJIAJIAO, "2024-08").is_open
    second = close(at=moment("2024-09-07"))
    assert (second.version, second.checksum == first.checksum) == (2, False)
    first.refresh_from_db()
    assert first.state == MonthState.RETURNED
    assert verify_month(first) == verify_month(second) == INTACT


def test_the_switch_is_frozen_with_the_month(village: str) -> None:
    screen(E, "2024-08-06", village, **SUN, applied="applying")
    assert open_lines()[E].kind == LedgerKind.TWO
    with override_settings(APPLYING_IN_TABLE_ONE=True):
        assert open_lines()[E].kind == LedgerKind.ONE
        closed = close()
    assert verify_month(closed) == INTACT
    assert late_in(closed) == []


def test_referrals_count_from_their_days(village: str) -> None:
    refer("ref-1", C, "2024-09-09", creates=False, state="failed")
    refer("ref-2", C, "2024-09-10", state="suggested", target_text="桥计划")
    refer("ref-3", C, "2024-08-10", approved=False, state="suggested", target_text="社区基金会")
    line = open_lines()[C]
    assert (line.value("links"), line.value("linked")) == ("廉租住房\n社区基金会", "2024.08.06\n")
    assert line.cells["links"].pending
    assert open_lines("2024-09")[C].value("links") == "社区基金会\n桥计划"
    assert {line.household: line for line in closed_lines(close())}[C].value("links") == "廉租住房"


def test_renaming_a_policy_changes_no_closed_month(village: str) -> None:
    closed = close()
    Policy.objects.filter(code="dibao").update(name="城乡低保")
    assert late_in(closed) == []
    assert open_lines("2024-09")[A].value("policies") == "城乡低保"


def test_lines_are_sealed(village: str) -> None:
    close()
    for line in ClosedLine.objects.all():
        assert "张建国".encode() not in bytes(line.sealed) and b"319999" not in bytes(line.sealed)
