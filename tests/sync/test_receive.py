"""Beat one: what is kept, what is flagged, what is put aside."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from sync.files import get_file
from sync.kinds import State, Verdict, Via
from sync.models import Attachment, EntityVersion, Submission
from sync.problems import Refusal, Refused
from sync.receive import Envelope, Receipt, Sender, SentFile, read_xml, receive
from sync.troubles import Aside
from sync.vault.envelope import unwrap
from tests.sync import house
from tests.sync.house import NOW, screening

pytestmark = pytest.mark.django_db
DESK = Sender(None, via=Via.DESK, villages=("v1",))
ID = "uuid:00000000-0000-4000-8000-000000000001"
HOUSEHOLD = "00000000-0000-4000-8000-0000000000aa"


@pytest.fixture(autouse=True)
def form() -> None:
    house.publish_plain()


def send(xml: bytes, minutes: int = 0, sender: Sender = DESK, **files: bytes) -> Receipt:
    sent = tuple(SentFile(name.replace("_", "."), "image/jpeg", data) for name, data in files.items())
    return receive(Envelope(xml, sent, device="collect:1"), sender, NOW + timedelta(minutes=minutes))


@pytest.mark.wire("W-46")
def test_twice_is_once() -> None:
    xml = screening(instance_id=ID)
    assert send(xml, a_bin=b"1").verdict == Verdict.NEW
    assert send(xml, minutes=5, a_bin=b"1").verdict == Verdict.AGAIN
    kept = Submission.objects.get()
    assert (kept.received_at, kept.state, kept.via) == (NOW, State.KEPT, Via.DESK)
    assert kept.context == {"villages": ["v1"], "device": "collect:1"}
    assert Attachment.objects.count() == 1


def test_nothing_lies_open_in_the_database_or_on_disk() -> None:
    xml = screening("张阿福", instance_id=ID)
    send(xml, a_bin=b"secret picture")
    kept = Submission.objects.get()
    assert "张阿福".encode() not in bytes(kept.xml_sealed)
    file = kept.attachments.get()
    folder = house_files()
    assert b"secret picture" not in (folder / file.stored).read_bytes()
    assert file.sha256 not in file.stored
    assert read_xml(kept) == xml
    assert get_file(file.stored, file.sha256, unwrap(bytes(kept.wrapped_key))) == b"secret picture"
    assert not [*folder.rglob("*.part")]


@pytest.mark.wire("W-42", "W-49")
def test_the_rest_of_a_split_and_a_picture_under_an_old_name() -> None:
    xml = screening(instance_id=ID, photo="a.bin")
    send(xml, a_bin=b"1")
    assert send(xml, minutes=1, b_bin=b"2").verdict == Verdict.MORE_MEDIA
    assert send(xml, minutes=2, a_bin=b"3").verdict == Verdict.MORE_MEDIA
    assert send(xml, minutes=3, a_bin=b"1").verdict == Verdict.AGAIN
    files = Attachment.objects.order_by("pk").values_list("name", "size", "is_mentioned", "is_replaced")
    assert [*files] == [("a.bin", 1, True, True), ("b.bin", 1, False, False), ("a.bin", 1, True, False)]
    for file in Attachment.objects.select_related("submission"):
        key = unwrap(bytes(file.submission.wrapped_key))
        assert get_file(file.stored, file.sha256, key) in (b"1", b"2", b"3")


@pytest.mark.wire("W-57")
def test_an_edit_may_come_before_what_it_edits() -> None:
    edit = send(screening(instance_id="uuid:2", deprecated_id=ID))
    assert (edit.verdict, edit.aside) == (Verdict.EDIT, None)
    assert send(screening(instance_id=ID)).verdict == Verdict.NEW
    assert Submission.objects.get(pk=edit.submission_id).deprecated_id == ID


@pytest.mark.wire("W-48")
def test_the_same_id_with_another_text_is_kept_and_states_nothing() -> None:
    first = send(screening("张", instance_id=ID), minutes=5)
    second = send(screening("李", instance_id=ID, id=HOUSEHOLD), minutes=1)
    assert (second.verdict, second.aside, second.state) == (Verdict.CLASH, Aside.CLASH, State.PARKED)
    one, two = Submission.objects.order_by("pk")
    assert (one.pk, one.is_clash, two.is_clash) == (first.submission_id, False, True)
    assert one.received_at < two.received_at, "who was kept first stays first, whatever the clocks say"
    assert two.next_try_at is None
    assert EntityVersion.objects.get().n == 1, (
        "its phone counts one more than we do, else it shows its own for ever"
    )
    assert send(screening("李", instance_id=ID, id=HOUSEHOLD)).verdict == Verdict.AGAIN


@pytest.mark.wire("W-55")
def test_an_unknown_version_waits_and_an_unknown_form_is_refused() -> None:
    receipt = send(screening(version="1999"))
    assert (receipt.state, receipt.aside) == (State.PARKED, Aside.UNKNOWN_VERSION)
    assert Submission.objects.get().next_try_at is not None
    with pytest.raises(Refused) as refused:
        send(screening(form_id="elsewhere"))
    assert refused.value.refusal == Refusal.UNKNOWN_FORM
    assert Submission.objects.count() == 1


@pytest.mark.wire("W-60")
def test_encrypted_ones_are_kept_with_their_files() -> None:
    xml = b"""<data xmlns="http://www.opendatakit.org/xforms/encrypted" encrypted="yes" id="screening" version="9">
    <meta xmlns="http://openrosa.org/xforms"><instanceID>uuid:3</instanceID></meta>
    <encryptedXmlFile>submission.xml.enc</encryptedXmlFile></data>"""
    receipt = receive(Envelope(xml, (SentFile("submission.xml.enc", "", b"x"),)), DESK, NOW)
    kept = Submission.objects.get()
    assert (receipt.aside, kept.is_encrypted, kept.next_try_at) == (Aside.ENCRYPTED, True, None)
    assert kept.attachments.get().is_mentioned


def test_what_a_leaver_sends_is_kept_apart() -> None:
    receipt = send(screening(id=HOUSEHOLD), sender=Sender(None, is_leaving=True))
    kept = Submission.objects.get()
    assert (receipt.aside, kept.is_quarantined, kept.state) == (Aside.QUARANTINED, True, State.PARKED)


@pytest.mark.parametrize(
    ("xml", "refusal"),
    [
        (b"hello", Refusal.NOT_XML),
        (b"<data id='screening' version='2025080101'><meta/></data>", Refusal.NO_INSTANCE_ID),
        (screening(instance_id="uuid:" + "x" * 300), Refusal.BAD_INSTANCE_ID),
    ],
)
def test_what_cannot_be_named_is_refused_and_leaves_nothing(xml: bytes, refusal: Refusal) -> None:
    before = {*house_files().rglob("*")}
    with pytest.raises(Refused) as refused:
        send(xml, a_bin=b"unseen before " + xml)
    assert refused.value.refusal == refusal
    assert not Submission.objects.exists()
    assert {*house_files().rglob("*")} == before


def test_a_loser_of_the_race_uses_the_winners_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two copies at once: the second sees nothing when it seals its files, and finds the first when it inserts."""
    xml = screening(instance_id=ID)
    send(xml, a_bin=b"1")
    monkeypatch.setattr("sync.receive._wrapped_key", lambda *_: None)
    assert send(xml, a_bin=b"1").verdict == Verdict.AGAIN
    assert send(xml, b_bin=b"2").verdict == Verdict.MORE_MEDIA
    kept = Submission.objects.get()
    for file in kept.attachments.all():
        assert get_file(file.stored, file.sha256, unwrap(bytes(kept.wrapped_key))) in (b"1", b"2")


def test_a_keep_is_few_statements(django_assert_max_num_queries: object) -> None:
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        send(
            screening()
        )  # version (once in a process), lock (PostgreSQL), look, insert; savepoint and its release


def house_files() -> Path:
    return Path(settings.FILES_DIR)
