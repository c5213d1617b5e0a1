"""One phone, the whole way: fetch, fill, send, fetch again."""

import uuid

import pytest
from django.db import transaction

from server.demo.phone_model import Seen
from sync.kinds import State
from sync.models import Attachment, Submission
from sync.receive import read_xml
from sync.rows import put_rows
from tests.sync import house
from tests.sync.house import NOW

pytestmark = pytest.mark.django_db


def serve(entity_id: str, name: str, scope: str = "v1", submissions: int = 0) -> None:
    with transaction.atomic():
        put_rows(
            "households", entity_id, {scope: {"label": name, "rep_name": name}}, "test", NOW, submissions
        )


def test_a_phone_gets_forms_media_and_its_rows() -> None:
    house.publish_plain()
    serve("h1", "张阿福")
    serve("h2", "别村人", scope="v2")
    phone = house.phone_of(house.make_worker())
    phone.sync()
    assert phone.forms["screening"].version == "2025080101"
    assert phone.forms["screening"].media == house.LISTS.files
    assert [row.label for row in phone.lists["households"].rows.values()] == ["张阿福"]
    phone.sync()
    assert [row.label for row in phone.lists["households"].rows.values()] == ["张阿福"]


def test_what_was_made_offline_is_kept_sent_and_comes_back() -> None:
    house.publish_plain()
    phone = house.phone_of(house.make_worker())
    phone.sync()
    made = str(uuid.uuid4())
    xml = house.screening("李阿妹", id=made, photo="门口 1.jpg")
    phone.finalize("screening", xml, {"门口 1.jpg": b"no picture", "audit.csv": b"event"})
    assert phone.lists["households"].rows[made].seen == Seen.OFFLINE
    phone.sync()
    assert made in phone.lists["households"].rows, "never deleted before the server has heard of it"

    house.CONDUCTOR.then = lambda pk, now: put_rows(
        "households", made, {"v1": {"label": "李阿妹", "rep_name": "李阿妹"}}, "test", now, 1
    )
    assert phone.send_all() == 1
    submission = Submission.objects.get()
    assert submission.state == State.APPLIED
    assert read_xml(submission) == xml
    assert submission.context["villages"] == ["v1"]
    files = {file.name: file for file in Attachment.objects.all()}
    assert files["门口 1.jpg"].is_unreadable
    assert files["门口 1.jpg"].is_mentioned
    assert not files["audit.csv"].is_mentioned
    assert "门口 1.jpg 打不开" in phone.outbox[0].said

    phone.sync()
    row = phone.lists["households"].rows[made]
    assert (row.seen, row.version, row.trunk) == (Seen.ONLINE, 2, 2)
