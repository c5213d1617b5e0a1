"""Who is due: one answer for the desk, the API and every count. Dates are stored, the state is computed here."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Substr

from server.areas.within import within
from server.visits import rules
from server.visits.kinds import NEAR_DAYS, NEAR_DAYS_SHORT, SHORT_WINDOW_DAYS
from server.visits.models import Due

#: The tabs of the due list, in the order of urgency.
STATES = {"overdue": "逾期", "near": "临期", "month": "本月应访", "open": "可访", "later": "未到"}


def near_days(due: Due) -> int:
    """How far ahead this deadline counts as 临期, in days."""
    return rules.near_days(due.due_from, due.due_to) if due.due_from and due.due_to else 0


def in_state(state: str, today: date) -> Q:
    """Rows of one tab, or "now": all that may be visited today, late or not.

    本月应访 is whatever may be visited from now to the end of the month; tabs may overlap."""
    is_short = Q(due_to__lte=F("due_from") + timedelta(days=SHORT_WINDOW_DAYS))
    near = Q(due_from__lte=today, due_to__gte=today) & (
        (is_short & Q(due_to__lte=today + timedelta(days=NEAR_DAYS_SHORT)))
        | (~is_short & Q(due_to__lte=today + timedelta(days=NEAR_DAYS)))
    )
    month_end = rules.add_months(today.replace(day=1), 1) - timedelta(days=1)
    return {
        "now": Q(due_from__lte=today),
        "overdue": Q(due_to__lt=today),
        "near": near,
        "month": Q(due_to__gte=today, due_from__lte=month_end, due_to__lte=month_end),
        "open": Q(due_from__lte=today, due_to__gte=today),
        "later": Q(due_from__gt=today),
    }[state]


def due_in(codes: Iterable[str], today: date, state: str = "", *, kind: str = "") -> QuerySet[Due]:
    """Due visits of households in care inside ``codes``, most urgent first, households loaded with them.

    Only a household in care has a deadline (``schedule.plan``), so nothing else need be asked.
    """
    rows = Due.objects.filter(within("village", codes), due_to__isnull=False)
    if state:
        rows = rows.filter(in_state(state, today))
    if kind:
        rows = rows.filter(kind=kind)
    # Fetched after the page is cut: joining would sort whole households.
    return rows.prefetch_related("household").order_by("due_to", "household_id")


def due_counts(codes: Iterable[str], today: date) -> dict[str, int]:
    """How many households stand in each tab (one query)."""
    rows = due_in(codes, today).order_by()
    return rows.aggregate(**{state: Count("pk", filter=in_state(state, today)) for state in STATES})


def overdue_by_town(codes: Iterable[str], today: date) -> dict[str, int]:
    """How many households are overdue in each 街镇 inside ``codes`` (one query)."""
    rows = due_in(codes, today, "overdue").order_by().annotate(town=Substr("village", 1, 9))
    return dict(rows.values_list("town").annotate(n=Count("pk")))
