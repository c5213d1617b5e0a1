"""How often each grade is visited: the district's decision, and every household planned anew after it."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django_tasks import task

from server.acts.file import file_act
from server.acts.kinds import ActKind
from server.acts.models import Act
from server.field.locks import lock_house
from server.field.refresh import Touched, refresh
from server.households.kinds import Grade
from server.households.load import HOUSE
from server.households.models import Household
from server.visits.rules import PERIODS

CHUNK = 100


def set_frequency(months: Mapping[str, int], *, by: int | None, now: datetime, reason: str) -> Act:
    """File the table (months between visits for every grade; notice 三.1, domain F-6) and leave the planning to the
    worker: a district has more households than a request has seconds.

    :raises ValueError: a grade is missing, or a number of months does not fill a year.
    """
    if set(months) != set(Grade.values) or not set(months.values()) <= set(PERIODS):
        raise ValueError(f"months for each of {Grade.values}, each one of {PERIODS}")
    with transaction.atomic():
        act = file_act(ActKind.FREQUENCY, HOUSE, by=by, now=now, value={"months": dict(months)}, reason=reason)
        lock_house()  # short: whoever derives now is waited for, so that the planning finds what he wrote
        plan_anew.enqueue(now.isoformat())
    return act


@task()
def plan_anew(decided_at: str) -> int:
    """Derive every household again, in chunks that each commit; how many. Twice is once.

    ``decided_at``: the moment of the decision (ISO 8601: a job's arguments are JSON), the cause noted on new versions.
    """
    done, last = 0, ""
    while True:
        ids = list(Household.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK])
        if not ids:
            return done
        with transaction.atomic():
            refresh(Touched(households=frozenset(ids)), datetime.fromisoformat(decided_at), "frequency")
        done, last = done + len(ids), ids[-1]
