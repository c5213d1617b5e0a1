"""Write what phones are served: `phone_rows`, their versions, and the counters from which list hashes come."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from sync.lines import tail_of
from sync.models import PhoneRow
from sync.upsert import upsert
from sync.vault.envelope import seal_row
from sync.vault.lookup import keyed
from sync.versions import CHUNK, Named, Rise, count_up, rise

Columns = Mapping[str, str]


@dataclass(frozen=True)
class Put:
    """What phones are to have of one id: its columns ("label" among them) by scope; no scope takes it off all phones.

    `submissions`: how many submissions naming this id have been taken into account for the first time.
    """

    list: str
    entity_id: str
    rows: Mapping[str, Columns] = field(default_factory=dict)
    submissions: int = 0


def put_rows(
    list: str,
    entity_id: str,
    rows: Mapping[str, Columns],
    cause: str,
    now: datetime,
    submissions: int = 0,
) -> None:
    """`put_many` of one id."""
    put_many([Put(list, entity_id, rows, submissions)], cause, now)


def put_many(puts: Sequence[Put], cause: str, now: datetime) -> None:
    """Serve these rows from now on. Done twice it changes nothing (but for `submissions`).

    Call inside a transaction, once and last: it locks the village counters. Whatever stood there for these ids and is
    not given is taken off; n rises when the content differs from what was last served, and by `submissions`; the
    counter of a scope rises when one of its rows came, went or changed, its version included.
    """
    touched: set[tuple[str, str]] = set()
    for start in range(0, len(puts), CHUNK):
        touched |= _put(puts[start : start + CHUNK], cause, now)
    count_up(touched)


def _put(puts: Sequence[Put], cause: str, now: datetime) -> set[tuple[str, str]]:
    digests = {(p.list, p.entity_id): {s: _digest(c) for s, c in p.rows.items()} for p in puts}
    if len(digests) != len(puts):
        raise ValueError("an id twice in one call")
    before = _rows_of(digests)
    # An id nobody serves, served or names has no version: phones may hold it unsent, and integrity must not know it.
    concerned = {(list, entity_id) for list, entity_id, _ in before}
    versions = rise(
        [
            Rise(p.list, p.entity_id, _digest_of_all(digests[p.list, p.entity_id]), p.submissions)
            for p in puts
            if p.rows or p.submissions or (p.list, p.entity_id) in concerned
        ],
        cause,
        now,
    )
    changed: list[PhoneRow] = []
    for put in puts:
        for scope, columns in put.rows.items():
            digest, n = digests[put.list, put.entity_id][scope], versions[put.list, put.entity_id]
            if before.pop((put.list, put.entity_id, scope), (0, 0, ""))[1:] != (n, digest):
                changed.append(
                    PhoneRow(
                        list=put.list,
                        entity_id=put.entity_id,
                        scope=scope,
                        columns_sealed=seal_row(dict(columns), tail_of(columns)),
                        version=n,
                        digest=digest,
                    )
                )
    if before:
        PhoneRow.objects.filter(pk__in=[pk for pk, _, _ in before.values()]).delete()
    upsert(changed, key=["list", "scope", "entity_id"], update=["columns_sealed", "version", "digest"])
    return {(row.list, row.scope) for row in changed} | {(list, scope) for list, _, scope in before}


def _rows_of(named: Iterable[Named]) -> dict[tuple[str, str, str], tuple[int, int, str]]:
    """(list, id, scope) → (primary key, version, digest) of every row there is of these ids."""
    by_list: dict[str, list[str]] = {}
    for list_name, entity_id in named:
        by_list.setdefault(list_name, []).append(entity_id)
    if not by_list:
        return {}
    where = " OR ".join(f"(list = %s AND entity_id IN ({', '.join(['%s'] * len(ids))}))" for ids in by_list.values())
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT list, entity_id, scope, id, version, digest FROM {PhoneRow._meta.db_table} WHERE {where}",
            [value for list_name, ids in by_list.items() for value in (list_name, *ids)],
        )
        return {(row[0], row[1], row[2]): (row[3], row[4], row[5]) for row in cursor.fetchall()}


def _digest(columns: Columns) -> str:
    text = json.dumps(dict(columns), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return keyed("phone row", text)


def _digest_of_all(by_scope: Mapping[str, str]) -> str:
    """One content in all scopes is that content, wherever it is served: moving it alone is no new version."""
    contents = set(by_scope.values())
    if len(contents) <= 1:
        return next(iter(contents), "")
    return keyed("phone rows", json.dumps(sorted(by_scope.items())))
