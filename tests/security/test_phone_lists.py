"""What a lost phone gives away: the columns of domain D.1 and no more; and how a returned submission shows on it."""

import csv
import io

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from server.acts.kinds import ActKind
from server.demo.phone import Phone
from server.field.decide import decide
from server.field.lists import PhoneLists
from server.field.names import ENTITY_LISTS
from sync.keys import issue_key
from sync.lists import list_rows
from sync.models import Attachment, PhoneRow, Submission
from tests.cast import Cast
from tests.desk.conftest import ANSWERS, ELSEWHERE, HOUSE, ID_NO, PICTURE, THIRD, Town
from tests.desk.told import publish, tell, written
from tests.sync.house import ClientLine

LEAD = "33333333-0000-4000-8000-000000000001"
REFERRAL = "44444444-0000-4000-8000-000000000001"
#: Domain D.1, and what the forms need beside it: the place of the row, the village's name, whether 告知 was given.
HOUSEHOLD = {
    "hh_code", "village", "town", "rep_name", "sex", "birth_year", "id_tail4", "members_n", "addr_short", "phone",
    "table_no", "status", "grade", "kind_due", "due_from", "due_to", "last_visit", "exit_date", "focus", "last_plan",
    "last_note",
}
BESIDE = {"as_of", "village_name", "told"}


def rows(cast: Cast, name: str, user: str = "gu") -> dict[str, dict[str, str]]:
    scopes = PhoneLists().scopes(getattr(cast, user), name, localdate())
    text = b"".join(list_rows(name, scopes, ENTITY_LISTS[name])).decode()
    return {row["name"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}


def test_columns_are_the_minimal_ones() -> None:
    assert set(ENTITY_LISTS["households"]) == HOUSEHOLD | BESIDE
    assert set(ENTITY_LISTS["leads"]) == {"village", "brief", "urgent", "reported_on", "due", "state"} | {
        "as_of", "village_name", "rep_name"}
    assert set(ENTITY_LISTS["referrals"]) == {"hh", "kind", "target", "state", "next_step", "opened_on"} | {
        "as_of", "hh_name", "village", "linked_on"}


def test_no_number_income_illness_or_member_is_on_a_phone(town: Town) -> None:
    family = [{"m_name": "张小二", "m_relation": "child", "m_id_no": "319999198001010018", "m_tags": "disabled"}]
    secret = {**ANSWERS, "village": town.cast.villages[0], "rep_name": "赵六", "id_no": "31999919500101002X",
              "phone": "13700001111", "income_pc": "1357.9", "health": "尿毒症", "focus6": "drug_prison",
              "difficulty": "刚从戒毒所出来"}
    other = HOUSE[:-1] + "7"
    tell(town.cast.gu, "screening", secret, now=town.now, entity=other, create=True, rows={"member": family})
    found = rows(town.cast, "households")
    assert set(found) == {HOUSE, other}
    assert found[other]["last_note"] == "", "a note beside such a tag would tell it"
    text = str(found)
    secrets = ("1357", "1200", "尿毒症", "慢性病", "张小二", "戒毒", "drug", "3199991980")
    for word in (ID_NO, "31999919500101002X", *secrets):
        assert word not in text, word
    assert found[other]["id_tail4"] == "002X"


def test_three_lists_of_ones_own_villages(town: Town) -> None:
    said = {"village": town.cast.villages[0], "rep_name": "孙六", "seen": "独居", "urgent": "yes"}
    tell(town.cast.gu, "lead", said, now=town.now, entity=LEAD, create=True)
    tell(town.cast.gu, "referral", {"hh_id": HOUSE, "kind_eff": "policy", "target_text": "医疗救助",
                                    "state": "suggested"}, now=town.now, entity=REFERRAL, create=True)
    assert set(rows(town.cast, "households")) == {HOUSE}
    assert set(rows(town.cast, "households", "li")) == {HOUSE, THIRD}
    assert set(rows(town.cast, "households", "chen")) == {ELSEWHERE}
    for name, entity in (("leads", LEAD), ("referrals", REFERRAL)):
        assert set(rows(town.cast, name)) == {entity}
        assert not rows(town.cast, name, "chen")
    tell(town.cast.gu, "visit", {"result": "met_person", "kind": "urgent", "lead_id": LEAD, "lead_id_kept": LEAD},
         now=town.now, entity=HOUSE)
    tell(town.cast.gu, "referral", {"hh_id": HOUSE, "kind_eff": "policy", "state": "dropped"}, now=town.now,
         entity=REFERRAL)
    assert not rows(town.cast, "leads"), "an answered lead is on no phone"
    assert not rows(town.cast, "referrals"), "nor a referral that has ended"


def test_a_returned_submission_is_a_short_code_in_the_label(town: Town) -> None:
    code = town.first.instance_id.replace("-", "")[-4:].upper()
    before = rows(town.cast, "households")[HOUSE]
    decide(ActKind.RETURN, town.first.instance_id, by=town.cast.wang.pk, now=town.now, reason="地址写清楚")
    shell = rows(town.cast, "households")[HOUSE]
    village = shell["village_name"].removesuffix("居委会").removesuffix("村委会")
    assert village and shell["label"] == f"〔退回待改 {code}〕{village}·张三丰"
    assert (shell["phone"], shell["addr_short"], shell["village"]) == ("", "", town.cast.villages[0])
    assert int(shell["__version"]) > int(before["__version"])
    assert "地址写清楚" not in str(shell), "the reason stands on his page"
    tell(town.cast.gu, "screening", {**ANSWERS, "village": town.cast.villages[0]}, now=town.now, entity=HOUSE,
         create=True, edits=town.first.instance_id)
    again = rows(town.cast, "households")[HOUSE]
    assert "退回" not in again["label"]
    assert again["addr_short"] == ANSWERS["addr"]
    visit = tell(town.cast.gu, "visit", {"result": "met_person", "kind": "regular"}, now=town.now, entity=HOUSE)
    decide(ActKind.RETURN, visit.instance_id, by=town.cast.wang.pk, now=town.now, reason="没有照片")
    code = visit.instance_id.replace("-", "")[-4:].upper()
    marked = rows(town.cast, "households")[HOUSE]
    assert marked["label"].startswith(f"〔退回待改 {code}〕{village}·张三丰·尾号0011 ")
    assert marked["addr_short"] == ANSWERS["addr"], "the rest of the household stays"


def test_a_lists_hash_is_known_without_reading_a_row(town: Town) -> None:
    form = publish("visit", town.now)
    form.media = [{"filename": f"{name}.csv", "kind": "entity"} for name in ENTITY_LISTS]
    form.save(update_fields=["media"])
    token = issue_key(town.cast.gu.pk, label="", by=None, now=town.now).token
    with CaptureQueriesContext(connection) as asked:
        answer = Client().get(f"/key/{token}/forms/manifest?id=visit&v={form.version}")
    assert answer.status_code == 200
    assert answer.content.count(b"<hash>") == len(ENTITY_LISTS)
    assert not [query for query in asked.captured_queries if PhoneRow._meta.db_table in query["sql"]]


def test_a_second_picture_under_one_name_and_one_nobody_mentions(town: Town) -> None:
    """Kept, and marked where a reviewer looks."""
    token = issue_key(town.cast.gu.pk, label="", by=None, now=town.now).token
    phone = Phone(f"http://testserver/key/{token}", ClientLine())
    said = {"result": "met_person", "kind": "regular", "photo": "photo.jpg"}
    xml = written("visit", said, now=town.now, entity=HOUSE, instance="uuid:two-pictures")
    assert phone.send(xml, {"photo.jpg": PICTURE, "audit.csv": b"event,node\n"}).is_sent
    assert phone.send(xml, {"photo.jpg": PICTURE + b"\0"}).is_sent
    desk = Client()
    desk.force_login(town.cast.wang)
    kept = Submission.objects.get(instance_id="uuid:two-pictures")
    found = Attachment.objects.filter(submission=kept).order_by("name", "pk")
    assert [(one.name, one.is_mentioned, one.is_replaced) for one in found] == [
        ("audit.csv", False, False), ("photo.jpg", True, True), ("photo.jpg", True, False)]
    page = desk.get(f"/submissions/{kept.pk}").content.decode()
    assert page.count("已被替换") == 1
    assert page.count("表中未提及") == 1
