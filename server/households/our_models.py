"""All matching models at hand: those kept in the database and those that come with the program."""

from dataclasses import dataclass
from datetime import datetime

from server.households.matching.bundled import bundled, bundled_ids
from server.households.matching.known import known_model
from server.households.matching.live import live_model
from server.households.matching.model import BadModel
from server.households.models import MatchingModel


@dataclass(frozen=True)
class OurModel:
    """``fault``: why it cannot be used, or why its trial came to nothing; "" where all is well. ``is_tried``: against
    the model that is live now."""

    hash: str
    name: str
    is_live: bool
    is_bundled: bool
    is_usable: bool
    is_tried: bool
    asked_at: datetime | None
    tried_at: datetime | None
    fault: str

    @property
    def is_under_way(self) -> bool:
        """Whether the worker has been asked for a trial and has not answered."""
        return self.asked_at is not None and not self.fault and self.asked_at != self.tried_at


def our_models() -> list[OurModel]:
    """Newest names first. What is damaged is among them, with what is wrong with it."""
    rows = {row.pk: row for row in MatchingModel.objects.defer("sealed", "report")}
    names = {row.pk: row.name for row in rows.values()}
    come_along = {}
    for name in bundled_ids():
        try:
            come_along[bundled(name).hash] = name
        except BadModel:
            continue  # of an older version of this program
    live = _live_hash()
    found = []
    for content_hash, name in {**come_along, **names}.items():
        row = rows.get(content_hash) or MatchingModel(pk=content_hash, name=name)
        wrong = _fault(content_hash)
        found.append(OurModel(
            content_hash, name, content_hash == live, content_hash in come_along, not wrong,
            bool(live) and row.tried_at is not None and row.against == live,
            row.asked_at, row.tried_at, wrong or row.fault,
        ))  # fmt: skip
    return sorted(found, key=lambda one: [part.zfill(9) for part in one.name.split("-")], reverse=True)


def _live_hash() -> str:
    try:
        return live_model().hash
    except BadModel:
        return ""


def _fault(content_hash: str) -> str:
    try:
        known_model(content_hash)
    except BadModel as wrong:
        return str(wrong)
    return ""
