"""Coming in, being locked out, pages for what went wrong, remarks, forms, troubles."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from forms.models import FormVersion
from server.accounts.models import User
from server.desk import entry
from server.oversight.models import Feedback
from sync.inbox import settle
from sync.models import Submission
from sync.receive import Envelope, Sender, receive
from sync.troubles import Trouble
from tests.desk.conftest import Town
from tests.desk.told import FOLDER, publish

Sit = Callable[[User], Client]


def test_log_in_and_out(town: Town) -> None:
    client = Client()
    wrong = client.post("/login", {"username": "wang", "password": "nein"}).content.decode()
    assert "用户名或密码不对" in wrong
    answer = client.post("/login", {"username": "wang", "password": "test", "next": "/due"})
    assert answer.headers["Location"] == "/due"
    assert client.post("/logout").headers["Location"] == "/login"


@override_settings(AXES_FAILURE_LIMIT=3)
def test_too_many_wrong_passwords_lock_out_in_chinese(town: Town) -> None:
    client = Client()
    for _ in range(3):
        answer = client.post("/login", {"username": "wang", "password": "nein"})
    assert answer.status_code == 429
    assert "暂停登录" in answer.content.decode()
    assert client.post("/login", {"username": "wang", "password": "test"}).status_code == 429


def test_the_lock_out_page_is_the_one_in_the_settings(settings: object) -> None:
    assert f"{entry.__name__}.{entry.locked_out.__name__}" == settings.AXES_LOCKOUT_CALLABLE  # type: ignore[attr-defined]


def test_own_password(town: Town, sit: Sit) -> None:
    wang = sit(town.cast.wang)
    said = {"old_password": "test", "new_password1": "lianhua-2026-a", "new_password2": "lianhua-2026-a"}
    assert wang.post("/password", {**said, "old_password": "x"}).status_code == 200
    assert wang.post("/password", said).status_code == 302
    assert wang.get("/").status_code == 200  # still signed in
    town.cast.wang.refresh_from_db()
    assert town.cast.wang.check_password("lianhua-2026-a")


@pytest.mark.parametrize(("path", "status", "words"), [
    ("/nowhere", 404, "没有这一页"), ("/households/none", 404, "没有这一页"), ("/forms", 403, "没有权限"),
])
def test_pages_for_what_went_wrong(path: str, status: int, words: str, town: Town, sit: Sit) -> None:
    answer = sit(town.cast.wang).get(path)
    assert answer.status_code == status
    assert words in answer.content.decode()


def test_a_remark_reaches_the_offices_and_is_answered_by_the_district(town: Town, sit: Sit) -> None:
    li, wang, bureau = sit(town.cast.li), sit(town.cast.wang), sit(town.cast.bureau)
    assert 'href="/feedback?from=/mine"' in li.get("/mine").content.decode()
    for _ in range(2):  # a double click
        li.post("/feedback", {"kind": "burden", "text": "月报能不能自动生成", "page": "/mine"})
    one = Feedback.objects.get()
    assert "月报能不能自动生成" in wang.get("/feedback/all").content.decode()
    assert "月报能不能" not in sit(town.cast.xu).get("/feedback/all").content.decode()
    assert wang.post(f"/feedback/{one.pk}/answer", {"text": "可以"}).status_code == 403
    bureau.post(f"/feedback/{one.pk}/answer", {"text": "已经自动生成"})
    assert "已经自动生成" in li.get("/feedback").content.decode()


def test_forms_are_listed_published_refused_and_downloaded(town: Town, sit: Sit) -> None:
    admin = sit(town.cast.admin)
    version = publish("screening", town.now)
    page = admin.get("/forms").content.decode()
    assert version.version in page
    assert "在用" in page
    file = admin.get(f"/forms/screening/{version.version}.xlsx")
    assert file.content == bytes(FormVersion.objects.get(pk=version.pk).xlsx)
    bad = SimpleUploadedFile("x.xlsx", (FOLDER / "lead.xlsx").read_bytes()[:400])
    refused = admin.post("/forms/publish", {"file": bad})
    assert refused.status_code == 422
    assert "没有发布" in refused.content.decode()
    assert "怎么改" in refused.content.decode()
    wrong = admin.post("/forms/publish", {"file": SimpleUploadedFile("x.doc", b"x")})
    assert ".xlsx" in wrong.content.decode()


def test_a_parked_submission_is_listed_and_taken_up_again(town: Town, sit: Sit) -> None:
    xml = b'<data id="visit" version="none"><meta><instanceID>uuid:parked</instanceID></meta></data>'
    publish("visit", town.now)
    receipt = receive(Envelope(xml), Sender(town.cast.li.pk, villages=list(town.cast.villages[:1])), town.now)

    def fails(submission_id: int, now: object) -> None:
        raise Trouble("这一条暂时无法入库。", again=False)

    settle(receipt.submission_id, fails, town.now)
    wang = sit(town.cast.wang)
    page = wang.get("/troubles").content.decode()
    assert "这一条暂时无法入库" in page
    assert "uuid:parked" in wang.get(f"/submissions/{receipt.submission_id}").content.decode()
    after = wang.post(f"/troubles/{receipt.submission_id}/retry", follow=True).content.decode()
    assert "仍未能入库" in after
    assert Submission.objects.get(pk=receipt.submission_id).state == "parked"
    assert sit(town.cast.xu).get(f"/submissions/{receipt.submission_id}").status_code == 404
