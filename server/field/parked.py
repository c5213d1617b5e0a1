"""What was kept but is not applied: the troubles inbox, inside somebody's areas."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from server.accounts.models import Grant
from server.areas.within import within
from sync.kinds import State
from sync.models import Submission


def parked_in(codes: Iterable[str], *, district: bool = False) -> QuerySet[Submission]:
    """Parked submissions whose sender holds (or held) a role inside ``codes``, latest first.

    ``district``: also those nobody is known to have sent (imports).
    """
    sender = Exists(Grant.objects.filter(within("area_id", codes), user_id=OuterRef("sender_id")))
    mine = sender | Q(sender=None) if district else sender
    rows = Submission.objects.filter(Q(mine), state=State.PARKED).defer("xml_sealed", "wrapped_key")
    return rows.select_related("sender").order_by("-received_at", "-id")
