"""Take a new master key into use, and give an old one up when nothing needs it any more."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from django.apps import apps
from django.db import models, transaction
from django.db.models import BinaryField

from sync.vault.envelope import renew_row, rewrap, sealed_under
from sync.vault.keyring import add_key, drop_old_keys, load_keyring, save_keyring

BATCH = 500  # rows in one transaction: others write in between


class Seal(StrEnum):
    WRAPPED = "wrapped"  # a data key under the ring: re-wrapped here
    ROW = "row"  # a row under the ring: sealed anew here (and by every rebuild)
    DATA = "data"  # under a data key: stays as it is
    OPEN = "open"  # nothing personal


# Every binary column of the program; a test holds this list against the models.
COLUMNS: Mapping[str, Seal] = {
    "acts.Act.wrapped_key": Seal.WRAPPED,
    "acts.Act.sealed": Seal.DATA,
    "exchange.Import.sealed": Seal.DATA,
    "exchange.Import.wrapped_key": Seal.WRAPPED,
    "exchange.ImportFile.sealed": Seal.DATA,
    "fieldforms.FormMedia.content": Seal.OPEN,
    "fieldforms.FormVersion.xlsx": Seal.OPEN,
    "fieldforms.FormVersion.xform": Seal.OPEN,
    "households.Evidence.sealed": Seal.ROW,
    "households.Filing.sealed": Seal.DATA,
    "households.Household.sealed": Seal.ROW,
    "households.MatchingModel.report": Seal.DATA,
    "households.MatchingModel.sealed": Seal.DATA,
    "households.MatchingModel.wrapped_key": Seal.WRAPPED,
    "ledgers.ClosedLine.sealed": Seal.DATA,
    "ledgers.Export.sealed": Seal.DATA,
    "ledgers.Export.wrapped_key": Seal.WRAPPED,
    "ledgers.Month.names_sealed": Seal.DATA,
    "ledgers.Month.wrapped_key": Seal.WRAPPED,
    "ledgers.Supplement.sealed": Seal.DATA,
    "ledgers.Supplement.wrapped_key": Seal.WRAPPED,
    "support.Lead.sealed": Seal.ROW,
    "support.Referral.sealed": Seal.ROW,
    "sync.PhoneKey.ha1_sealed": Seal.ROW,
    "sync.PhoneRow.columns_sealed": Seal.ROW,
    "sync.Submission.wrapped_key": Seal.WRAPPED,
    "sync.Submission.xml_sealed": Seal.DATA,
}


@dataclass(frozen=True)
class Rotated:
    """The active key afterwards, how many columns' values were renewed, and whether older keys were given up."""

    active: str
    renewed: int
    is_dropped: bool


def binary_columns() -> list[str]:
    """`app.Model.column` of every binary column there is."""
    return sorted(
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, BinaryField)
    )


def rotate(ring_path: Path, *, drop_old: bool) -> Rotated:
    """Add a key to the ring, make it the active one, and renew everything under it.

    May be broken off at any time: the old keys stay until all is renewed, and `drop_old` (which adds no key) only gives
    them up after it has found nothing under them. Web server and worker pick the new ring up by themselves.

    An empty value is a key destroyed on purpose (somebody was deleted) and is passed over.

    :raises KeyRingMissing, CannotOpen: there is no ring, or something cannot be opened with it; nothing is dropped.
    """
    ring = load_keyring(ring_path)
    if not drop_old:
        ring = add_key(ring)
        save_keyring(ring, ring_path)
    renewed = sum(_renew(name, seal, ring.active) for name, seal in COLUMNS.items())
    if drop_old:
        save_keyring(drop_old_keys(ring), ring_path)
    return Rotated(ring.active, renewed, drop_old)


def _renew(name: str, seal: Seal, active: str) -> int:
    """Bring one column under the active key; how many values were not."""
    if seal not in {Seal.WRAPPED, Seal.ROW}:
        return 0
    label, _, column = name.rpartition(".")
    model = apps.get_model(label)
    return sum(_renew_batch(model, column, seal, active, keys) for keys in _batches(model))


def _batches(model: type[models.Model]) -> Iterator[list[object]]:
    keys = list(model._default_manager.order_by("pk").values_list("pk", flat=True))
    return (keys[start : start + BATCH] for start in range(0, len(keys), BATCH))


def _renew_batch(model: type[models.Model], column: str, seal: Seal, active: str, keys: list[object]) -> int:
    with transaction.atomic():
        rows = model._default_manager.select_for_update().filter(pk__in=keys).only("pk", column)
        stale = [row for row in rows if getattr(row, column) and sealed_under(getattr(row, column)) != active]
        for row in stale:
            setattr(row, column, _renewed(bytes(getattr(row, column)), seal))
        model._default_manager.bulk_update(stale, [column])
    return len(stale)


def _renewed(value: bytes, seal: Seal) -> bytes:
    return rewrap(value) if seal is Seal.WRAPPED else renew_row(value)
