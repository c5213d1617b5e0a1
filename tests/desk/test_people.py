"""People, roles, villages, phones: a 街镇 looks after its own, the administrator after all."""

import re
from collections.abc import Callable

from django.test import Client
from django.utils.timezone import localdate

from server.accounts.models import Grant, User
from server.accounts.scope import villages_of
from sync.kinds import Ended
from sync.models import PhoneKey
from tests.cast import ZHUJIAJIAO
from tests.desk.conftest import Town

Sit = Callable[[User], Client]
NEW = {"username": "xiaosun", "name": "小孙", "role": "CO", "area": ZHUJIAJIAO}


def test_a_new_person_gets_a_first_password_shown_once(town: Town, sit: Sit) -> None:
    page = sit(town.cast.wang).post("/people/new", NEW).content.decode()
    found = re.search(r'<b class="mono">([a-z0-9]{10})</b>', page)
    assert found
    person = User.objects.get(username="xiaosun")
    assert person.check_password(found[1])
    assert found[1] not in sit(town.cast.wang).get(f"/people/{person.pk}").content.decode()
    again = sit(town.cast.wang).post("/people/new", NEW).content.decode()
    assert "已有人使用" in again


def test_a_supervisor_grants_only_in_his_own_town_and_no_high_roles(town: Town, sit: Sit) -> None:
    wang = sit(town.cast.wang)
    assert "有效的选项" in wang.post("/people/new", {**NEW, "area": "310118104"}).content.decode()
    assert "有效的选项" in wang.post("/people/new", {**NEW, "role": "AD"}).content.decode()
    assert not User.objects.filter(username="xiaosun").exists()
    for said in ({"role": "AD", "area": ZHUJIAJIAO}, {"role": "CO", "area": "310118"}):
        assert wang.post(f"/people/{town.cast.li.pk}/grants", said).status_code == 403


def test_a_role_is_given_and_taken_back(town: Town, sit: Sit) -> None:
    wang, li = sit(town.cast.wang), town.cast.li
    wang.post(f"/people/{li.pk}/grants", {"role": "WN", "area": ZHUJIAJIAO})
    grant = Grant.objects.get(user=li, role="WN")
    wang.post(f"/people/{li.pk}/grants/{grant.pk}/end")
    grant.refresh_from_db()
    assert grant.until == localdate()


def test_a_village_is_assigned_and_released(town: Town, sit: Sit) -> None:
    wang, gu, village = sit(town.cast.wang), town.cast.gu, town.cast.villages[5]
    wang.post(f"/people/{gu.pk}/villages", {"village": village})
    assert village in villages_of(gu, localdate())
    post = gu.assignments.get(village=village)
    wang.post(f"/people/{gu.pk}/villages/{post.pk}/end")
    assert village not in villages_of(gu, localdate())
    assert wang.post(f"/people/{gu.pk}/villages", {"village": town.cast.away[0]}).status_code == 404


def test_the_qr_is_shown_once_and_only_its_hash_is_kept(town: Town, sit: Sit) -> None:
    wang, li = sit(town.cast.wang), town.cast.li
    page = wang.post(f"/people/{li.pk}/keys", {"label": "工作手机"}).content.decode()
    token = re.search(r"/key/([\w-]{40,})<", page)
    assert token
    assert "<svg" in page
    key = PhoneKey.objects.get(user=li)
    assert key.token_hash != token[1]
    assert key.expires_at is not None
    assert token[1] not in wang.get(f"/people/{li.pk}").content.decode()


def test_a_lost_phone_is_ended(town: Town, sit: Sit) -> None:
    wang, li = sit(town.cast.wang), town.cast.li
    wang.post(f"/people/{li.pk}/keys", {})
    key = PhoneKey.objects.get(user=li)
    assert sit(town.cast.xu).post(f"/keys/{key.pk}/end", {"how": "lost"}).status_code == 404
    wang.post(f"/keys/{key.pk}/end", {"how": "lost"})
    key.refresh_from_db()
    assert key.ended_how == Ended.LOST


def test_leaving_hands_over_and_ends_everything(town: Town, sit: Sit) -> None:
    wang, li, gu = sit(town.cast.wang), town.cast.li, town.cast.gu
    wang.post(f"/people/{li.pk}/keys", {})
    wang.post(f"/people/{li.pk}/leaves", {"successor": ""})
    li.refresh_from_db()
    assert li.is_active
    wang.post(f"/people/{li.pk}/leaves", {"successor": "gu"})
    li.refresh_from_db()
    assert not li.is_active
    assert set(villages_of(gu, localdate())) == set(town.cast.villages[:2])
    assert PhoneKey.objects.get(user=li).ended_how == Ended.LEFT
    assert wang.post(f"/people/{town.cast.wang.pk}/leaves", {"successor": "gu"}).status_code == 403


def test_filters(town: Town, sit: Sit) -> None:
    admin = sit(town.cast.admin)
    page = admin.get("/people", {"role": "SU", "area": ZHUJIAJIAO}).content.decode()
    assert "王主任" in page
    assert "徐主任" not in page
    assert "小陈" in admin.get("/people", {"q": "小陈"}).content.decode()
