"""Another matching model goes live: a decision of a named person, after seeing what it changes."""

import uuid
from datetime import datetime

from django.db import transaction

from server.acts.file import file_act
from server.acts.kinds import HOUSE, ActKind
from server.acts.models import Act
from server.field.locks import lock_house
from server.field.model_report import PARITY
from server.field.score_anew import score_anew
from server.field.try_model import report_of
from server.households.keep_model import keep_model
from server.households.matching.known import known_content, known_model
from server.households.matching.live import chosen_hash, live_model
from server.households.matching.model import BadModel
from server.households.models import MatchingModel


class CannotGoLive(Exception):
    """Refused; the message says why, in Chinese."""


def go_live(
    content_hash: str, *, by: int, now: datetime, reason: str, seen: datetime | None, act_id: uuid.UUID | None = None
) -> Act:
    """File the act and leave the re-scoring of all registrations to the worker. Whether he may has been asked before.

    Whoever derives at this moment is waited for; whoever derives after it does so by the new model, in any process.
    ``seen``: when the report was made that the person has read. The model replaced is kept too: its opinions stay as
    record, and it may go live again. Where the live one is damaged there is nothing to compare with, and no report is
    asked for. ``act_id`` makes it repeatable.

    :raises BadModel: damaged, unknown, or made for another version of this program.
    :raises CannotGoLive: live already; or not tried against the model that is live now; or tried again since; or the
        batch and the online score differ; or no reason is given.
    """
    known_model(content_hash)
    with transaction.atomic():
        if act_id is not None and (known := Act.objects.filter(pk=act_id).first()) is not None:
            return known
        row = MatchingModel.objects.select_for_update().filter(pk=content_hash).first()
        before = _live_hash()
        value = {"model": _check(row, before, reason, seen), "before": before or chosen_hash()}
        if before:
            keep_model(known_content(before), now=now)
        act = file_act(
            ActKind.MODEL, HOUSE, by=by, now=now, other=content_hash, value=value, reason=reason.strip(), act_id=act_id
        )
        lock_house()
        score_anew.enqueue(now.isoformat())
    return act


def _check(row: MatchingModel | None, before: str, reason: str, seen: datetime | None) -> str:
    """The model's name."""
    if not reason.strip():
        raise CannotGoLive("请写明依据")
    report = report_of(row) if row is not None else None
    if row is not None and row.pk == before:
        raise CannotGoLive(f"模型 {row.name} 正在使用")
    if row is not None and not before:
        return row.name
    if row is None or report is None:
        raise CannotGoLive("还没有试算过，不能启用")
    if row.against != before:
        raise CannotGoLive("试算之后现用模型换过了，请重新试算")
    if row.tried_at != seen:
        raise CannotGoLive("看过的试算结果已不是最新的，请重新查看")
    if not report.has_parity:
        raise CannotGoLive(f"批量与在线的分值相差 {report.worst:.4f} 比特，超过 {PARITY}，不能启用")
    return row.name


def _live_hash() -> str:
    """Of the model that decides now; "" where it is damaged and nothing can be decided."""
    try:
        return live_model().hash
    except BadModel:
        return ""
