"""Exact identity: the opinions of a first, certain model. Pure.

Two screenings are the same household when they give the same valid ID number, or the same name, birth date and
phone. A graded model takes this module's place; the machinery around it stays.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from server.households.matching.exact_features import Features

MODEL = "exact-1"
MERGE_FROM = 8.0


@dataclass(frozen=True)
class Opinion:
    """What a model thinks of two statements-sets; score in bits, ``why`` in plain words."""

    a: str
    b: str
    score: float
    why: str
    model: str = MODEL


def block_keys(features: Features) -> Iterator[tuple[str, str]]:
    """(kind, value) pairs under which equal evidence meets; stored only as keyed hashes."""
    if features.id_no:
        yield "id", features.id_no
    if features.name and features.birth:
        for phone in features.phones:
            yield "name-birth-phone", f"{features.name}|{features.birth}|{phone}"


def compare(a: Features, b: Features) -> Opinion | None:
    """The opinion on a pair, None where exact identity has nothing to say."""
    if a.id_no and a.id_no == b.id_no:
        return Opinion(a.instance, b.instance, 16.0, "身份证号码相同")
    if a.name and a.birth and (a.name, a.birth) == (b.name, b.birth) and set(a.phones) & set(b.phones):
        return Opinion(a.instance, b.instance, 12.0, "姓名、出生日期、联系方式都相同")
    return None


def in_conflict(a: Features, b: Features) -> bool:
    """Whether a pair must not end in one household unasked: two valid numbers that differ."""
    return bool(a.id_no and b.id_no and a.id_no != b.id_no)
