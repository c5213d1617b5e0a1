"""The matching model: one versioned file, read once. Pure.

``models/household-YYYYMMDD-n.json``. Never changed: another model is another file.

======================  ==============================================================================================
``id``                  household-YYYYMMDD-n
``features``            ``FEATURES_VERSION`` it was made with
``levels``              ``LEVELS_VERSION`` it was made with
``prior``               bits of a random pair being one household (negative)
``comparisons``         name → label → {"m", "u"} as trained (floored), or {"bits"} set by hand; ``bits`` wins where
                        both stand. A level that is not named weighs nothing. ``"tf": column`` makes frequent values
                        weigh less: + log2(``tf_u`` / max(frequency, floor)), where ``tf_u`` is the share of random
                        pairs that agree on the column
``tf``                  column → {"floor", "most" (bits a rare value gains at most), "values": {value: frequency}}
``thresholds``          {"merge", "review", "batch"} in bits
``rules``               see ``rules.Rules``: lists of {comparison: [labels]}
``size_cap``            ids in a household that opinions may build
``phone_cap``           how many records a telephone may have been on in training
``hot``                 digests of block keys, phones and numbers that too many records have (see ``digest``)
``data``                where it comes from: dates, rows, seed, evaluation; free. ``"gaps"``: label of ``gaps.GAPS`` →
                        share of the training records that lack it; ``"joined"``: comparison → label → share of the
                        training pairs this model would join unasked (both missing in models older than this line)
``hash``                SHA-256 over all the rest
======================  ==============================================================================================
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import log2
from typing import Any

from server.households.matching.features import FEATURES_VERSION, Features
from server.households.matching.levels import COMPARISONS, LEVELS_VERSION
from server.households.matching.rules import Rules

M_FLOOR, U_FLOOR = 0.002, 1e-7


class BadModel(ValueError):
    """A model file that cannot be used; the message says why, in Chinese."""


class OtherVersion(BadModel):
    """A whole model, but made for another version of this program."""


@dataclass(frozen=True)
class Thresholds:
    """In bits: unasked from ``merge``, to be looked at from ``review``, written by batches from ``batch``."""

    merge: float = 8.0
    review: float = -2.0
    batch: float = -6.0


@dataclass(frozen=True)
class Frequencies:
    """How often each value of a column occurs; rarer ones than ``floor`` are not listed."""

    floor: float
    most: float
    values: Mapping[str, float]

    def bits(self, value: str, u: float) -> float:
        """What agreeing on this value is worth beyond agreeing on any."""
        return min(self.most, log2(u / max(self.values.get(value, 0.0), self.floor)))


@dataclass(frozen=True)
class Weight:
    """One level's weight in bits, and the column whose frequencies adjust it."""

    bits: float
    tf: str = ""
    tf_u: float = 0.0
    m: float | None = None
    u: float | None = None


@dataclass(frozen=True)
class Model:
    """A model ready to score with."""

    id: str
    prior: float
    weights: tuple[tuple[Weight, ...], ...]
    tf: Mapping[str, Frequencies]
    thresholds: Thresholds
    rules: Rules
    size_cap: int
    phone_cap: int
    hot: frozenset[str]
    hash: str
    data: Mapping[str, Any] = field(default_factory=dict)

    def is_hot(self, kind: str, value: str) -> bool:
        """Whether too many records have this key for it to tell anything."""
        return bool(self.hot) and digest(kind, value) in self.hot

    def without_hot(self, features: Features) -> Features:
        """A record without the telephones that stand for an office, a worker, or nobody (kind ``phone``)."""
        if not self.hot or not features.phones:
            return features
        kept = tuple(p for p in features.phones if not self.is_hot("phone", p))
        return features if len(kept) == len(features.phones) else features._replace(phones=kept)


def digest(kind: str, value: str) -> str:
    """How a hot key stands in the file: no telephone or number can be read there."""
    return hashlib.sha256(f"{kind}\x1f{value}".encode()).hexdigest()[:24]


def content_hash(given: Mapping[str, Any]) -> str:
    """SHA-256 over everything but the hash itself, in canonical JSON."""
    rest = {key: value for key, value in given.items() if key != "hash"}
    return hashlib.sha256(json.dumps(rest, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def sealed(given: Mapping[str, Any]) -> dict[str, Any]:
    """The content with its hash, ready to be written."""
    return {**given, "hash": content_hash(given)}


def model_from(given: Mapping[str, Any]) -> Model:
    """A model from the content of its file.

    :raises BadModel: changed by hand, made for other levels or features (``OtherVersion``), or incomplete.
    """
    if given.get("hash") != content_hash(given):
        raise BadModel("模型文件的校验和不对：内容被改动过")
    if given.get("features") != FEATURES_VERSION or given.get("levels") != LEVELS_VERSION:
        raise OtherVersion("模型与本程序的版本不符，需要重新训练")
    try:
        return Model(
            id=str(given["id"]),
            prior=float(given["prior"]),
            weights=tuple(_weights(given["comparisons"], n) for n in range(len(COMPARISONS))),
            tf={
                column: Frequencies(float(one["floor"]), float(one.get("most", 99)), one["values"])
                for column, one in given["tf"].items()
            },
            thresholds=Thresholds(**given["thresholds"]),
            rules=Rules.of(given["rules"]),
            size_cap=int(given["size_cap"]),
            phone_cap=int(given["phone_cap"]),
            hot=frozenset(given["hot"]),
            hash=given["hash"],
            data=given.get("data") or {},
        )
    except (KeyError, TypeError, ValueError) as wrong:
        raise BadModel(f"模型文件不完整：{wrong!r}") from wrong


def model_in(text: str | bytes) -> Model:
    """A model from the text of its file.

    :raises BadModel: not JSON, or see ``model_from``.
    """
    try:
        given = json.loads(text)
    except ValueError as wrong:
        raise BadModel("模型文件不是 JSON") from wrong
    return model_from(given if isinstance(given, dict) else {})


def _weights(given: Mapping[str, Any], number: int) -> tuple[Weight, ...]:
    comparison = COMPARISONS[number]
    labels = given.get(comparison.name, {})
    if unknown := set(labels) - set(comparison.labels):
        raise BadModel(f"模型里有本程序不认识的档次：{comparison.name} {sorted(unknown)}")
    return tuple(_weight(labels.get(label, {"bits": 0.0})) for label in comparison.labels)


def _weight(given: Mapping[str, Any]) -> Weight:
    m, u = given.get("m"), given.get("u")
    bits = float(given["bits"]) if "bits" in given else log2(max(m or 0, M_FLOOR) / max(u or 0, U_FLOOR))
    return Weight(bits, str(given.get("tf", "")), float(given.get("tf_u", 0) or 0), m, u)
