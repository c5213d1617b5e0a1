"""Writing contacts and due dates: makes the rows of some households equal to what was derived."""

from collections.abc import Mapping, Sequence

from server.households.values import State
from server.visits.models import Due, Visit
from server.visits.schedule import Plan
from sync.upsert import upsert

VISIT_COLUMNS = [f.name for f in Visit._meta.concrete_fields if not f.primary_key and f.name != "filing"]
DUE_COLUMNS = [f.name for f in Due._meta.concrete_fields if not f.primary_key]


def record(states: Sequence[State], plans: Mapping[str, Plan], rows: Mapping[str, int]) -> None:
    """Write visits and the next due window of each household. ``rows``: filing's primary key by instance.

    Call inside the transaction that holds the component's lock, after ``register``. Twice is once.
    """
    visits = [
        Visit(
            filing_id=rows[visit.instance],
            household_id=state.folded.id,
            on=visit.on,
            seen_at=visit.seen_at,
            kind=visit.contact.kind,
            outcome=visit.contact.outcome,
            reached=visit.contact.reached,
            form=visit.form,
            village=visit.village,
            by_id=visit.sender,
            received_at=visit.received,
        )
        for state in states
        for visit in state.visits
    ]
    stale = set(rows.values()) - {visit.filing_id for visit in visits}
    if stale:
        Visit.objects.filter(filing__in=stale).delete()
    upsert(visits, key=["filing"], update=VISIT_COLUMNS)
    dues = [
        Due(
            household_id=state.folded.id,
            kind=plan.window.kind,
            due_from=plan.window.due_from,
            due_to=plan.window.due_to,
            last_on=plan.last_on,
            tried_on=plan.tried_on,
            exit_on=plan.exit_on,
            closable_from=plan.window.closable_from,
            village=state.folded.village,
        )
        for state in states
        for plan in [plans[state.folded.id]]
    ]
    upsert(dues, key=["household"], update=DUE_COLUMNS)
