"""Sending over HTTP: 204 to HEAD, 201 and 202 to POST, both beats."""

import uuid
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from forms.catalogue import set_open
from server.demo.multipart import body
from sync.inbox import claim, drain, release, settle
from sync.kinds import Ended, State
from sync.models import Attachment, EntityVersion, PhoneKey, Submission
from sync.openrosa import STOCK_THANKS
from sync.troubles import Trouble
from tests.sync import house
from tests.sync.house import CONDUCTOR, screening

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def form() -> None:
    house.publish_plain()


@pytest.mark.wire("W-37")
def test_head_is_204_with_its_headers() -> None:
    url = f"/key/{house.make_key(house.make_worker())}/submission?deviceID=collect%3A1"
    answer = Client().head(url)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer["X-OpenRosa-Version"] == "1.0"
    assert answer["X-OpenRosa-Accept-Content-Length"] == "5000000"
    assert answer["Date"]


@pytest.mark.wire("W-45", "W-61")
def test_new_is_201_and_applied_before_the_answer() -> None:
    phone = house.phone_of(house.make_worker())
    sent = phone.send(screening())
    assert (sent.is_sent, sent.said) == (True, STOCK_THANKS)
    kept = Submission.objects.get()
    assert (kept.state, kept.trouble) == (State.APPLIED, "")
    assert CONDUCTOR.calls == [kept.pk]
    assert kept.sender.username == "li"
    assert kept.key.last_device == phone.device


@pytest.mark.wire("W-46")
def test_the_same_again_is_202_and_not_applied_again() -> None:
    phone = house.phone_of(house.make_worker())
    xml = screening()
    assert not phone.send(xml, lose_answer=True).is_sent
    type, content = body(xml, {})
    answer = Client().generic(
        "POST", phone.server_url.removeprefix("http://testserver") + "/submission", content, type
    )
    assert answer.status_code == 202
    assert phone.send_all() == 1
    assert len(CONDUCTOR.calls) == 1


@pytest.mark.wire("W-42", "W-43")
def test_in_pieces_in_any_order_and_twice() -> None:
    phone = house.phone_of(house.make_worker())
    files = {f"照片 {n}.bin": bytes([n]) * 400 for n in range(5)}
    assert phone.send(screening(), files, split=1000, twice=True).is_sent
    assert Submission.objects.count() == 1
    assert {*Attachment.objects.values_list("name", flat=True)} == {*files}
    assert len(CONDUCTOR.calls) == 1


@pytest.mark.wire("W-41")
def test_102_parts_in_one_post() -> None:
    phone = house.phone_of(house.make_worker())
    assert phone.send(screening(), {f"{n}.txt": b"%d" % n for n in range(101)}).is_sent
    assert Attachment.objects.count() == 101


@pytest.mark.wire("W-29", "W-45")
def test_whatever_beat_two_does_the_answer_is_201() -> None:
    def fail(submission_id: int, now: datetime) -> None:
        Submission.objects.update(trouble="half done")
        raise KeyError("张阿福 310118")

    CONDUCTOR.then = fail
    made = str(uuid.uuid4())
    assert house.phone_of(house.make_worker()).send(screening(id=made)).is_sent
    kept = Submission.objects.get()
    assert kept.state == State.PARKED
    assert "程序出错" in kept.trouble
    assert "KeyError" in kept.trouble
    assert "张阿福" not in kept.trouble
    assert EntityVersion.objects.get(entity_id=made).n == 1
    assert kept.next_try_at is not None


def test_a_trouble_told_by_beat_two_is_shown_and_retried_until_it_works() -> None:
    def refuse(submission_id: int, now: datetime) -> None:
        raise Trouble("登记的村居不存在。")

    CONDUCTOR.then = refuse
    house.phone_of(house.make_worker()).send(screening())
    kept = Submission.objects.get()
    assert kept.trouble == "登记的村居不存在。"
    now = timezone.now()
    assert drain(CONDUCTOR, now) == 0, "its time has not come"
    assert drain(CONDUCTOR, now + timedelta(minutes=2)) == 1
    kept.refresh_from_db()
    assert kept.next_try_at > now + timedelta(minutes=5), "it waits longer each time"
    CONDUCTOR.then = lambda submission_id, now: None
    assert drain(CONDUCTOR, now, patient=False) == 1
    kept.refresh_from_db()
    assert (kept.state, kept.trouble, kept.next_try_at) == (State.APPLIED, "", None)


def test_beat_two_has_a_time_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(submission_id: int, now: datetime) -> None:
        for _ in range(1000):
            Submission.objects.count()

    monkeypatch.setitem(settle.__kwdefaults__, "seconds", 0.0)
    CONDUCTOR.then = slow
    assert house.phone_of(house.make_worker()).send(screening()).is_sent
    assert Submission.objects.get().trouble == "处理超时，稍后自动重试。"


def test_left_to_the_worker(settings: object) -> None:
    settings.FIELD_APPLY = "worker"  # type: ignore[attr-defined]
    house.phone_of(house.make_worker()).send(screening())
    assert Submission.objects.get().state == State.KEPT
    assert drain(CONDUCTOR, timezone.now()) == 1
    assert Submission.objects.get().state == State.APPLIED


@pytest.mark.wire("W-55")
def test_a_version_published_later_is_taken_up_by_itself() -> None:
    sent = house.phone_of(house.make_worker()).send(screening(version="2025090101"))
    assert sent.is_sent
    assert "没有这个表单版本" in sent.said
    assert CONDUCTOR.calls == []
    drain(CONDUCTOR, timezone.now(), patient=False)
    assert CONDUCTOR.calls == []
    house.publish_plain(version="2025090101")
    drain(CONDUCTOR, timezone.now(), patient=False)
    assert Submission.objects.get().state == State.APPLIED


def test_who_has_left_may_still_send_and_somebody_must_look() -> None:
    user = house.make_worker()
    phone = house.phone_of(user)
    PhoneKey.objects.update(ended_how=Ended.LEFT, ended_at=timezone.now())
    assert phone.send(screening()).is_sent
    kept = Submission.objects.get()
    assert (kept.state, kept.is_quarantined) == (State.PARKED, True)
    drain(CONDUCTOR, timezone.now(), patient=False)
    assert CONDUCTOR.calls == []
    assert release(kept.pk, timezone.now())
    drain(CONDUCTOR, timezone.now())
    assert Submission.objects.get().state == State.APPLIED


@pytest.mark.wire("W-56")
def test_a_closed_form_still_accepts() -> None:
    set_open("screening", False)
    assert house.phone_of(house.make_worker()).send(screening()).is_sent


def test_seen_is_written_once_in_a_while(django_assert_max_num_queries: object) -> None:
    phone = house.phone_of(house.make_worker())
    phone.send(screening())
    key = PhoneKey.objects.get()
    assert key.first_used_at is not None
    assert key.last_agent.startswith("org.odk.collect.android/")
    before = key.last_seen_at
    phone.send(screening())
    key.refresh_from_db()
    assert key.last_seen_at == before


def test_a_claim_is_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    CONDUCTOR.then = lambda *_: 1 / 0  # type: ignore[assignment, return-value]
    house.phone_of(house.make_worker()).send(screening())
    later = timezone.now() + timedelta(hours=1)
    assert len([*claim(later)]) == 1
    assert [*claim(later)] == [], "held by the first until its lease runs out"
    assert len([*claim(later + timedelta(minutes=3))]) == 1
