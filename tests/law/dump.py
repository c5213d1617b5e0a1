"""Everything derived, as plain values without primary keys: two dumps are equal when the states are."""

from typing import Any

from django.db.models import Model

from server.field.dump import Dump
from server.field.dump import dump as programme_dump
from server.field.match_across import match_across
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

TABLES: tuple[type[Model], ...] = (
    Filing, Household, Ident, MatchKey, Evidence, Link, Opinion, Lookup, Case,
    Noted, Visit, Due, Lead, Referral, PhoneRow,
)
#: Outside the law's equality: phones remember versions, so they are kept and only ever rise.
NOT_COMPARED = {"version", "digest", "is_fresh"}


def dump() -> dict[str, list[str]]:
    """Rows of every derived table, one text each, in order; once the worker has compared across homes."""
    match_across()
    return {model.__name__: sorted(_row(one) for one in _all(model)) for model in TABLES}


def plain_dump(*, receipt: bool = True) -> Dump:
    """The programme's own dump, once the worker has compared across homes."""
    match_across()
    return programme_dump(receipt=receipt)


def difference(one: dict[str, list[str]], other: dict[str, list[str]]) -> str:
    """What only one of two dumps has, table by table; empty when they are equal."""
    lines = []
    for table, rows in one.items():
        lines += [f"{table} - {row}" for row in rows if row not in other[table]]
        lines += [f"{table} + {row}" for row in other[table] if row not in rows]
    return "\n".join(lines)


def _all(model: type[Model]) -> Any:
    rows = model._default_manager.all()
    if model is Opinion:
        return rows.filter(stands=True)  # the others are a record of what was thought on the way
    if model is Filing:
        return rows.select_related("submission")
    return rows.select_related("filing") if model in (Noted, Visit) else rows


def _row(one: Model) -> str:
    values: dict[str, Any] = {}
    for column in one._meta.concrete_fields:
        value = getattr(one, column.attname)
        if column.attname == "id" and column.get_internal_type().endswith("AutoField"):
            continue
        if column.name in NOT_COMPARED or column.name == "submission":
            continue
        if column.name == "filing":
            value = one.filing.instance  # type: ignore[attr-defined]
        elif column.name in ("sealed", "columns_sealed"):
            value = pack_filing(open_filing(one)) if isinstance(one, Filing) else open_row(bytes(value))
        values[column.name] = value
    return repr(sorted(values.items(), key=lambda item: item[0]))
