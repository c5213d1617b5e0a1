"""Filing what a submission says: one sealed row, and the ids that must be derived again."""

from collections.abc import Iterable

from django.db import connection
from django.db.models import Q

from server.field.locks import locks
from server.field.refresh import Touched, claims_of
from server.households.chains import chains_of
from server.households.load import seal_filing
from server.households.models import Filing as FilingRow
from server.households.values import Filing
from sync.models import Submission
from sync.upsert import upsert

COLUMNS = ("submission", "list", "entity", "deprecated", "about", "closes", "batch", "sealed")


def file_statements(list_name: str, filing: Filing, submission: Submission) -> Touched:
    """Store the filing of one submission; what it touches. Twice is once.

    Two texts with one instanceID: the one received earlier counts (ties: the lower hash); the other states nothing.
    It is filed under the submission's own names, one row to an instance.
    """
    twins, edits = _same_and_edits(submission.instance_id)
    before = FilingRow.objects.filter(instance=submission.instance_id)
    touched = touched_by(before) if len(twins) > 1 else Touched()
    if twins and twins[0] != submission.pk:
        before.filter(submission=submission).delete()
        return touched | _named(list_name, filing)
    if len(twins) > 1:
        before.exclude(submission=submission).delete()
    row = FilingRow(
        submission=submission,
        list=list_name,
        entity=filing.entity,
        instance=submission.instance_id,
        deprecated=submission.deprecated_id,
        about=filing.about,
        closes=filing.closes,
        batch=filing.batch,
        sealed=seal_filing(filing, bytes(submission.wrapped_key)),
    )
    upsert([row], key=["instance"], update=COLUMNS)
    touched |= _of(list_name, filing.entity, filing.about, filing.closes) | _named(list_name, filing)
    if filing.creates and locks():
        claims = claims_of(chains_of([filing], [])[0], ())
        touched |= Touched(keys=frozenset(key for _, key in claims))
    if row.deprecated:
        touched |= touched_by(FilingRow.objects.filter(instance=row.deprecated))
    return touched | edits


def _same_and_edits(instance_id: str) -> tuple[list[int], Touched]:
    """(the submissions of this instanceID that can be read, the one that counts first; what edits of it bear on)"""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, received_at, xml_sha256, '', '', '' FROM {Submission._meta.db_table}"
            " WHERE instance_id = %s AND NOT is_encrypted UNION ALL "
            f"SELECT 0, NULL, list, entity, about, closes FROM {FilingRow._meta.db_table}"
            " WHERE deprecated <> '' AND deprecated = %s",
            [instance_id, instance_id],
        )
        rows = cursor.fetchall()
    twins = sorted((received, sha256, pk) for pk, received, sha256, *_ in rows if pk)
    edits = Touched()
    for pk, _, list_name, *names in rows:
        if not pk:
            edits |= _of(list_name, *names)
    return [pk for _, _, pk in twins], edits


def touched_by(rows: Iterable[FilingRow]) -> Touched:
    """What some filings bear on: the id they name, the household they are about, the lead they close."""
    touched = Touched()
    for row in rows:
        touched |= _of(row.list, row.entity, row.about, row.closes)
    return touched


def touched_by_submission(instance: str) -> Touched:
    """What an act on one version bears on: every version of its chain. ``instance`` may be that of a batch."""
    seen: set[str] = set()
    todo = {instance, *FilingRow.objects.filter(batch=instance).exclude(batch="").values_list("instance", flat=True)}
    touched = Touched()
    while todo:
        seen |= todo
        rows = list(FilingRow.objects.filter(Q(instance__in=todo) | Q(deprecated__in=todo)).defer("sealed"))
        touched |= touched_by(rows)
        todo = ({row.instance for row in rows} | {row.deprecated for row in rows if row.deprecated}) - seen
    return touched


def _of(list_name: str, entity: str, about: str, closes: str) -> Touched:
    names: dict[str, frozenset[str]] = dict.fromkeys(("households", "leads", "referrals"), frozenset())
    names[list_name] = frozenset({entity})
    if list_name == "leads" and about:
        names["households"] = frozenset({about})
    if closes:
        names["leads"] |= {closes}
    return Touched(names["households"], names["leads"], names["referrals"])


def _named(list_name: str, filing: Filing) -> Touched:
    return Touched(submissions={(list_name, filing.entity): 1})
