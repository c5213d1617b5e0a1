"""Compare what is new with the households of other villages: cases for whoever decides for both homes, and no unions.

Apart from every request, so that no answer to a phone, and no time it takes, tells whether a family is known elsewhere.
"""

from collections.abc import Iterable

from django.db import transaction

from server.acts.kinds import ActKind
from server.acts.models import Act
from server.households.evidence import fresh_evidence, meet_across, settle
from server.households.load import Kept
from server.households.matching.live import live_model
from server.households.models import Ident

CHUNK = 50


def match_across() -> int:
    """Compare everything that has changed since it was last compared; how many ids. Twice is once.

    In chunks that each commit: the door stays open, and a run that was ended goes on where it stopped.
    """
    done = 0
    while ids := fresh_evidence(CHUNK):
        with transaction.atomic():
            _mark_ruled(meet_across(ids, live_model()))
        done += len(ids)
    return done


def _mark_ruled(names: Iterable[str]) -> None:
    """Pairs whose households people have ruled apart are no cases."""
    homes = Ident.objects.filter(pk__in=list(names)).values("household_id")
    ids = list(Ident.objects.filter(household__in=homes).values_list("pk", flat=True))
    if not ids:
        return
    ruled = Act.objects.filter(kind=ActKind.CANNOT_LINK, subject__in=ids, other__in=ids)
    todo = set(ruled.values_list("subject", flat=True))
    while todo:
        kept = Kept({min(todo)})
        settle(kept.ids, kept.component())
        todo -= kept.ids
