"""A person's phones at the desk: issued once, watched, ended in two ways; the card that goes with them."""

import base64
import json
import re
import zlib
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from server.accounts.kinds import AccessKind
from server.accounts.models import AccessLog, User
from server.desk import phones as phones_module
from server.desk.phone_lines import phone_lines
from sync.kinds import Ended
from sync.models import PhoneKey, Submission
from tests.desk.conftest import Town

Sit = Callable[[User], Client]
COLLECT = "org.odk.collect.android/v2025.3.3 Dalvik/2.1.0 (Linux; U; Android 12)"


def issue(client: Client, person: User, **said: str) -> str:
    return client.post(f"/people/{person.pk}/keys", said).content.decode()


def page_of(client: Client, person: User) -> str:
    return client.get(f"/people/{person.pk}/phones").content.decode()


def test_the_qr_holds_the_settings_of_this_person(town: Town, sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    draw = phones_module.qr_svg

    def watched(text: str) -> str:
        drawn.append(text)
        return draw(text)

    monkeypatch.setattr(phones_module, "qr_svg", watched)
    page = issue(sit(town.cast.wang), town.cast.li, label="华为")
    told = json.loads(zlib.decompress(base64.b64decode(drawn[0])))
    token = re.search(r"/key/([\w-]{40,})<", page)
    admin = re.search(r'<b class="mono">(\d{6})</b>', page)
    assert token and admin
    assert told["general"]["server_url"].endswith(f"/key/{token[1]}")
    assert (told["general"]["metadata_username"], told["admin"]["admin_pw"]) == ("小李", admin[1])
    assert page.count(draw(drawn[0])) == 2, "on the screen and on the card"
    assert (told["general"]["username"], told["general"]["password"]) == ("", "")
    log = AccessLog.objects.get(what=AccessKind.PHONE_KEY)
    assert (log.by, log.subject) == (town.cast.wang, f"phone:{PhoneKey.objects.get().pk}")


def test_user_name_and_password_are_shown_once_and_large(town: Town, sit: Sit) -> None:
    wang, li = sit(town.cast.wang), town.cast.li
    page = issue(wang, li, way="type")
    password = re.search(r"<dt>密码</dt><dd>((?:[a-z]{4}-){3}[a-z]{4})</dd>", page)
    assert password
    assert page.count(password[1]) == 2  # screen and card
    assert "<dt>用户名</dt><dd>li</dd>" in page
    assert "完全匹配服务器" in page, "what a QR would have set must be told"
    key = PhoneKey.objects.get()
    assert password[1] not in str(PhoneKey.objects.values().get())
    assert key.expires_at is not None
    assert password[1] not in page_of(wang, li)
    assert li.check_password("test"), "the desk's password is another one"


def test_a_name_no_phone_can_send_gets_a_qr_only(town: Town, sit: Sit) -> None:
    User.objects.filter(pk=town.cast.li.pk).update(username="小李")
    answer = sit(town.cast.wang).post(f"/people/{town.cast.li.pk}/keys", {"way": "type"}, follow=True)
    assert "请改用二维码" in answer.content.decode()
    assert not PhoneKey.objects.exists()


def test_nobody_who_has_left_gets_a_phone(town: Town, sit: Sit) -> None:
    User.objects.filter(pk=town.cast.li.pk).update(is_active=False)
    answer = sit(town.cast.wang).post(f"/people/{town.cast.li.pk}/keys", follow=True)
    assert "账号已停用" in answer.content.decode()
    assert not PhoneKey.objects.exists()


def test_several_phones_each_with_what_it_is(town: Town, sit: Sit) -> None:
    wang, li = sit(town.cast.wang), town.cast.li
    issue(wang, li, label="华为")
    issue(wang, li, label="红米")
    now = timezone.now()
    huawei = PhoneKey.objects.get(label="华为")
    PhoneKey.objects.filter(pk=huawei.pk).update(first_used_at=now, last_seen_at=now, last_agent=COLLECT)
    Submission.objects.filter(sender=li).update(key=huawei)
    page = page_of(wang, li)
    assert re.findall(r"<h2 style=\"margin:0\">(.+?)</h2>", page) == ["红米", "华为"]
    assert "ODK Collect 2025.3.3，安卓 12" in page
    assert "等待首次使用" in page
    assert f"新户排摸登记 <span class=\"mono\">{town.second.form_version}</span>" in page
    lines = {line.key.label: line for line in phone_lines(li.pk, now)}
    assert (lines["华为"].sent, lines["红米"].sent) == (1, 0)
    assert lines["华为"].warnings == []
    assert "1 部" not in wang.get("/people").content.decode()
    assert "2 部" in wang.get("/people").content.decode()


WARNINGS = (
    (COLLECT, timedelta(days=6), ""),
    (COLLECT, timedelta(days=8), "8 天没有联系服务器"),
    ("org.odk.collect.android/v2023.2.4 x", timedelta(), "没有网络时名单不更新"),
    ("org.koboc.collect.android/v2025.1.0 x", timedelta(), "退回的改不了"),
    ("curl/8.1", timedelta(), "不是 ODK Collect 或 KoboCollect"),
)


@pytest.mark.parametrize(("agent", "ago", "said"), WARNINGS)
def test_warnings(agent: str, ago: timedelta, said: str, town: Town, sit: Sit) -> None:
    wang, li = sit(town.cast.wang), town.cast.li
    issue(wang, li)
    seen = timezone.now() - ago
    PhoneKey.objects.update(first_used_at=seen, last_seen_at=seen, last_agent=agent)
    page = page_of(wang, li)
    assert (said in page) if said else ("note amber" not in page)
    assert ("需要看一下" in wang.get("/people").content.decode()) == bool(said)
    PhoneKey.objects.update(ended_at=seen, ended_how=Ended.LOST)
    assert "note amber" not in page_of(wang, li), "who is ended needs no look"


def test_one_code_in_two_phones_is_seen(town: Town, sit: Sit) -> None:
    wang, gu = sit(town.cast.wang), town.cast.gu
    issue(wang, gu)
    key = PhoneKey.objects.get()
    for number, row in enumerate(Submission.objects.order_by("pk")[:2]):
        Submission.objects.filter(pk=row.pk).update(key=key, context={"villages": [], "device": f"collect:{number}"})
    assert "两部以上的手机用过这个二维码" in page_of(wang, gu)


def test_a_lost_phone_says_what_follows_and_ends_alone(town: Town, sit: Sit) -> None:
    wang, li = sit(town.cast.wang), town.cast.li
    issue(wang, li, label="华为")
    issue(wang, li, label="红米")
    page = page_of(wang, li)
    assert "什么都拿不到，也什么都发不进来" in page
    assert "30 天内仍可发来" in page
    huawei = PhoneKey.objects.get(label="华为")
    wang.post(f"/keys/{huawei.pk}/end", {"how": "lost"})
    assert [*PhoneKey.objects.order_by("pk").values_list("ended_how", flat=True)] == [Ended.LOST, Ended.OPEN]
    assert AccessLog.objects.filter(what=AccessKind.PHONE_KEY, detail="停用：遗失").count() == 1
    wang.post(f"/keys/{huawei.pk}/end", {"how": "lost"})
    assert AccessLog.objects.filter(what=AccessKind.PHONE_KEY, detail="停用：遗失").count() == 1, "twice is once"
    assert wang.post(f"/keys/{huawei.pk}/end", {"how": "sold"}).status_code == 404


def test_the_card_for_the_wall_names_nobody(town: Town, sit: Sit) -> None:
    page = sit(town.cast.wang).get("/phones/card").content.decode()
    sheet = page[page.index('class="sheet wall"'):]
    for button in ("使用二维码配置", "新建表单", "准备上传", "最终确定", "上传选定项", "恢复"):
        assert f"「{button}」" in sheet
    assert "王主任" not in sheet
    assert "<svg" not in sheet
    assert sit(town.cast.li).get("/phones/card").status_code == 403


def test_who_works_elsewhere_too_is_left_to_the_administrator(town: Town, sit: Sit) -> None:
    town.cast.li.grants.create(role="GW", area_id="310118104", since="2024-01-01")
    wang = sit(town.cast.wang)
    assert wang.post(f"/people/{town.cast.li.pk}/keys").status_code == 403
    assert sit(town.cast.admin).post(f"/people/{town.cast.li.pk}/keys").status_code == 200
