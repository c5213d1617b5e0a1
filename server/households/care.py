"""在册关爱, said once: from when to when a household is in care. Pure.

It begins with the day of the first submission that counts (a registration, or a visit whose registration has not come
yet), and it ends on the day of the act that says so: moved away, dead, not found, or closed. The end of relief does not
end it: such a household is visited on and stands in 表四 until somebody closes it (notice 三.1, domain F-2, F-R). An
act that takes it back begins it again. What is void, or was sent back and is nothing else, is not in care.
"""

from datetime import date

from server.households.kinds import Standing, Status
from server.households.values import Folded

#: What a household's kept rows must amount to, and the status it must have; for lists, as columns of the registry.
STANDINGS = (Standing.FULL, Standing.PROVISIONAL)
STATUS = Status.ACTIVE


def in_care(folded: Folded, day: date) -> bool:
    """Whether a household is in care (在册关爱) on ``day``; ``folded`` is the fold as of that day."""
    return (
        folded.standing in STANDINGS
        and folded.status == STATUS
        and folded.opened is not None
        and folded.opened <= day
    )
