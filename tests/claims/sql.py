"""What a database is asked while something happens: the text of every statement, in order, without its values."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

_SAVEPOINT = re.compile(r'"s\d+_x\d+"')


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement of the block. Lists of values keep their length: how many are asked for tells something too."""
    found: list[str] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        found.append(_SAVEPOINT.sub("savepoint", sql))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield found
