"""What was given along a referral adds up: sent by phones, read on every page and in every file."""

import csv
import io
import re
from collections.abc import Callable
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import localdate
from openpyxl import load_workbook

from server.accounts.models import User
from server.demo.phone import Phone
from server.support.models import Referral, Resource
from sync.keys import issue_key
from sync.kinds import State
from sync.models import Submission
from tests.cast import ZHUJIAJIAO
from tests.desk.conftest import ANSWERS, Town
from tests.desk.told import tell, written
from tests.sync.house import ClientLine

Sit = Callable[[User], Client]
FAMILY = "55555555-0000-4000-8000-000000000001"
REFERRAL = "66666666-0000-4000-8000-000000000001"
OPENED = {"hh_id": FAMILY, "hh_kept": FAMILY, "kind_eff": "policy", "target_text": "临时救助", "target": "临时救助"}
MONEY = {"state": "linked", "aid_kind": "money", "payer": "社区基金会"}


class Wire:
    """Somebody's phone at the door, and a family in relief that it registered."""

    def __init__(self, town: Town) -> None:
        self.town, self.who = town, town.cast.gu
        token = issue_key(self.who.pk, label="", by=None, now=town.now).token
        self.base = f"/key/{token}"
        self.phone = Phone(f"http://testserver{self.base}", ClientLine())
        self.today = localdate().isoformat()
        told = {**ANSWERS, "village": town.cast.villages[0], "rep_name": "周阿婆", "id_type": "none", "id_no": "",
                "phone": "13600001111", "in_relief": "in", "programme": "dibao", "admit_on": "2022-05-01"}
        tell(self.who, "screening", told, now=town.now, entity=FAMILY, create=True)

    def post(self, name: str, more: dict[str, str], *, create: bool = False, edits: str = "",
             again: bool = False) -> Submission:
        """A referral's form goes through the door (``again``: twice); what is kept of it."""
        answers = {**MONEY, "linked_on": self.today, "acted_on": self.today, "aid_on": self.today,
                   **(OPENED if create else {"seen_hh": FAMILY, "hh_id": FAMILY, "ref": REFERRAL}), **more}
        xml = written("referral", answers, now=self.town.now, entity=REFERRAL, create=create,
                      edits=f"uuid:{edits}" if edits else "", instance=f"uuid:{name}")
        assert self.phone.send(xml, twice=again).is_sent
        kept = Submission.objects.get(instance_id=f"uuid:{name}")
        assert kept.state == State.APPLIED, kept.trouble
        return kept

    def get(self, path: str) -> str:
        answer = Client().get(f"{self.base}/{path}")
        assert answer.status_code == 200, path
        return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()


@pytest.fixture
def wire(town: Town) -> Wire:
    return Wire(town)


def shown(sit: Sit, who: User) -> list[str]:
    """The referral card of the family's page, in words."""
    page = sit(who).get(f"/households/{FAMILY}").content.decode()
    card = page.split("政策与资源衔接", 1)[1].split("</section>", 1)[0]
    return unescape(re.sub(r"<[^>]+>", " ", card)).split()


def told(sit: Sit, who: User) -> dict[str, Any]:
    """The referral as other systems read it."""
    (one,) = sit(who).get(f"/api/households/{FAMILY}").json()["referrals"]
    return one


def amount() -> Decimal | None:
    return Referral.objects.get(pk=REFERRAL).amount


def judge(sit: Sit, town: Town, said: Submission, verdict: str) -> None:
    answer = sit(town.cast.wang).post(f"/submissions/{said.pk}/judge", {"verdict": verdict, "reason": "核对过"})
    assert answer.status_code == 302


def test_two_hundred_and_three_hundred_are_five_hundred(town: Town, sit: Sit, wire: Wire) -> None:
    first = wire.post("first", {"amount": "200"}, create=True)
    second = wire.post("second", {"amount": "300.0"})
    assert amount() == 500
    card = shown(sit, town.cast.wang)
    assert "500元" in " ".join(card)
    assert {"200元", "300元", "顾问小吴", wire.today, "社区基金会"} <= {*card}, "the parts of the sum"
    page = sit(town.cast.wang).get(f"/households/{FAMILY}").content.decode()
    assert all(f"/submissions/{said.pk}" in page for said in (first, second)), "each opens its source"
    one = told(sit, town.cast.wang)
    assert (one["amount"], one["sessions"], one["goods"]) == ("500.00", None, 0)
    assert [(part["amount"], part["on"], part["by"], part["instance_id"]) for part in one["given"]] == [
        ("200.00", wire.today, "顾问小吴", "uuid:first"), ("300.00", wire.today, "顾问小吴", "uuid:second"),
    ]  # fmt: skip
    month = f"/ledgers/{ZHUJIAJIAO}/{wire.today[:7]}"
    cell = "临时救助（累计500元）"
    assert cell in sit(town.cast.wang).get(f"{month}?t=3").content.decode()
    assert cell in str(sit(town.cast.wang).get(f"/api{month}/3").json())
    book = load_workbook(io.BytesIO(sit(town.cast.wang).post(f"{month}/file", {"reason": "核对"}).content))
    printed = {str(c.value).strip() for sheet in book for row in sheet.iter_rows() for c in row if c.value}
    assert cell in printed
    plain = sit(town.cast.wang).post(f"{month}/file", {"reason": "核对", "table": "3", "format": "csv"}).content
    assert cell in plain.decode()
    assert "500" not in wire.get("lists/referrals.csv"), "no phone carries what was given"


def test_sent_twice_is_once(wire: Wire) -> None:
    wire.post("first", {"amount": "200"}, create=True, again=True)
    wire.post("second", {"amount": "300"}, again=True)
    wire.post("second", {"amount": "300"})
    assert amount() == 500


def test_another_text_under_the_same_number_adds_nothing(wire: Wire) -> None:
    wire.post("first", {"amount": "200"}, create=True)
    wire.phone.send(written("referral", {**OPENED, **MONEY, "amount": "9999"}, now=wire.town.now, entity=REFERRAL,
                            create=True, instance="uuid:first"))
    assert amount() == 200


def test_an_edit_replaces_its_own_part(town: Town, sit: Sit, wire: Wire) -> None:
    wire.post("first", {"amount": "200"}, create=True)
    wire.post("second", {"amount": "300"})
    wire.post("first-mended", {"amount": "250"}, create=True, edits="first")
    assert amount() == 550
    assert {"250元", "300元"} <= {*shown(sit, town.cast.wang)}
    assert "200元" not in shown(sit, town.cast.wang)
    wire.post("second-mended", {"aid_kind": "service", "sessions": "3"}, edits="second")
    one = told(sit, town.cast.wang)
    assert (one["amount"], one["sessions"]) == ("250.00", 3)


def test_what_is_returned_or_void_is_taken_away_and_comes_back(town: Town, sit: Sit, wire: Wire) -> None:
    wire.post("first", {"amount": "200"}, create=True)
    second, third = wire.post("second", {"amount": "300"}), wire.post("third", {"amount": "7"})
    judge(sit, town, second, "void")
    assert amount() == 207
    judge(sit, town, third, "return")
    assert amount() == 200
    judge(sit, town, second, "unvoid")
    judge(sit, town, third, "approve")
    assert amount() == 507
    wire.post("second-mended", {"amount": "30"}, edits="second")
    assert amount() == 237


def test_the_desk_mends_one_part(town: Town, sit: Sit, wire: Wire) -> None:
    first = wire.post("first", {"amount": "2000"}, create=True)
    wire.post("second", {"amount": "300"})
    wang = sit(town.cast.wang)
    page = wang.get(f"/submissions/{first.pk}").content.decode()
    assert "本次发放" in page
    change = {"fact": "amount", "value": "200.50", "reason": "收据上是 200.50"}
    assert wang.post(f"/submissions/{first.pk}/correct", change).status_code == 302
    assert amount() == Decimal("500.50")
    assert {"200.5元", "300元", "已更正"} <= {*shown(sit, town.cast.wang)}
    # An edit that says what was said before is no new word; one that says something else is.
    wire.post("first-again", {"amount": "2000"}, create=True, edits="first")
    assert amount() == Decimal("500.50")
    wire.post("first-anew", {"amount": "100"}, create=True, edits="first-again")
    assert amount() == 400


@pytest.mark.parametrize(("fact", "value"), [("amount", ""), ("amount", "-1"), ("amount", "1e3"), ("amount", "二百"),
                                             ("amount", "0.001"), ("amount", "1000001"), ("sessions", "1.5"),
                                             ("sessions", "1000"), ("goods", " ")])
def test_no_correction_that_is_no_number(town: Town, sit: Sit, wire: Wire, fact: str, value: str) -> None:
    first = wire.post("first", {"amount": "200", "sessions": "2", "goods": "大米"}, create=True)
    answer = sit(town.cast.wang).post(f"/submissions/{first.pk}/correct",
                                      {"fact": fact, "value": value, "reason": "x"}, follow=True)
    assert "没有保存" in answer.content.decode()
    one = told(sit, town.cast.wang)
    assert (one["amount"], one["sessions"], one["goods"]) == ("200.00", 2, 1)


def test_who_may_not_approve_may_not_mend(town: Town, sit: Sit, wire: Wire) -> None:
    first = wire.post("first", {"amount": "200"}, create=True)
    change = {"fact": "amount", "value": "9", "reason": "x"}
    for who in (town.cast.gu, town.cast.li, town.cast.ledger, town.cast.xu, town.cast.partner):
        assert sit(who).post(f"/submissions/{first.pk}/correct", change).status_code in (403, 404)
    assert sit(town.cast.wang).post(f"/submissions/{first.pk}/correct", {**change, "reason": ""}).status_code == 302
    assert amount() == 200


def test_fen_are_exact(wire: Wire) -> None:
    wire.post("first", {"amount": "0.1"}, create=True)
    wire.post("second", {"amount": "0.2"})
    wire.post("third", {"amount": "999999.99"})
    assert amount() == Decimal("1000000.29")


@pytest.mark.parametrize("said", ["二百", "-5", "0", "NaN", "inf", "1e5", "1_000", "1,000", "２００", "200.005",
                                  "1000001", "9" * 4000, "0." + "1" * 4000])
def test_what_is_no_amount_is_flagged_and_adds_nothing(town: Town, sit: Sit, wire: Wire, said: str) -> None:
    wire.post("first", {"amount": "200"}, create=True)
    odd = wire.post("odd", {"amount": said})
    assert amount() == 200, "what stood before stands"
    page = sit(town.cast.wang).get(f"/submissions/{odd.pk}").content.decode()
    assert "金额无法识别" in page
    assert "金额无法识别" in sit(town.cast.wang).get("/submissions").content.decode()
    assert "金额无法识别" in " ".join(shown(sit, town.cast.wang))
    part = told(sit, town.cast.wang)["given"][1]
    assert (part["amount"], part["unreadable"]) == (None, ["amount"])
    sit(town.cast.wang).post(f"/submissions/{odd.pk}/correct", {"fact": "amount", "value": "20", "reason": "问过了"})
    assert amount() == 220
    assert "金额无法识别" not in sit(town.cast.wang).get(f"/submissions/{odd.pk}").content.decode()


def test_goods_are_listed_and_never_run_together(town: Town, sit: Sit, wire: Wire) -> None:
    wire.post("first", {"aid_kind": "goods", "goods": "大米两袋"}, create=True)
    wire.post("second", {"aid_kind": "goods", "goods": "棉被一条"})
    card = shown(sit, town.cast.wang)
    assert {"大米两袋", "棉被一条"} <= {*card}
    assert "物资2次" in " ".join(card)
    one = told(sit, town.cast.wang)
    assert (one["goods"], [part["goods"] for part in one["given"]]) == (2, ["大米两袋", "棉被一条"])


def test_what_was_agreed_afterwards_leaves_the_sum_alone(wire: Wire) -> None:
    """A step without money says nothing about money."""
    wire.post("first", {"amount": "200"}, create=True)
    wire.post("second", {"aid_kind": "none", "state": "done", "outcome": "better"})
    assert (amount(), Referral.objects.get(pk=REFERRAL).state) == (200, "done")


def test_who_reads_only_the_schedule_reads_no_sums(town: Town, sit: Sit, wire: Wire) -> None:
    wire.post("first", {"amount": "200"}, create=True)
    li = sit(town.cast.li)
    assert "200元" not in li.get(f"/households/{FAMILY}").content.decode()
    assert li.get(f"/api/households/{FAMILY}").json().get("referrals") == []
    assert sit(town.cast.xu).get(f"/households/{FAMILY}").status_code == 404


def test_nobody_uses_up_a_quota_by_claiming(town: Town, sit: Sit, wire: Wire) -> None:
    Resource.objects.create(code="beds", name="护理床", kind="foundation", quota=3)

    def left() -> str:
        rows = {row["name"]: row for row in csv.DictReader(io.StringIO(wire.get("media/resources.csv")))}
        return rows["beds"]["left"]

    assert left() == "3"
    claim = wire.post("claim", {"resource": "beds", "resource_kept": "beds"}, create=True)
    assert left() == "3", "somebody says so"
    judge(sit, town, claim, "approve")
    assert left() == "2"
    dropped = wire.post("dropped", {"state": "dropped"})
    assert left() == "2", "somebody says so"
    judge(sit, town, dropped, "approve")
    assert left() == "3"
    judge(sit, town, dropped, "void")
    assert left() == "2"
    judge(sit, town, claim, "void")
    assert left() == "3"
