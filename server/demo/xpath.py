"""XPath as forms use it: XPath 1.0 of libxml2 and the functions ODK adds that our forms call. Pure.

Source: ODK XForms specification, "XPath functions". Days are texts (yyyy-mm-dd); what is not set is the empty text.
"""

import re
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime
from functools import lru_cache
from typing import Any

from lxml import etree

Evaluate = Callable[["etree._Element"], Any]
#: The phone's clock while a form is filled; set by `fill`.
CLOCK: ContextVar[datetime] = ContextVar("clock")
#: Where ids come from; a story that must be told twice in the same words brings its own.
IDS: ContextVar[Callable[[], str]] = ContextVar("ids", default=lambda: str(uuid.uuid4()))
#: Child of the filled form's root under which the lists hang while it is being filled.
LISTS = "_lists"
_INSTANCE = re.compile(r"instance\('([^']+)'\)")


@lru_cache(maxsize=4096)
def compiled(expression: str, root: str) -> Evaluate:
    """The expression, its `instance('list')` pointed at the lists below the root of the same document."""
    expression = expression.replace(". <= now()", "seconds(.) <= seconds(now())")
    here = _INSTANCE.sub(rf"/{root}/{LISTS}/\1", expression)
    return etree.XPath(here, extensions=_FUNCTIONS, smart_strings=False)


def text(value: Any) -> str:
    """A result as it is stored: a node set is its first node, a whole number has no point, NaN is blank."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if value != value:
            return ""
        return str(int(value)) if value == int(value) else repr(value)
    if isinstance(value, list):
        return _of_node(value[0]) if value else ""
    return ""


def truth(value: Any) -> bool:
    """A result as a condition."""
    if isinstance(value, float):
        return value == value and value != 0
    return bool(value)


def lists_named(expression: str) -> set[str]:
    return set(_INSTANCE.findall(expression))


def _of_node(node: Any) -> str:
    return node if isinstance(node, str) else "".join(node.itertext())


def _if(_: Any, condition: Any, then: Any, otherwise: Any) -> Any:
    chosen = then if truth(condition) else otherwise
    return text(chosen) if isinstance(chosen, list) else chosen


def _format_date(_: Any, value: Any, pattern: Any) -> str:
    day = text(value)
    try:
        return datetime.fromisoformat(day).strftime(text(pattern))
    except ValueError:
        return ""


def _substr(_: Any, value: Any, start: float, end: Any = None) -> str:
    if start != start or (isinstance(end, float) and end != end):
        return ""
    return text(value)[int(start) : None if end is None else int(end)]


def _seconds(moment: str) -> float:
    """A moment as a number, for comparing: engines compare dates themselves, plain XPath does not."""
    try:
        return datetime.fromisoformat(moment).timestamp()
    except ValueError:
        return float("nan")


def _once(context: Any, value: Any) -> str:
    return (context.context_node.text or "") or text(value)


_ODK: dict[str, Callable[..., Any]] = {
    "if": _if,
    "format-date": _format_date,
    "substr": _substr,
    "once": _once,
    "coalesce": lambda _, a, b: text(a) or text(b),
    "count-selected": lambda _, value: float(len(text(value).split())),
    "selected": lambda _, value, code: text(code) in text(value).split(),
    "join": lambda _, mark, nodes: text(mark).join(_of_node(node) for node in nodes),
    "regex": lambda _, value, pattern: re.search(text(pattern), text(value)) is not None,
    "today": lambda _: CLOCK.get().date().isoformat(),
    "seconds": lambda _, value: _seconds(text(value)),
    "now": lambda _: CLOCK.get().isoformat(timespec="milliseconds"),
    "uuid": lambda _: IDS.get()(),
}
_FUNCTIONS: dict[tuple[str | None, str], Callable[..., Any]] = {
    (None, name): one for name, one in _ODK.items()
}
