"""The models this installation knows: those that come with the program, and those kept in its database."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from server.households.matching.bundled import FOLDER, bundled_ids
from server.households.matching.model import BadModel, Model, OtherVersion, content_hash, model_from
from server.households.models import MatchingModel
from sync.vault.envelope import CannotOpen, open_sealed, unwrap


@lru_cache(maxsize=8)
def known_model(wanted: str) -> Model:
    """The model whose content has this hash, ready to score with; the hash is proved.

    :raises BadModel: see ``known_content``; or made for another version of this program (``OtherVersion``).
    """
    return model_from(known_content(wanted))


def known_content(wanted: str) -> Mapping[str, Any]:
    """The content of the file with this hash, as it is kept here or comes with the program.

    :raises BadModel: it is damaged, or known nowhere; ``OtherVersion``: it came with another version of the program.
    """
    row = MatchingModel.objects.filter(pk=wanted).first()
    if row is not None and row.sealed:
        return _whole(row, wanted)
    for name in reversed(bundled_ids()):
        content = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
        if content.get("hash") == wanted == content_hash(content):
            return dict(content)
    if row is not None:
        raise OtherVersion(f"模型 {row.name} 是旧版程序自带的，已不在本版程序里")
    raise BadModel(f"没有校验和为 {wanted[:12]}… 的模型")


def _whole(row: MatchingModel, wanted: str) -> dict[str, Any]:
    try:
        text = open_sealed(unwrap(bytes(row.wrapped_key)), bytes(row.sealed), wanted.encode())
        content = json.loads(text)
    except (CannotOpen, ValueError) as wrong:
        raise BadModel(f"模型 {row.name} 存在数据库里的内容已损坏，请从备份恢复，或改用另一个模型") from wrong
    if content_hash(content) != wanted:
        raise BadModel(f"模型 {row.name} 的校验和不对：内容被改动过，请从备份恢复，或改用另一个模型")
    return dict(content)
