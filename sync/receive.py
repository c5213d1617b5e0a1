"""Beat one: keep the bytes. Refuses only what it cannot name."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from forms.catalogue import find_version
from forms.head import Head
from forms.models import Form
from sync.called import called
from sync.files import put_file
from sync.kinds import State, Verdict, Via
from sync.models import VERSION_LENGTH, Attachment, Submission
from sync.photos import calls_itself_picture, looks_like_picture
from sync.prepared import PARAM, Prepared
from sync.problems import Refusal, Refused
from sync.troubles import Aside
from sync.vault.envelope import new_data_key, open_sealed, seal, unwrap
from sync.verdict import Kept, Named, verdict
from sync.versions import raise_versions

NEXT_LOOK = timedelta(minutes=5)  # for an unknown form version that may be published any minute


@dataclass(frozen=True)
class SentFile:
    """A file as it was sent: its raw name, the type its sender gave it, its bytes."""

    name: str
    content_type: str
    data: bytes | memoryview = field(repr=False)


@dataclass(frozen=True)
class Envelope:
    """One POST: the XML byte for byte and the files beside it. `is_incomplete` is a hint, and decides nothing."""

    xml: bytes = field(repr=False)
    files: Sequence[SentFile] = ()
    is_incomplete: bool = False
    device: str = ""
    agent: str = ""


@dataclass(frozen=True)
class Sender:
    """Who said it. `villages`: those he visits now; `answers_for`: codes of the areas whose homes he may speak for
    (None: not to be recorded, for what never had a home); `is_leaving`: kept apart, he has left; `has_role`: False
    where he holds no role any more, though his phone still speaks; `brought_by`: whose hands it went through when it
    did not come from the phone itself (whoever brings a text could have written it)."""

    user_id: int | None
    key_id: int | None = None
    villages: Sequence[str] = ()
    via: Via = Via.PHONE
    is_leaving: bool = False
    has_role: bool = True
    brought_by: int | None = None
    answers_for: Sequence[str] | None = None

    @property
    def context(self) -> dict[str, Any]:
        """What a submission keeps of the moment of its receipt."""
        kept: dict[str, Any] = {"villages": [*self.villages]}
        if self.answers_for is not None:
            kept["answers_for"] = [*self.answers_for]
        if not self.has_role:
            kept["no_role"] = True
        if self.brought_by is not None:
            kept["brought_by"] = self.brought_by
        return kept


@dataclass(frozen=True)
class Receipt:
    """What became of one POST. `aside`: kept, and nothing follows from it for that reason."""

    verdict: Verdict
    submission_id: int
    state: State
    aside: Aside | None = None
    unreadable: tuple[str, ...] = ()  # names of pictures that are none


def receive(envelope: Envelope, sender: Sender, now: datetime, *, try_at: datetime | None = None) -> Receipt:
    """Keep one POST. When this returns, the text and every file are on disk and committed.

    `try_at`: when the worker may take it up (now, unless the caller settles it himself).

    :raises Refused: not XML, no instanceID or several, an unknown form. Nothing was stored then.
    """
    told = called(envelope.xml)
    # Outside the transaction: what another process has just published is seen, and may be remembered.
    is_known = find_version(told.form_id, told.version) is not None
    if not is_known and not Form.objects.filter(form_id=told.form_id).exists():
        raise Refused(Refusal.UNKNOWN_FORM)
    files = {(file.name[:255], hashlib.sha256(file.data).hexdigest()): file for file in envelope.files}
    post = _Post(envelope, sender, now, try_at or now, told, is_known, files)
    # The files are sealed and flushed before the transaction, under the key of the submission they belong to. Should
    # another copy of the same submission win the race with a key of its own, they are sealed once more under that.
    wrapped = _wrapped_key(told.instance_id, post.xml_sha256) if files else None
    while True:
        wrapped, key = (wrapped, unwrap(wrapped)) if wrapped else new_data_key()
        stored = _store(files, key)
        with transaction.atomic():
            outcome = _keep(post, wrapped, key, stored)
        if isinstance(outcome, Receipt):
            return outcome
        wrapped = outcome


def read_xml(submission: Submission) -> bytes:
    """The text of a submission as it was sent."""
    key = unwrap(bytes(submission.wrapped_key))
    return open_sealed(key, bytes(submission.xml_sealed), submission.xml_sha256.encode("ascii"))


class _Post:
    """One POST and what was worked out about it."""

    def __init__(
        self,
        envelope: Envelope,
        sender: Sender,
        now: datetime,
        try_at: datetime,
        told: Head,
        is_known: bool,
        files: Mapping[Named, SentFile],
    ) -> None:
        self.envelope, self.sender, self.now, self.try_at = envelope, sender, now, try_at
        self.told, self.is_known, self.files = told, is_known, files
        self.xml_sha256 = hashlib.sha256(envelope.xml).hexdigest()


@dataclass(frozen=True)
class _Stored:
    address: str
    is_unreadable: bool


def _wrapped_key(instance_id: str, xml_sha256: str) -> bytes | None:
    kept = Submission.objects.filter(instance_id=instance_id, xml_sha256=xml_sha256)
    wrapped = kept.values_list("wrapped_key", flat=True).first()
    return None if wrapped is None else bytes(wrapped)


def _store(files: Mapping[Named, SentFile], key: bytes) -> dict[Named, _Stored]:
    stored = {}
    for (name, sha256), file in files.items():
        data = bytes(file.data)
        is_unreadable = calls_itself_picture(name) and not looks_like_picture(data)
        stored[name, sha256] = _Stored(put_file(data, sha256, key), is_unreadable)
    return stored


@dataclass(frozen=True)
class _Own:
    """What is needed of a submission kept before (or just now)."""

    pk: int
    xml_sha256: str
    wrapped_key: bytes
    received_at: datetime
    state: str
    is_encrypted: bool
    is_clash: bool
    is_quarantined: bool


_by_instance = Prepared(
    lambda: Submission.objects.filter(instance_id=PARAM).values_list(
        "pk",
        "xml_sha256",
        "wrapped_key",
        "received_at",
        "state",
        "is_encrypted",
        "is_clash",
        "is_quarantined",
    )
)


def _keep(post: _Post, wrapped: bytes, key: bytes, stored: Mapping[Named, _Stored]) -> Receipt | bytes:
    """The transaction. The wrapped key of the submission, if the files must be sealed under that one instead."""
    _lock(post.told.instance_id)
    kept = [_Own(*row) for row in _by_instance(post.told.instance_id)]
    own = next((one for one in kept if one.xml_sha256 == post.xml_sha256), None)
    if own is not None and stored and bytes(own.wrapped_key) != wrapped:
        return bytes(own.wrapped_key)
    has = _files_of(own.pk) if own is not None and stored else frozenset()
    what = verdict(
        [Kept(one.xml_sha256, has if one is own else frozenset()) for one in kept],
        xml_sha256=post.xml_sha256,
        deprecated_id=post.told.deprecated_id,
        files=frozenset(stored),
    )
    if own is None:
        aside = _why_aside(post, what)
        after = max((one.received_at for one in kept), default=None)
        made = _insert(post, wrapped, key, aside, after)
        pk, state = made.pk, made.state
        if aside is not None:
            raise_versions(post.told.named, f"kept aside: {aside.name}", post.now)
    else:
        aside, pk, state = Aside.of(own), own.pk, own.state
    _insert_files(post, pk, {named: one for named, one in stored.items() if named not in has})
    unreadable = tuple(name for (name, _), one in stored.items() if one.is_unreadable)
    return Receipt(what, pk, State(state), aside, unreadable)


def _lock(instance_id: str) -> None:
    """One POST of an instanceID at a time. SQLite has one writer at a time anyway (transaction_mode IMMEDIATE)."""
    if connection.vendor == "postgresql":
        number = int.from_bytes(
            hashlib.sha256(b"instance " + instance_id.encode()).digest()[:8], "big", signed=True
        )
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def _files_of(submission_id: int) -> frozenset[Named]:
    return frozenset(Attachment.objects.filter(submission=submission_id).values_list("name", "sha256"))


def _why_aside(post: _Post, what: Verdict) -> Aside | None:
    if post.sender.is_leaving:
        return Aside.QUARANTINED
    if what == Verdict.CLASH:
        return Aside.CLASH
    if post.told.is_encrypted:
        return Aside.ENCRYPTED
    return None if post.is_known else Aside.UNKNOWN_VERSION


def _insert(
    post: _Post, wrapped: bytes, key: bytes, aside: Aside | None, after: datetime | None
) -> Submission:
    # Of two texts with one instanceID the earlier received counts, for ever: a later one is never put before it, even
    # if its request began first.
    received_at = post.now if after is None else max(post.now, after + timedelta(microseconds=1))
    context = post.sender.context
    for name, value in (("device", post.envelope.device[:100]), ("agent", post.envelope.agent[:200])):
        if value:
            context[name] = value
    return Submission.objects.create(
        instance_id=post.told.instance_id,
        xml_sha256=post.xml_sha256,
        form_id=post.told.form_id,
        form_version=post.told.version[:VERSION_LENGTH],  # cut, it is none that was ever published
        deprecated_id=post.told.deprecated_id,
        sender_id=post.sender.user_id,
        key_id=post.sender.key_id,
        via=post.sender.via,
        received_at=received_at,
        size=len(post.envelope.xml),
        wrapped_key=wrapped,
        xml_sealed=seal(key, post.envelope.xml, post.xml_sha256.encode("ascii")),
        is_encrypted=post.told.is_encrypted,
        is_clash=after is not None,  # also of somebody who has left: letting it in does not make it count
        is_quarantined=aside == Aside.QUARANTINED,
        context=context,
        state=State.PARKED if aside else State.KEPT,
        trouble=aside.sentence if aside else "",
        next_try_at=post.try_at
        if aside is None
        else post.now + NEXT_LOOK
        if aside == Aside.UNKNOWN_VERSION
        else None,
    )


def _insert_files(post: _Post, submission_id: int, new: Mapping[Named, _Stored]) -> None:
    if not new:
        return
    names = [name for name, _ in new]
    Attachment.objects.filter(submission=submission_id, name__in=names).update(is_replaced=True)
    Attachment.objects.bulk_create(
        Attachment(
            submission_id=submission_id,
            name=name,
            sha256=sha256,
            size=len(post.files[name, sha256].data),
            content_type=post.files[name, sha256].content_type[:100],
            stored=one.address,
            received_at=post.now,
            is_mentioned=name in post.told.mentions,
            is_replaced=name in names[index + 1 :],  # the same name twice in one POST: the last one stands
            is_unreadable=one.is_unreadable,
        )
        for index, ((name, sha256), one) in enumerate(new.items())
    )
