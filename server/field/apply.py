"""The conductor: what follows from a submission, at a glance."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from forms.catalogue import find_version
from forms.models import FormVersion
from forms.xml import Unreadable
from server.field.file_statements import file_statements
from server.field.refresh import Touched, refresh
from server.field.told import told
from server.field.translate import CannotTranslate, Origin
from sync.kinds import State
from sync.models import Submission
from sync.read_kept import read_kept
from sync.troubles import Aside, Trouble

_ONE = f"SELECT * FROM {Submission._meta.db_table} WHERE id = %s"


def apply(submission_id: int, now: datetime) -> None:
    """Read, translate, file, refresh: beat two for one submission, inside the caller's transaction. Twice is once.

    :raises Trouble: it cannot be done (yet); nothing is left half done.
    """
    submission = Submission.objects.raw(_ONE, [submission_id])[0]
    refresh(filed(submission), now, cause=submission.instance_id[:80])


@transaction.atomic
def apply_many(submission_ids: Collection[int], now: datetime, cause: str) -> None:
    """Beat two for several submissions at once, marks and all: one refresh for what they touch together.

    :raises Trouble: one of them cannot be applied; then none is.
    """
    touched = Touched()
    for submission in Submission.objects.filter(pk__in=submission_ids).order_by("pk"):
        touched |= filed(submission)
    refresh(touched, now, cause)
    Submission.objects.filter(pk__in=submission_ids).update(
        state=State.APPLIED, applied_at=now, trouble="", next_try_at=None
    )


def filed(submission: Submission) -> Touched:
    """Read, translate, file.

    :raises Trouble: it cannot be done (yet).
    """
    version = _version_of(submission)
    try:
        answers = read_kept(submission, version.fields)
    except Unreadable as reason:
        raise Trouble(f"{reason.sentence}内容已原样保存，请联系填报人核对。", again=False) from reason
    try:
        list_name, filing = told(answers, origin_of(submission, version))
    except CannotTranslate as reason:
        raise Trouble(reason.sentence, again=False) from reason
    return file_statements(list_name, filing, submission)


def origin_of(submission: Submission, version: FormVersion) -> Origin:
    """What is recorded of a submission beside its text."""
    return Origin(
        received=submission.received_at,
        published=version.published_at,
        sender=submission.sender_id,
        villages=tuple(submission.context.get("villages", ())),
        source=submission.via,
        has_role=not submission.context.get("no_role", False),
        answers=None if (codes := submission.context.get("answers_for")) is None else tuple(codes),
    )


def _version_of(submission: Submission) -> FormVersion:
    version = find_version(submission.form_id, submission.form_version)
    if version is None:
        raise Trouble(Aside.UNKNOWN_VERSION.sentence)
    return version
