"""A query whose SQL is made once: at the door, writing it would take longer than the database takes to answer.

by_token = Prepared(lambda: PhoneKey.objects.filter(token_hash=PARAM).values_list("pk", "user_id"))
rows = by_token(token_hash)
"""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import QuerySet

PARAM = "\x01the parameter\x01"
NUMBER = -8_071_629_341_127_345_003  # the same for a number


class Prepared:
    """A `values_list` query with one parameter: PARAM (text) or NUMBER stands where it belongs, as often as needed."""

    def __init__(self, query: Callable[[], "QuerySet[Any, Any]"]) -> None:
        self._query = query
        self._made: dict[str, tuple[str, tuple[Any, ...], Any, Any]] = {}

    def __call__(self, value: str | int) -> list[tuple[Any, ...]]:
        """All rows, as `values_list` would give them."""
        sql, params, compiler, converters = self._made.get(connection.vendor) or self._make()
        with connection.cursor() as cursor:
            cursor.execute(sql, [value if param in (PARAM, NUMBER) else param for param in params])
            rows: Any = cursor.fetchall()
        if converters:
            rows = compiler.apply_converters(rows, converters)
        return [tuple(row) for row in rows]

    def _make(self) -> tuple[str, tuple[Any, ...], Any, Any]:
        compiler = self._query().query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        converters = compiler.get_converters([expression for expression, *_ in compiler.select])
        made = self._made[connection.vendor] = (sql, params, compiler, converters)
        return made
