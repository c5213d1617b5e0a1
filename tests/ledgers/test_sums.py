"""What was given, in a month's table: open, closed, and what arrives when it is closed."""

import pytest

from server.ledgers.close import close_month
from server.ledgers.kinds import LedgerKind
from server.ledgers.late import late_in
from server.ledgers.lines import lines_for
from server.ledgers.read import month_view
from server.ledgers.values import Link
from server.ledgers.verify import verify_month
from tests.cast import ZHUJIAJIAO, Cast
from tests.ledgers.keep import admitted, approve, correct, moment, refer, screen
from tests.ledgers.samples import id_number
from tests.ledgers.test_lines import DAY, DIBAO, NAMES, held, household

pytestmark = pytest.mark.django_db

HOUSE = "00000000-0000-4000-8000-000000000901"
REF = "00000000-0000-4000-8000-0000000009a1"
ABOUT = {"state": "linked", "linked_on": "2024-08-06", "target_text": "临时救助"}


@pytest.fixture
def house(cast: Cast) -> str:
    screen(HOUSE, "2024-08-02", cast.villages[0], relief=(admitted("dibao", "2018-03-01"),), rep_name="某某甲",
           id_no=id_number("19400501", 1), phone="13800000001")
    return HOUSE


def given(on: str, amount: object, *, creates: bool = False, approved: bool = True, **more: object) -> str:
    about = ABOUT if creates else {}
    return refer(REF, HOUSE, on, creates=creates, approved=approved, amount=amount, **about, **more)


def cell(month: str) -> object:
    (line,) = month_view(ZHUJIAJIAO, month).lines[LedgerKind.THREE]
    return line.value("links")


def test_a_month_knows_what_was_given_by_its_last_day(house: str) -> None:
    given("2024-08-06", "200", creates=True)
    given("2024-08-31", "300")
    given("2024-09-01", "0.5")
    assert (cell("2024-08"), cell("2024-09")) == ("临时救助（累计500元）", "临时救助（累计500.5元）")


def test_a_closed_month_stands_on_what_was_approved(house: str) -> None:
    given("2024-08-06", "200", creates=True)
    waiting = given("2024-08-20", "300", approved=False)
    assert cell("2024-08") == "临时救助（累计500元）", "open: whatever counts"
    view = month_view(ZHUJIAJIAO, "2024-08")
    assert view.waits == (HOUSE,), "and marked as waiting"
    (line,) = view.lines[LedgerKind.THREE]
    assert line.cells["links"].pending
    closed = close_month(ZHUJIAJIAO, "2024-08", by=None, now=moment("2024-09-03")).month
    assert cell("2024-08") == "临时救助（累计200元）", "closed: what was approved"
    approve(waiting, moment("2024-09-10"))
    assert cell("2024-08") == "临时救助（累计200元）", "never slipped in"
    assert "临时救助（累计500元）" in str(late_in(closed)), "but told of as 补报"
    checked = verify_month(closed)
    assert (checked.is_intact, checked.is_reproducible) == (True, True)


def test_a_correction_after_the_closing_is_told_of(house: str) -> None:
    first = given("2024-08-06", "2000", creates=True)
    given("2024-08-20", "300")
    closed = close_month(ZHUJIAJIAO, "2024-08", by=None, now=moment("2024-09-03")).month
    correct(first, "amount", "200", moment("2024-09-05"))
    assert cell("2024-08") == "临时救助（累计2300元）"
    assert "临时救助（累计500元）" in str(late_in(closed))
    assert cell("2024-09") == "临时救助（累计500元）"


def test_goods_and_services_are_counted(house: str) -> None:
    given("2024-08-06", "200", creates=True, goods="大米两袋\n、油")
    given("2024-08-07", "", sessions="3")
    given("2024-08-08", None, goods="棉被")
    assert cell("2024-08") == "临时救助（累计200元，服务3次，物资2次）"


def test_our_own_table_that_came_back_is_not_said_twice() -> None:
    """A table with a sum is brought in again; what it told of is the same help, whatever its sum was then."""
    told = held(["2024-05-12 临时救助（累计200元）", "2024-04-02 桥计划（累计服务1次）"])
    links = (Link("临时救助", DAY, "r", "500元"),)
    (line,) = lines_for(household(DIBAO, links_told=told, suggest="桥计划"), DAY, NAMES, links=links)
    assert str(line.value("links")).split("\n") == ["桥计划（累计服务1次）", "临时救助（累计500元）"]
