"""A model tried on the whole registry before anybody decides: parity of its engines, and what would be otherwise."""

import json
from datetime import datetime

from django.db import transaction
from django_tasks import task

from server.field.model_effects import effects
from server.field.model_pairs import pairs_by
from server.field.model_report import ModelReport
from server.field.score_anew import waiting_for
from server.households.keep_model import keep_model
from server.households.matching.known import known_content, known_model
from server.households.matching.live import live_model
from server.households.matching.model import BadModel
from server.households.models import MatchingModel
from sync.vault.envelope import open_sealed, seal, unwrap

_AAD = b"report"


class CannotTry(Exception):
    """Not now; the message says why, in Chinese."""


def try_model(content_hash: str, now: datetime) -> ModelReport:
    """Compare with the live model over all registrations, and store the report with the model. Nothing else changes.

    ``now``: when it was asked for. Long: two minutes for a million registrations, and more where much would change.

    :raises BadModel: it is damaged, unknown, or made for another version. :raises CannotTry: the live model itself has
        not been through all registrations yet.
    """
    model, live = known_model(content_hash), live_model()
    row = keep_model(known_content(content_hash), now=now)
    if content_hash == live.hash:
        raise CannotTry(f"模型 {live.id} 正在使用，没有什么可比的")
    if waiting := waiting_for(live):
        raise CannotTry(f"还有 {waiting} 份登记没有按现用模型重新比对完，请稍后再试算")
    found = pairs_by(model)
    report = effects(found, model)
    text = json.dumps(report.to_json(), ensure_ascii=False).encode()
    MatchingModel.objects.filter(pk=row.pk).update(
        report=seal(unwrap(bytes(row.wrapped_key)), text, _AAD), tried_at=now, asked_at=now, against=live.hash, fault=""
    )
    return report


def ask_trial(content_hash: str, now: datetime) -> None:
    """Leave the trial to the worker; asked twice, the later one counts.

    :raises BadModel: see ``try_model``.
    """
    with transaction.atomic():
        known_model(content_hash)
        row = keep_model(known_content(content_hash), now=now)
        MatchingModel.objects.filter(pk=row.pk).update(asked_at=now, fault="")
        try_later.enqueue(row.pk, now.isoformat())


@task()
def try_later(content_hash: str, asked_at: str) -> int:
    """``try_model`` as a background job; how many differences. What stood in its way is noted with the model.

    ``asked_at`` in ISO 8601: a job's arguments are JSON.
    """
    moment = datetime.fromisoformat(asked_at)
    try:
        return sum(try_model(content_hash, moment).counts.values())
    except (BadModel, CannotTry) as wrong:
        MatchingModel.objects.filter(pk=content_hash).update(fault=str(wrong)[:200])
        return 0


def report_of(row: MatchingModel) -> ModelReport | None:
    """The stored report; None while there is none."""
    if not row.report:
        return None
    text = open_sealed(unwrap(bytes(row.wrapped_key)), bytes(row.report), _AAD)
    return ModelReport.of(json.loads(text))
