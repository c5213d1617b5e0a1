"""补报: what a closed month would say otherwise, had everything approved since been known. Never slipped in.

Only households that something was said or decided about since are derived again (``touched``), with those that another
街镇 had closed, and those whose line has another name in it by now. The rest says what it said.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from server.households.models import Ident
from server.ledgers.cells import text_of
from server.ledgers.differences import Difference, differences
from server.ledgers.folds import rows_in
from server.ledgers.models import ClosedLine, Month
from server.ledgers.names import names_in
from server.ledgers.order import in_order
from server.ledgers.read import approved_lines, closed_lines, closed_names, lines_among
from server.ledgers.supplements import reported_lines
from server.ledgers.touched import touched_since
from server.ledgers.values import Line, Names, last_day

CHUNK = 400


def late_in(closed: Month, *, whole: bool = False) -> list[Difference]:
    """The differences between a closed month and the same month on what is approved now, in the order of its lines.

    What another 街镇 has closed is not left out here: both sides see the difference. ``whole``: derive every household,
    touched or not (the same, and as slow as a closing).
    """
    own, now = closed_names(closed), _names(closed)
    some = None if whole else _concerned(closed, own, now, None)
    before = closed_lines(closed) if some is None else lines_among(closed, some)
    return _against(closed, before, now, some)


def unissued_in(closed: Month, *, whole: bool = False) -> list[Difference]:
    """The same beside what has been reported: the closed month and the supplements issued since."""
    own, now = closed_names(closed), _names(closed)
    if not closed.supplements.exists():
        return late_in(closed, whole=whole)
    reported = in_order(reported_lines(closed))
    some = None if whole else _concerned(closed, own, now, reported)
    before = reported if some is None else [line for line in reported if line.household in some]
    return _against(closed, before, now, some)


def _against(closed: Month, before: Sequence[Line], now: Names, some: Collection[str] | None) -> list[Difference]:
    serving = _serving(line.household for line in before)
    only = None if some is None else set(_serving(some).values())
    return differences(before, approved_lines(closed.town_id, closed.month, now, only=only), serving)


def _serving(ids: Iterable[str]) -> dict[str, str]:
    """The household each id means now."""
    found: dict[str, str] = {}
    names = sorted(set(ids))
    for start in range(0, len(names), CHUNK):
        rows = Ident.objects.filter(pk__in=names[start : start + CHUNK])
        found |= dict(rows.values_list("pk", "household_id"))
    return found


def _concerned(closed: Month, own: Names, now: Names, reported: Sequence[Line] | None) -> set[str] | None:
    """Ids whose lines may differ from those before; None: any. ``reported``: the lines before, where they are not the
    closed ones alone."""
    touched = touched_since(closed.closed_at)
    if touched is None:
        return None
    # Left out when this month was closed, because another 街镇 had closed it; late lines ask nobody.
    elsewhere = ClosedLine.objects.filter(month__month=closed.month).exclude(month__town_id=closed.town_id)
    rows = rows_in(closed.town_id, last_day(closed.month)).filter(idents__pk__in=elsewhere.values("household"))
    touched |= set(rows.values_list("idents__pk", flat=True))
    if reported is None and not _renamed(own, now):
        return touched
    return touched | {line.household for line in reported or closed_lines(closed) if _names_differ(line, own, now)}


def _renamed(own: Names, now: Names) -> bool:
    return dict(own.consultants) != dict(now.consultants) or bool(_new_names(own, now))


def _new_names(own: Names, now: Names) -> set[str]:
    """Codes that have come to be named since."""
    return (now.policies.keys() - own.policies.keys()) | (now.resources.keys() - own.resources.keys())


def _names_differ(line: Line, own: Names, now: Names) -> bool:
    if line.value("consultant") != text_of(now.consultants.get(line.village), lines=False):
        return True
    new = _new_names(own, now)
    return bool(new) and any(code in str(cell.value) for cell in line.cells.values() if cell.value for code in new)


def _names(closed: Month) -> Names:
    """The month's own names, so that renaming a policy is no difference; whoever answered for a 村居 then, as known
    now; and what only came to be named since."""
    own, now = closed_names(closed), names_in(closed.town_id, last_day(closed.month))
    return replace(
        own, consultants=now.consultants, posts=now.posts, policies={**now.policies, **own.policies},
        resources={**now.resources, **own.resources},
    )
