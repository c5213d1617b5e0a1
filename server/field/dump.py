"""All derived tables as plain values: what two installations, or two moments, are compared by.

Rows stand under their natural names (instanceID, household id, log-in name), never under primary keys; what is sealed
is opened; entity versions and list counters are left out, since they only ever rise and differ with every retry.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Model, QuerySet

from server.accounts.models import User
from server.households.load import open_filing
from server.households.models import (
    Case,
    Evidence,
    Filing,
    Household,
    Ident,
    Link,
    Lookup,
    MatchKey,
    Noted,
    Opinion,
)
from server.households.pack import pack_filing
from server.support.models import Lead, Referral
from server.visits.models import Due, Visit
from sync.models import PhoneRow
from sync.vault.envelope import open_row

Dump = dict[str, dict[str, Any]]
#: What follows from the hour of receipt alone: another run of the same submissions has other hours.
OF_RECEIPT = frozenset({"received_at", "due_at"})
#: Where that hour shows in what phones are served (list, column).
SERVED_OF_RECEIPT = {("leads", "due")}


def dump(*, receipt: bool = True) -> Dump:
    """Every derived table: name → key → row. ``receipt=False`` leaves out what follows from the hour of receipt."""
    skip = frozenset[str]() if receipt else OF_RECEIPT
    names: dict[int, str] = dict(User.objects.values_list("pk", "username"))

    def rows(model: type[Model]) -> dict[str, Any]:
        return {row.pk: _row(row, names, skip) for row in _all(model)}

    def by_instance(model: type[Model]) -> dict[str, Any]:
        return {row.filing.instance: _row(row, names, skip) for row in _all(model, "filing")}

    return {
        "filing": {row.instance: _filing(row, names, receipt) for row in _all(Filing, "submission")},
        "household": rows(Household),
        "ident": {row.pk: row.household_id for row in _all(Ident)},
        "match_key": _set(MatchKey, "key", "entity"),
        "evidence": rows(Evidence),
        "link": _set(Link, "other", "entity"),
        "opinion": {
            f"{row.a} {row.b}": _row(row, names, skip) for row in Opinion.objects.filter(stands=True).order_by("pk")
        },
        "lookup": _set(Lookup, "key", "household_id"),
        "case": {f"{row.a_id} {row.b_id} {row.why}": row.score for row in _all(Case)},
        "noted": by_instance(Noted),
        "visit": by_instance(Visit),
        "due": rows(Due),
        "lead": rows(Lead),
        "referral": rows(Referral),
        "phone_row": {
            f"{row.list} {row.entity_id} {row.scope}": _served(row, receipt) for row in _all(PhoneRow)
        },
    }


def digest_of(tables: Mapping[str, Mapping[str, Any]]) -> str:
    """SHA-256 of a dump (hex): equal dumps, equal digests."""
    text = json.dumps(tables, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def differences(left: Dump, right: Dump, most: int = 20) -> list[str]:
    """Where two dumps differ, one line each: table, key, what is on either side."""
    found: list[str] = []
    for table in sorted({*left, *right}):
        a, b = left.get(table, {}), right.get(table, {})
        for key in sorted({*a, *b}):
            if a.get(key) != b.get(key):
                found.append(f"{table} {key}: {_unequal(a.get(key), b.get(key))}")
    return found[:most]


def _unequal(a: Any, b: Any) -> str:
    if isinstance(a, dict) and isinstance(b, dict):
        return "; ".join(
            f"{k}: {a.get(k)!r} / {b.get(k)!r}" for k in sorted({*a, *b}) if a.get(k) != b.get(k)
        )
    return f"{a!r} / {b!r}"


def _all(model: type[Model], *related: str) -> Iterable[Any]:
    rows: QuerySet[Any] = model._default_manager.order_by("pk")
    return (rows.select_related(*related) if related else rows).iterator(chunk_size=500)


def _set(model: type[Model], value: str, owner: str) -> dict[str, Any]:
    found: dict[str, list[str]] = {}
    for one, of in model._default_manager.values_list(value, owner):
        found.setdefault(str(of), []).append(str(one))
    return {of: sorted(some) for of, some in found.items()}


def _row(row: Model, names: Mapping[int, str], skip: frozenset[str]) -> dict[str, Any]:
    """The columns of a row but for primary keys; people by log-in name, sealed columns opened."""
    plain: dict[str, Any] = {}
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if field.primary_key or field.name in skip or field.name in ("filing", "is_fresh"):
            continue
        if field.name == "by":
            plain["by"] = names.get(value)
        elif field.name == "sealed":
            plain["sealed"] = open_row(bytes(value))
        else:
            plain[field.name] = value.isoformat() if isinstance(value, (datetime, date)) else value
    return plain


def _filing(row: Filing, names: Mapping[int, str], receipt: bool) -> dict[str, Any]:
    named = {name: getattr(row, name) for name in ("list", "entity", "deprecated", "about", "closes")}
    said = pack_filing(open_filing(row))
    said["by"] = names.get(said["by"])
    if not receipt:
        del said["r"]
    return {**named, "said": said}


def _served(row: PhoneRow, receipt: bool) -> dict[str, Any]:
    columns = open_row(bytes(row.columns_sealed))
    return {c: value for c, value in columns.items() if receipt or (row.list, c) not in SERVED_OF_RECEIPT}
