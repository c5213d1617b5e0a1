"""What came by cable is taken in by the same two beats as from the phone."""

from typing import Any

import pytest

from server.accounts.models import User
from sync.cable import open_cable
from sync.files import get_file
from sync.kinds import State, Verdict, Via
from sync.models import Attachment, Submission
from sync.problems import Refusal
from sync.receive import Envelope, Sender, SentFile, read_xml, receive
from sync.take_cable import Taken, take_cable
from sync.troubles import Aside, Trouble
from sync.vault.envelope import unwrap
from tests.sync.house import CONDUCTOR, NOW, make_worker, publish_plain, screening
from tests.sync.test_cable import FIRST, PHOTO, SECOND, instance, packed

pytestmark = pytest.mark.django_db


def take(data: bytes, **more: Any) -> list[Taken]:
    sender = Sender(_li().pk, villages=("v1",), via=Via.CABLE, is_leaving=more.pop("is_leaving", False))
    return [*take_cable(open_cable(data), sender, NOW, more.pop("apply", CONDUCTOR), **more)]


def _li() -> User:
    return User.objects.filter(username="li").first() or make_worker()


def test_the_same_two_beats_as_from_the_phone() -> None:
    publish_plain()
    xml = screening(photo="门口.jpg", instance_id="uuid:1")
    taken = take(packed(instance(FIRST, xml, {"门口.jpg": PHOTO})))
    kept = Submission.objects.get()
    assert [(one.verdict, one.state, one.files) for one in taken] == [(Verdict.NEW, State.APPLIED, 1)]
    assert (kept.via, kept.sender, kept.state) == (Via.CABLE, _li(), State.APPLIED)
    assert read_xml(kept) == xml
    assert CONDUCTOR.calls == [kept.pk]
    file = Attachment.objects.get()
    assert (file.name, file.content_type, file.is_mentioned) == ("门口.jpg", "image/jpeg", True)
    assert get_file(file.stored, file.sha256, unwrap(bytes(kept.wrapped_key))) == PHOTO


def test_twice_is_once() -> None:
    publish_plain()
    both = {**instance(FIRST, screening(instance_id="uuid:1")), **instance(SECOND, screening(instance_id="uuid:2"))}
    data = packed(both)
    take(data)
    assert [one.verdict for one in take(data)] == [Verdict.AGAIN, Verdict.AGAIN]
    assert Submission.objects.count() == 2
    assert len(CONDUCTOR.calls) == 2


def test_what_the_phone_had_sent_before_is_known_and_its_missing_photo_is_added() -> None:
    publish_plain()
    sent, half = screening(instance_id="uuid:1"), screening(photo="a.jpg", instance_id="uuid:2")
    for xml in (sent, half):
        receive(Envelope(xml, [SentFile("b.jpg", "image/jpeg", PHOTO)]), Sender(_li().pk), NOW)
    files = {**instance(FIRST, sent, {"b.jpg": PHOTO}), **instance(SECOND, half, {"a.jpg": PHOTO, "b.jpg": PHOTO})}
    assert [one.verdict for one in take(packed(files))] == [Verdict.AGAIN, Verdict.MORE_MEDIA]
    assert Attachment.objects.count() == 3
    assert set(Submission.objects.values_list("via", flat=True)) == {Via.PHONE}


def test_each_bad_one_is_told_and_the_good_ones_are_kept() -> None:
    publish_plain()
    receive(Envelope(screening("甲", instance_id="uuid:1")), Sender(_li().pk), NOW)
    files = {
        **instance("1 broken", b"<data id='screening'"), **instance("2 clash", screening("乙", instance_id="uuid:1")),
        **instance("3 foreign", screening(form_id="mosquitos")),
        **instance("4 nameless", b'<data id="screening" version="2025080101"><meta/></data>'),
        **instance("5 later", screening(version="2099010101")), **instance("6 good", screening()),
    }
    taken = {one.folder: one for one in take(packed(files))}
    assert {name: one.why for name, one in taken.items()} == {
        "1 broken": Refusal.NOT_XML.sentence, "2 clash": Aside.CLASH.sentence,
        "3 foreign": Refusal.UNKNOWN_FORM.sentence, "4 nameless": Refusal.NO_INSTANCE_ID.sentence,
        "5 later": Aside.UNKNOWN_VERSION.sentence, "6 good": "",
    }
    assert [name for name, one in taken.items() if one.verdict is None] == ["1 broken", "3 foreign", "4 nameless"]
    assert taken["6 good"].state == State.APPLIED
    assert Submission.objects.count() == 4


def test_what_cannot_be_applied_is_parked_not_lost() -> None:
    publish_plain()

    def fail(submission_id: int, now: object) -> None:
        raise Trouble("登记的村居不存在。")

    CONDUCTOR.then = fail
    (one,) = take(packed(instance(FIRST, screening())))
    assert (one.verdict, one.state) == (Verdict.NEW, State.PARKED)
    assert Submission.objects.get().trouble == "登记的村居不存在。"


def test_left_to_the_worker() -> None:
    publish_plain()
    (one,) = take(packed(instance(FIRST, screening())), apply=None)
    kept = Submission.objects.get()
    assert (one.state, kept.state, kept.next_try_at) == (State.KEPT, State.KEPT, NOW)


def test_of_somebody_who_has_left_it_is_kept_apart() -> None:
    publish_plain()
    (one,) = take(packed(instance(FIRST, screening())), is_leaving=True)
    assert (one.state, one.why) == (State.PARKED, Aside.QUARANTINED.sentence)
    assert CONDUCTOR.calls == []


def test_a_draft_is_not_taken_unless_asked_for() -> None:
    version = publish_plain()
    version.fields_json = [{"path": "end", "name": "end", "type": "end"}]
    version.save()
    draft = b'<data id="screening" version="2025080101"><meta><instanceID>uuid:1</instanceID></meta></data>'
    done = draft.replace(b"<meta>", b"<end>2025-08-01T09:00:00.000+08:00</end><meta>")
    (one,) = take(packed(instance(FIRST, draft)))
    assert (one.is_draft, one.verdict) == (True, None)
    assert not Submission.objects.exists()
    assert [one.verdict for one in take(packed(instance(FIRST, done)))] == [Verdict.NEW]
    (again,) = take(packed(instance(FIRST, draft)), with_drafts=True)
    assert (again.verdict, again.why) == (Verdict.CLASH, Aside.CLASH.sentence)
