"""A limit on how long the database work of one piece may take."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


class OutOfTime(Exception):
    """The budget was used up before the next statement."""


@contextmanager
def time_budget(seconds: float) -> Iterator[None]:
    """Inside, every SQL statement that would begin after `seconds` raises OutOfTime.

    PostgreSQL is told as well, so that a statement that runs or waits too long is broken off (call it inside the
    transaction then). SQLite waits for its one lock before the transaction begins, for as long as its settings say.
    """
    end = time.monotonic() + seconds
    if connection.vendor == "postgresql" and connection.in_atomic_block:
        limit = f"{max(1, int(seconds * 1000))}ms"
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('statement_timeout', %s, true), set_config('lock_timeout', %s, true)",
                [limit, limit],
            )

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if time.monotonic() > end:
            raise OutOfTime(f"over {seconds:g} s")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield
