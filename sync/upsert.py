"""Write derived rows in one statement, whether they are there or not.

What `bulk_create(update_conflicts=True)` does, without building the statement anew each time: on the way from a POST to
its answer that was a third of the work.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import AutoField, Field, Model

MOST_VALUES = 30_000  # what one statement of SQLite takes; PostgreSQL takes twice that


def upsert(rows: Sequence[Model], *, key: Sequence[str] = (), update: Sequence[str] = ()) -> None:
    """Insert these rows of one model; where ``key`` (field names) is taken, set the ``update`` fields instead.

    Without ``update`` what is there stays as it is. Primary keys that the database counts are not set on the rows. Call
    inside a transaction.
    """
    if not rows:
        return
    model = type(rows[0])
    fields = _fields(model)
    step = MOST_VALUES // len(fields)
    with connection.cursor() as cursor:
        for start in range(0, len(rows), step):
            part = rows[start : start + step]
            values = [f.get_db_prep_save(getattr(row, f.attname), connection) for row in part for f in fields]
            cursor.execute(_statement(model, len(part), tuple(key), tuple(update)), values)


@lru_cache(maxsize=64)
def _fields(model: type[Model]) -> list["Field[Any, Any]"]:
    return [field for field in model._meta.concrete_fields if not isinstance(field, AutoField)]


@lru_cache(maxsize=256)
def _statement(model: type[Model], count: int, key: tuple[str, ...], update: tuple[str, ...]) -> str:
    quote = connection.ops.quote_name
    columns = [quote(str(field.column)) for field in _fields(model)]
    one = f"({', '.join(['%s'] * len(columns))})"
    text = (
        f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(columns)}) VALUES {', '.join([one] * count)}"
    )
    if not update:
        return f"{text} ON CONFLICT DO NOTHING"
    named = {field.name: quote(str(field.column)) for field in _fields(model)}
    target = ", ".join(named[name] for name in key)
    news = ", ".join(f"{named[name]} = EXCLUDED.{named[name]}" for name in update)
    return f"{text} ON CONFLICT ({target}) DO UPDATE SET {news}"
