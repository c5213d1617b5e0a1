"""Who may derive what at one time. SQLite has one writer; PostgreSQL takes advisory locks for the transaction.

The one global order: match keys, then ids, each in rising order, then (in sync) the village counters.
"""

import hashlib
from collections.abc import Iterable

from django.db import connection

_CLASS = {"key": 1, "id": 2}


def locks() -> bool:
    """Whether anything is locked at all: where one writer writes at a time, nothing is."""
    return connection.vendor == "postgresql"


def lock(kind: str, names: Iterable[str], *, ids: Iterable[str] = ()) -> None:
    """Hold these names (``kind``: key | id) and then ``ids``, until the transaction, or the savepoint it was taken in,
    ends."""
    if not locks():
        return
    numbers = sorted({*(_number(kind, name) for name in names), *(_number("id", name) for name in ids)})
    if not numbers:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(n) FROM (SELECT unnest(%s::bigint[]) AS n ORDER BY 1) AS o",
            [numbers],
        )


def _number(kind: str, name: str) -> int:
    """A 63-bit number whose top bits are the class, so that keys always come before ids."""
    digest = hashlib.blake2b(f"{kind}:{name}".encode(), digest_size=8).digest()
    return (_CLASS[kind] << 60) | (int.from_bytes(digest, "big") & ((1 << 60) - 1))
