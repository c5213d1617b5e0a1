"""The desk under people who try: what they see, what they may decide, and odd input."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import localdate

from server.accounts.end_grant import end_grant
from server.accounts.grant_role import grant_role
from server.accounts.kinds import Role
from server.accounts.models import Grant, User
from server.acts.models import Act
from server.support.models import Referral
from sync.models import Attachment, PhoneKey
from tests.cast import JINZE, ZHUJIAJIAO
from tests.desk.conftest import HOUSE, Town
from tests.desk.told import tell

Sit = Callable[[User], Client]


def test_a_conflict_tells_a_role_no_more_than_the_page_would(town: Town, sit: Sit) -> None:
    """A conflict over health: the reviewer reads it, the ledger keeper does not, the grid worker sees none at all."""
    tell(town.cast.gu, "visit", {"result": "met_person", "plan": "甲", "was_plan": "=乙"}, now=town.now, entity=HOUSE)
    gu, li, ledger = sit(town.cast.gu), sit(town.cast.li), sit(town.cast.ledger)
    assert "冲突：" in gu.get(f"/households/{HOUSE}").content.decode()
    assert "冲突：" in ledger.get(f"/households/{HOUSE}").content.decode()
    seen = li.get(f"/households/{HOUSE}").content.decode()
    for told in ("冲突：", "协助申请低保", "朱枫公路", "建议："):
        assert told not in seen


@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "image/png\nX-Evil: 1", ""])
def test_a_picture_that_calls_itself_something_else_is_saved_not_drawn(town: Town, sit: Sit, kind: str) -> None:
    one = Attachment.objects.get(submission=town.first)
    Attachment.objects.filter(pk=one.pk).update(content_type=kind)
    answer = sit(town.cast.wang).get(f"/files/{one.pk}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "X-Evil" not in answer.headers


def test_nobody_accepts_what_he_proposed_himself(town: Town, sit: Sit) -> None:
    own = tell(town.cast.wang, "visit", {"result": "moved", "moved_on": "2024-01-01"}, now=town.now, entity=HOUSE)
    said = {"instance": own.instance_id, "proposal": "moved", "programme": "", "decision": "accept"}
    assert sit(town.cast.wang).post(f"/households/{HOUSE}/proposal", said).status_code == 403
    assert sit(town.cast.bureau).post(f"/households/{HOUSE}/proposal", said).status_code == 302
    assert Act.objects.filter(kind="accept").count() == 1


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_no_decision_from_another_age(town: Town, sit: Sit, day: str) -> None:
    visit = tell(town.cast.gu, "visit", {"result": "moved", "moved_on": day}, now=town.now, entity=HOUSE)
    wang = sit(town.cast.wang)
    said = {"instance": visit.instance_id, "proposal": "moved", "programme": "", "decision": "accept"}
    assert wang.post(f"/households/{HOUSE}/proposal", said).status_code == 302
    assert wang.post(f"/households/{HOUSE}/grade", {"grade": "A", "since": day}).status_code == 302
    assert wang.post(f"/households/{HOUSE}/state", {"proposal": "dead", "since": day, "reason": "x"}).status_code == 302
    # What the phone called the day of the move means nothing: the day of the visit stands.
    assert [(act.kind, act.since) for act in Act.objects.all()] == [("accept", localdate(town.now))]
    assert wang.get(f"/ledgers/{ZHUJIAJIAO}/0001-01").status_code == 404
    assert wang.get(f"/ledgers/{ZHUJIAJIAO}/9999-12").status_code == 404


def test_who_works_elsewhere_now_is_not_ours_to_equip(town: Town, sit: Sit) -> None:
    """小李 moved to 金泽镇 as its reviewer: his old 街镇 may not make itself a phone with 金泽镇's lists."""
    li, wang = town.cast.li, sit(town.cast.wang)
    for grant in Grant.objects.filter(user=li):
        end_grant(grant.pk, on=localdate() - timedelta(days=1))
    grant_role(li.pk, Role.SU, JINZE, since=localdate() - timedelta(days=1))
    assert wang.post(f"/people/{li.pk}/keys", {"label": "x"}).status_code == 403
    assert wang.post(f"/people/{li.pk}/active", {"active": "0"}).status_code == 403
    assert not PhoneKey.objects.filter(user=li).exists()
    assert sit(town.cast.xu).post(f"/people/{li.pk}/keys", {"label": "x"}).status_code == 200


def test_nobody_grants_himself(town: Town, sit: Sit) -> None:
    for person in (town.cast.wang, town.cast.admin):
        said = {"role": "LE", "area": ZHUJIAJIAO}
        assert sit(person).post(f"/people/{person.pk}/grants", said).status_code == 403
    assert Grant.objects.filter(user=town.cast.admin).count() == 1


@pytest.mark.parametrize("address", [
    "/households?q=%00", "/households?village=%00", "/people?q=a%00b", "/submissions?form=%00&village=x%0b",
    "/households/%00", "/ledgers/310118102%00/2024-08", "/forms/x%00/1.xlsx",
])
def test_control_characters_are_turned_away(town: Town, sit: Sit, address: str) -> None:
    person = town.cast.admin if address.startswith(("/people", "/forms")) else town.cast.wang
    assert sit(person).get(address).status_code in (400, 404)


def test_control_characters_never_reach_a_workbook(town: Town, sit: Sit) -> None:
    said = {"fact": "addr", "value": "一路\x0b1号", "reason": "x"}
    assert sit(town.cast.wang).post(f"/households/{HOUSE}/fact", said).status_code == 400
    assert not Act.objects.exists()


def test_numbers_that_are_none(town: Town, sit: Sit) -> None:
    wang = sit(town.cast.wang)
    for odd in ("²", "9" * 40, "-1", "x"):
        assert wang.post("/submissions/approve", {"id": odd}).status_code == 302
        assert wang.post(f"/households/{HOUSE}/settle", {"index": odd, "fact": "x"}).status_code == 302
    assert wang.get("/submissions/99999999999999999999999").status_code == 404
    assert wang.get("/files/99999999999999999999999").status_code == 404


def test_a_page_loads_and_sends_nothing_elsewhere(town: Town, sit: Sit) -> None:
    told = sit(town.cast.wang).get("/households")["Content-Security-Policy"]
    assert "default-src 'self'" in told and "form-action 'self'" in told and "http" not in told


def test_what_a_worker_writes_of_a_referral_stands_nowhere_in_clear(town: Town, sit: Sit) -> None:
    entity = "55555555-0000-4000-8000-000000000001"
    tell(town.cast.gu, "referral", {"hh_id": HOUSE, "kind": "charity", "state": "contacted",
                                    "target_text": "找张三丰的表哥"}, now=town.now, entity=entity, create=True)
    assert Referral.objects.get(pk=entity).target == ""
    assert "找张三丰的表哥" in sit(town.cast.wang).get(f"/households/{HOUSE}").content.decode()


def test_passwords_of_digits_only_are_refused(town: Town, sit: Sit) -> None:
    said = {"old_password": "test", "new_password1": "19570312", "new_password2": "19570312"}
    assert sit(town.cast.wang).post("/password", said).status_code == 200
    town.cast.wang.refresh_from_db()
    assert town.cast.wang.check_password("test")
