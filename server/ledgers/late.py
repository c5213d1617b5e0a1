"""补报: what a closed month would say otherwise, had everything approved since been known. Never slipped in."""

from collections.abc import Sequence
from dataclasses import replace

from server.households.models import Ident
from server.ledgers.differences import Difference, differences
from server.ledgers.models import Month
from server.ledgers.names import names_in
from server.ledgers.order import in_order
from server.ledgers.read import approved_lines, closed_lines, closed_names
from server.ledgers.supplements import reported_lines
from server.ledgers.values import Line, Names, last_day


def late_in(closed: Month) -> list[Difference]:
    """The differences between a closed month and the same month on what is approved now, in the order of its lines.

    What another 街镇 has closed is not left out here: both sides see the difference.
    """
    return _against(closed, closed_lines(closed))


def unissued_in(closed: Month) -> list[Difference]:
    """The same beside what has been reported: the closed month and the supplements issued since."""
    return _against(closed, in_order(reported_lines(closed)))


def _against(closed: Month, before: Sequence[Line]) -> list[Difference]:
    named = {line.household for line in before}
    serving = dict(Ident.objects.filter(pk__in=named).values_list("pk", "household_id"))
    return differences(before, approved_lines(closed.town_id, closed.month, _names(closed)), serving)


def _names(closed: Month) -> Names:
    """The month's own names, so that renaming a policy is no difference; whoever answered for a 村居 then, as known
    now; and what only came to be named since."""
    own, now = closed_names(closed), names_in(closed.town_id, last_day(closed.month))
    return replace(
        own, consultants=now.consultants, posts=now.posts, policies={**now.policies, **own.policies},
        resources={**now.resources, **own.resources},
    )
