"""A person's list: the rows of his scopes, and a hash that is known without reading them."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from django.db import connection

from sync.lines import cells, line_of
from sync.models import EntityVersion, ListCounter, PhoneRow
from sync.vault.envelope import RowTexts

CHUNK = 300  # rows per piece of the stream
EXPLAINING_VERSION = 1


def list_hashes(asked: Mapping[str, Sequence[str]], headings: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The hash (32 hex digits) of each asked list for a person with these scopes. One query for all.

    `headings` are the lists' columns: a new column must reach the phones too. A list without scopes has a hash as well:
    that of its explaining row.
    """
    scopes = {scope for some in asked.values() for scope in some}
    counted = _counts(asked, scopes)
    return {
        name: hashlib.md5(
            repr(
                (name, *headings[name], *((scope, counted.get((name, scope), 0)) for scope in sorted(some)))
            ).encode(),
            usedforsecurity=False,
        ).hexdigest()
        for name, some in asked.items()
    }


def _counts(names: Collection[str], scopes: Collection[str]) -> dict[tuple[str, str], int]:
    """The counters by (list, scope). In SQL: every manifest asks, and the ORM would take longer than the database."""
    if not names or not scopes:
        return {}
    table = ListCounter._meta.db_table
    some, these = (",".join(["%s"] * len(values)) for values in (names, scopes))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT list, scope, n FROM {table} WHERE list IN ({some}) AND scope IN ({these})",
            [*names, *scopes],
        )
        return {(name, scope): n for name, scope, n in cursor.fetchall()}


def list_rows(
    list: str, scopes: Sequence[str], columns: Sequence[str], explaining: Mapping[str, str] | None = None
) -> Iterator[bytes]:
    """The list as CSV in pieces, UTF-8 without BOM: name, label, __version, then `columns`.

    One statement, so one consistent snapshot, also while others write. An id that stands in two of the scopes comes
    once. Without scopes: the explaining row alone, if there is one.
    """
    names = ",".join(columns)
    piece = [cells(["name", "label", "__version", *columns]) + "\n"]
    if not scopes and explaining is not None:
        rest = [explaining.get(column, "") for column in columns]
        piece.append(cells([explaining["name"], explaining["label"], EXPLAINING_VERSION, *rest]) + "\n")
    if scopes:
        seen: set[str] = set()
        text_of = RowTexts()
        rows = (
            PhoneRow.objects.filter(list=list, scope__in=scopes)
            .order_by("scope", "entity_id")
            .values_list("entity_id", "version", "columns_sealed")
        )
        for entity_id, version, sealed in rows.iterator(chunk_size=CHUNK):
            if entity_id in seen:
                continue
            seen.add(entity_id)
            piece.append(line_of(text_of(bytes(sealed)), entity_id, version, columns, names))
            if len(seen) % CHUNK == 0:
                yield "".join(piece).encode()
                piece.clear()
    yield "".join(piece).encode()


def entity_states(list: str, scopes: Sequence[str], ids: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """(id, deleted) for each asked id of which something is kept: deleted when it is no row of this person's list.

    Ids the server has never heard of are left out: they may sit in a submission still on the phone.
    """
    asked = [*dict.fromkeys(ids)]
    known = set(
        EntityVersion.objects.filter(list=list, entity_id__in=asked).values_list("entity_id", flat=True)
    )
    served = set(
        PhoneRow.objects.filter(list=list, scope__in=scopes, entity_id__in=known).values_list(
            "entity_id", flat=True
        )
    )
    return ((entity_id, entity_id not in served) for entity_id in asked if entity_id in known)
