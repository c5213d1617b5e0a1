"""Contacts, decisions and windows as short as a calendar has them."""

from datetime import date

from server.visits.rules import Act, Contacted, Graded, Window

D = date.fromisoformat


def seen(day: str, next_on: str = "", *, reached: bool = True, settled: bool = False) -> Contacted:
    """A contact; ``settled``: it found a stable income and good integration."""
    return Contacted(D(day), reached, D(next_on) if next_on else None, settled, settled)


def ruled(*acts: tuple[str, ...]) -> list[Act]:
    """Grade acts in the order of filing: (grade, since) filed on that day, or (grade, since, filed)."""
    return [Graded(D(filed[0] if filed else since), D(since), grade) for grade, since, *filed in acts]


def days(window: Window) -> tuple[str, str]:
    assert window.due_from is not None and window.due_to is not None
    return window.due_from.isoformat(), window.due_to.isoformat()
