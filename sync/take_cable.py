"""Take in what came by cable: every record by the same two beats as from the phone."""

import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from forms.catalogue import find_version
from forms.head import form_of, read_head
from forms.read import read_answers
from forms.xml import Unreadable
from sync.cable import Cable, Damaged
from sync.inbox import LEASE, claim_one, settle
from sync.kinds import State, Verdict
from sync.problems import Refused
from sync.receive import Envelope, Sender, SentFile, receive
from sync.roof import Apply

#: So many are worked off while the person waits; the worker does the rest.
AT_ONCE = 200


@dataclass(frozen=True)
class Taken:
    """What became of one record. Without a verdict nothing was stored, and `why` says so.

    `is_draft`: never finished on the phone, and not asked for. `state` is after beat two.
    """

    folder: str
    form_id: str = ""
    verdict: Verdict | None = None
    why: str = ""
    is_draft: bool = False
    submission_id: int | None = None
    state: State | None = None
    files: int = 0


def take_cable(
    cable: Cable, sender: Sender, now: datetime, apply: Apply | None, *, with_drafts: bool = False
) -> Iterator[Taken]:
    """Each record in turn. Done twice it is once: what is kept already is AGAIN.

    ``apply``: beat two, at once; None leaves it to the worker. ``with_drafts`` takes also what was never finished: such
    a text gets the number under which the finished one would come later, and the first to come counts.
    """
    for count, folder in enumerate(cable.folders):
        try:
            record = folder.read()
        except Damaged as damaged:
            yield Taken(folder.name, why=damaged.sentence)
            continue
        at_once = apply if count < AT_ONCE else None
        yield _take(folder.name, record.xml, record.files, sender, now, at_once, with_drafts)


def _take(
    name: str,
    xml: bytes,
    files: tuple[tuple[str, bytes], ...],
    sender: Sender,
    now: datetime,
    apply: Apply | None,
    with_drafts: bool,
) -> Taken:
    form_id = form_of(xml)
    if not with_drafts and is_draft(xml):
        return Taken(name, form_id, is_draft=True, files=len(files))
    envelope = Envelope(xml, [SentFile(file, _type_of(file), data) for file, data in files])
    try:
        receipt = receive(envelope, sender, now, try_at=now + LEASE if apply else None)
    except Refused as refused:
        return Taken(name, form_id, why=refused.refusal.sentence, files=len(files))
    state = receipt.state
    if apply is not None and state == State.KEPT:
        fresh = receipt.verdict in (Verdict.NEW, Verdict.EDIT)
        if fresh or claim_one(receipt.submission_id, now):
            state = settle(receipt.submission_id, apply, now)
    why = receipt.aside.sentence if receipt.aside else ""
    return Taken(name, form_id, receipt.verdict, why, False, receipt.submission_id, state, len(files))


def is_draft(xml: bytes) -> bool:
    """Was this text never finished on the phone? Its form asks for the moment of finishing (`end`), and it has none.

    Collect writes that moment when a form is finalized (`FormEntryController.finalizeFormEntry`). A form that does not
    ask tells nothing.
    """
    try:
        told = read_head(xml)
        version = find_version(told.form_id, told.version)
        if version is None or told.is_encrypted:
            return False
        ends = [field.name for field in version.fields if field.type == "end"]
        return bool(ends) and not read_answers(xml, version.fields).get(ends[0])
    except Unreadable:
        return False


def _type_of(file: str) -> str:
    """By its extension, as the phone would have said it."""
    return mimetypes.guess_type(file)[0] or "application/octet-stream"
