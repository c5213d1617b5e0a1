"""What a phone may send that no form would let through: kept, told at the desk, and never a fault or a slow server."""

import time
from collections.abc import Callable
from io import BytesIO

import pytest
from django.test import Client
from openpyxl import load_workbook

from server.accounts.models import User
from server.households.models import Household
from sync.kinds import State
from tests.cast import ZHUJIAJIAO
from tests.desk.conftest import HOUSE, Town
from tests.desk.told import tell

NEW = "44444444-0000-4000-8000-000000000001"


@pytest.mark.parametrize("number", ["nan", "inf", "-inf", "1e400", "1e308", "9" * 5000, "0x10", "９９"])
def test_numbers_that_are_none(town: Town, number: str) -> None:
    said = tell(town.cast.gu, "screening", {"village": town.cast.villages[0], "rep_name": "数", "members_n": number,
                                            "income_pc": number}, now=town.now, entity=NEW, create=True)
    assert said.state == State.APPLIED, said.trouble


@pytest.mark.parametrize("day", ["0000-01-01", "0001-01-01", "9999-12-31", "2026-13-45", "²026-01-01"])
def test_days_of_another_age(town: Town, day: str) -> None:
    said = {"in_relief": "ended", "programme": "dibao", "admit_on": day, "end_on": day, "visit_on": day, "next_on": day,
            "start": f"{day}T00:00:00.000+08:00", "end": f"{day}T00:00:00.000+08:00", "birth_q": day}
    first = tell(town.cast.gu, "screening", {**said, "village": town.cast.villages[0], "rep_name": "日"}, now=town.now,
                 entity=NEW, create=True)
    visit = tell(town.cast.gu, "visit", {**said, "result": "met_person"}, now=town.now, entity=HOUSE)
    assert (first.state, visit.state) == (State.APPLIED, State.APPLIED), (first.trouble, visit.trouble)


def test_a_family_of_thousands_does_not_hold_the_server(town: Town) -> None:
    rows = {"member": [{"m_name": f"众{n}"} for n in range(5000)]}
    began = time.monotonic()
    said = tell(town.cast.gu, "screening", {"village": town.cast.villages[0], "rep_name": "众"}, now=town.now,
                entity=NEW, create=True, rows=rows)
    assert said.state == State.PARKED and said.next_try_at is None and "成员" in said.trouble
    assert time.monotonic() - began < 10
    assert not Household.objects.filter(pk=NEW).exists()


def test_a_book_is_not_served_to_the_whole_village(town: Town) -> None:
    said = tell(town.cast.gu, "visit", {"result": "met_person", "plan": "字" * 5001}, now=town.now, entity=HOUSE)
    assert said.state == State.PARKED and said.next_try_at is None and "5000" in said.trouble


def test_what_cannot_be_read_is_not_tried_for_ever(town: Town) -> None:
    said = tell(town.cast.gu, "screening", {"village": town.cast.villages[0], "plan": "字" * 1_100_000}, now=town.now,
                entity=NEW, create=True)
    assert said.state == State.PARKED and said.next_try_at is None and "过大" in said.trouble


def test_a_trouble_repeats_no_answer(town: Town) -> None:
    said = tell(town.cast.gu, "visit", {"result": "张三丰13800001234"}, now=town.now, entity=HOUSE)
    assert said.state == State.PARKED
    assert "张三丰" not in said.trouble and "1380000" not in said.trouble


def test_no_submission_breaks_the_tables_of_a_town(town: Town, sit: Callable[[User], Client]) -> None:
    """What one phone sends stands among the lines of a whole 街镇: it must be printable, whatever it is."""
    said = {"village": town.cast.villages[0], "rep_name": "=1+1", "members_n": "9" * 4900, "income_pc": "9" * 4900,
            "in_relief": "in", "programme": "nobody:knows dibao <b>", "insur": "x y", "needs": "\u202e", "plan": "@x",
            "policy_minzheng": "none such", "overlay": "none such", "phone": "+1", "id_type": "x", "id_no": "-1"}
    first = tell(town.cast.gu, "screening", said, now=town.now, entity=NEW, create=True)
    tell(town.cast.gu, "visit", {**said, "result": "met_person", "in_relief": "ended", "end_on": "2024-01-01"},
         now=town.now, entity=NEW)
    aid = tell(town.cast.gu, "referral", {"hh_id": NEW, "amount": "inf", "kind": "x", "state": "linked",
                                          "linked_on": "9999-12-31", "policy": "none such"},
               now=town.now, entity=NEW[:-1] + "9", create=True)
    assert (first.state, aid.state) == (State.APPLIED, State.APPLIED), (first.trouble, aid.trouble)
    wang, month = sit(town.cast.wang), f"/ledgers/{ZHUJIAJIAO}/{town.now:%Y-%m}"
    for page in (*(f"{month}?t={table}" for table in "1234"), f"/households/{NEW}", "/households", "/",
                 "/due?state=all", f"/submissions/{first.pk}", f"/submissions/{aid.pk}", f"/api{month}/3",
                 f"/api/households/{NEW}"):
        assert wang.get(page).status_code == 200, page
    assert wang.post(f"/households/{NEW}/full").status_code == 200
    answer = wang.post(f"{month}/file", {"reason": "核对"})
    assert answer.status_code == 200
    book = load_workbook(BytesIO(answer.content))
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


@pytest.mark.parametrize("entity", ["../../x?y#z", "a/b", " ", "é", "x" * 201, "a b", "a,b"])
def test_an_id_that_no_address_can_hold_is_told_at_the_desk(town: Town, sit: Callable[[User], Client],
                                                            entity: str) -> None:
    said = tell(town.cast.gu, "screening", {"village": town.cast.villages[0], "rep_name": "斜"}, now=town.now,
                entity=entity, create=True)
    lead = tell(town.cast.gu, "lead", {"village": town.cast.villages[0], "rep_name": "斜", "seen": "x", "hh": entity,
                                       "hh_kept": entity, "source": "s" * 300}, now=town.now, entity=NEW, create=True)
    assert (said.state, said.next_try_at, lead.state) == (State.PARKED, None, State.APPLIED)
    for page in ("/households", "/leads", "/troubles", f"/submissions/{lead.pk}"):
        assert sit(town.cast.wang).get(page).status_code == 200


@pytest.mark.parametrize("village", ["x" * 500, "%", "310118102", "３１０１１８１０２００１", "310118102001 "])
def test_a_village_that_is_none_is_not_said(town: Town, sit: Callable[[User], Client], village: str) -> None:
    said = tell(town.cast.gu, "screening", {"village": village, "rep_name": "村"}, now=town.now, entity=NEW,
                create=True)
    assert said.state == State.APPLIED, said.trouble
    assert Household.objects.get(pk=NEW).village in ("", town.cast.villages[0], village.strip())
    wang, bureau = sit(town.cast.wang), sit(town.cast.bureau)
    for person in (wang, bureau):
        for page in ("households", "due", "submissions", "api/households"):
            assert person.get(f"/{page}?village={village}&tab=all&state=all").status_code in (200, 400)
        assert person.get("/due?village=310118102x").status_code == 200
