"""Keep a model file in the database: what it decides once it is live, it must be able to explain for ever."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from server.households.matching.bundled import FOLDER, bundled_ids
from server.households.matching.model import BadModel, model_from
from server.households.models import MatchingModel
from sync.vault.envelope import new_data_key, seal

_NAME = re.compile(r"household-\d{8}-\d{1,4}")


def keep_model(content: Mapping[str, Any], *, now: datetime) -> MatchingModel:
    """Store a model's content, sealed, under its hash; twice is once. Nothing goes live by it.

    :raises BadModel: damaged, made for another version of this program, or another model has its name.
    """
    model = model_from(content)
    if not _NAME.fullmatch(model.id):
        raise BadModel(f"模型编号 {model.id[:40]!r} 不是 household-日期-序号 的样子，不是本程序训练的")
    with transaction.atomic():
        row = MatchingModel.objects.select_for_update().filter(name=model.id).first()
        if (row is not None and row.pk != model.hash) or _bundled_hash(model.id) not in ("", model.hash):
            raise BadModel(f"已经有另一个叫 {model.id} 的模型，内容不同；请换一个序号重新训练")
        if row is not None and row.sealed:
            return row
        wrapped, key = new_data_key()
        text = json.dumps(content, ensure_ascii=False, sort_keys=True)
        sealed = seal(key, text.encode(), model.hash.encode())
        values = {"name": model.id, "kept_at": now, "wrapped_key": wrapped, "sealed": sealed}
        return MatchingModel.objects.update_or_create(pk=model.hash, defaults=values)[0]


def _bundled_hash(name: str) -> str:
    """The hash of the bundled model of that name; "" where none has it."""
    if name not in bundled_ids():
        return ""
    return str(json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))["hash"])
