"""After another model went live: every registration meets its equals again, and households follow."""

from datetime import datetime

from django.db import transaction
from django_tasks import task

from server.field.refresh import Touched, refresh
from server.households.matching.live import live_model
from server.households.matching.model import Model
from server.households.models import Evidence

CHUNK = 200


def waiting_for(model: Model) -> int:
    """Registrations that have not met their equals by this model."""
    return Evidence.objects.exclude(model=model.hash).count()


@task()
def score_anew(asked_at: str) -> int:
    """Derive every household again whose evidence was last met by another model than the live one; how many ids.

    Each with all it hangs together with in a transaction of its own, so phones and the desk go on meanwhile. May be
    ended at any time: what is done stays, another run goes on. ``asked_at``: the moment noted on what changes (ISO
    8601: a job's arguments are JSON).
    """
    moment, done, last = datetime.fromisoformat(asked_at), 0, ""
    while True:
        model = live_model()
        stale = Evidence.objects.exclude(model=model.hash)
        ids = list(stale.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK])
        if not ids:
            return done
        for name in ids:
            # Most often it was met together with another one before.
            if stale.filter(pk=name).exists():
                with transaction.atomic():
                    refresh(Touched(households=frozenset({name})), moment, "model")
                done += 1
        last = ids[-1]
