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

    Costs no statement and works on every database. It cannot break off one that is running: lock waits are bounded by
    the database's own settings.
    """
    end = time.monotonic() + seconds

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if time.monotonic() > end:
            raise OutOfTime(f"over {seconds:g} s")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield
