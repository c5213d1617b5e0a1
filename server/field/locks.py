"""Who may derive what at one time. SQLite has one writer; PostgreSQL takes advisory locks for the transaction.

The one global order: the house, match keys, then ids, each in rising order, then (in sync) the village counters. The
house is held together by everybody who derives, and alone by who decides something about all households: what was
being derived without that decision is then there to be derived again, and what comes later knows of it.
"""

import hashlib
from collections.abc import Iterable

from django.db import connection

_CLASS = {"house": 0, "key": 1, "id": 2}


def locks() -> bool:
    """Whether anything is locked at all: where one writer writes at a time, nothing is."""
    return connection.vendor == "postgresql"


def lock(kind: str, names: Iterable[str], *, ids: Iterable[str] = ()) -> None:
    """Hold the house together with others, these names (``kind``: key | id) and then ``ids``, until the transaction, or
    the savepoint it was taken in, ends."""
    if not locks():
        return
    numbers = {*(_number(kind, name) for name in names), *(_number("id", name) for name in ids)}
    if not numbers:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT CASE WHEN n = %s THEN pg_advisory_xact_lock_shared(n)::text ELSE pg_advisory_xact_lock(n)::text END"
            " FROM (SELECT unnest(%s::bigint[]) AS n ORDER BY 1) AS o",
            [_HOUSE, sorted({_HOUSE, *numbers})],
        )


def lock_house() -> None:
    """Hold the house alone until the transaction ends: wait for all who derive, and let nobody begin."""
    if locks():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_HOUSE])


def _number(kind: str, name: str) -> int:
    """A 63-bit number whose top bits are the class, so that keys always come before ids."""
    digest = hashlib.blake2b(f"{kind}:{name}".encode(), digest_size=8).digest()
    return (_CLASS[kind] << 60) | (int.from_bytes(digest, "big") & ((1 << 60) - 1))


_HOUSE = _number("house", "")
