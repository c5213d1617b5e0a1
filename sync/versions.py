"""Entity versions as phones see them: they only ever rise.

A phone keeps its own row while its version is higher than the server's, and ignores a changed row whose version is the
same (`LocalEntityUseCases.updateLocalEntitiesFromServer`). So n rises with every change of what is served, and with
every submission that names the id, whatever became of that submission.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F

from sync.models import ID_LENGTH, LIST_LENGTH, EntityVersion, ListCounter, PhoneRow

Named = tuple[str, str]  # (list, entity id)
CHUNK = 500


@dataclass(frozen=True)
class Rise:
    """What is to be served of one id from now on ("" if nothing is), and how many more submissions have named it."""

    list: str
    entity_id: str
    digest: str
    submissions: int = 0


# One statement locks, creates, compares and raises. `excluded.n` is what a first version would be: the submissions, and
# one for being served; that one is taken off again when the same digest was served before.
_STEP = """excluded.n -
    CASE WHEN excluded.digest <> '' AND excluded.digest = sync_entityversion.digest THEN 1 ELSE 0 END"""
_RISE = f"""
INSERT INTO sync_entityversion (list, entity_id, n, digest, cause, at) VALUES {{values}}
ON CONFLICT (list, entity_id) DO UPDATE SET
  n = sync_entityversion.n + {_STEP},
  digest = CASE WHEN excluded.digest = '' THEN sync_entityversion.digest ELSE excluded.digest END,
  cause = CASE WHEN {_STEP} > 0 THEN excluded.cause ELSE sync_entityversion.cause END,
  at = CASE WHEN {_STEP} > 0 THEN excluded.at ELSE sync_entityversion.at END
RETURNING list, entity_id, n
"""

_COUNT = """
INSERT INTO sync_listcounter (list, scope, n) VALUES {values}
ON CONFLICT (list, scope) DO UPDATE SET n = sync_listcounter.n + 1
"""


def rise(rises: Sequence[Rise], cause: str, now: datetime) -> Mapping[Named, int]:
    """Raise the versions; the new n of each id. Call inside a transaction; locks the ids in their order."""
    _inside_transaction()
    found: dict[Named, int] = {}
    ordered = sorted(rises, key=lambda one: (one.list, one.entity_id))
    with connection.cursor() as cursor:
        for start in range(0, len(ordered), CHUNK):
            part = ordered[start : start + CHUNK]
            values = ", ".join(["(%s, %s, %s, %s, %s, %s)"] * len(part))
            at = connection.ops.adapt_datetimefield_value(now)
            given = [
                value
                for one in part
                for value in (
                    one.list,
                    one.entity_id,
                    one.submissions + (1 if one.digest else 0),
                    one.digest,
                    cause[:80],
                    at,
                )
            ]
            cursor.execute(_RISE.format(values=values), given)
            found.update({(row[0], row[1]): row[2] for row in cursor.fetchall()})
    return found


def raise_versions(named: Iterable[Named], cause: str, now: datetime) -> None:
    """One more submission has named these ids and nothing follows from it yet (it was parked, or will not be applied).

    Rows served now get the new version too, so that the phone that sent it takes the server's row again. Call inside
    a transaction.
    """
    ids = sorted({one for one in named if _fits(*one)})
    if not ids:
        return
    versions = rise([Rise(list, entity_id, "", 1) for list, entity_id in ids], cause, now)
    touched: set[Named] = set()
    for (list_name, entity_id), n in versions.items():
        rows = PhoneRow.objects.filter(list=list_name, entity_id=entity_id)
        if scopes := rows.values_list("scope", flat=True):
            touched.update((list_name, scope) for scope in scopes)
            rows.update(version=n)
    count_up(touched)


def _fits(list_name: str, entity_id: str) -> bool:
    """A name that no column holds was never served, and never will be."""
    return len(list_name) <= LIST_LENGTH and len(entity_id) <= ID_LENGTH


def count_up(scopes: Iterable[tuple[str, str]]) -> None:
    """Change the hash of these (list, scope)s. Last in a transaction: every writer of a village waits here."""
    _inside_transaction()
    ordered = sorted(set(scopes))
    with connection.cursor() as cursor:
        for start in range(0, len(ordered), CHUNK):
            part = ordered[start : start + CHUNK]
            values = ", ".join(["(%s, %s, 1)"] * len(part))
            cursor.execute(_COUNT.format(values=values), [value for pair in part for value in pair])


@transaction.atomic
def raise_all(margin: int) -> None:
    """After a restore from backup: phones may know versions the backup does not. Every n, row and counter rises."""
    EntityVersion.objects.update(n=F("n") + margin)
    PhoneRow.objects.update(version=F("version") + margin)
    ListCounter.objects.update(n=F("n") + margin)


def _inside_transaction() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("call inside a transaction")
