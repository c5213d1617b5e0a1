"""The worker's door to exports: where it learns the hour."""

import uuid

from django.utils import timezone
from django_tasks import task

from server.ledgers.jobs import make_export


@task()
def run_export(export_id: str) -> bool:
    """Make one file that somebody asked for."""
    return make_export(uuid.UUID(export_id), timezone.now)
