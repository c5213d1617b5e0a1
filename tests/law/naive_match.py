"""The law a second time, continued: what two screenings have in common, asked plainly, one question after the other.

Reads the same model file as the program, and the same normalised columns (which have tables of their own), but neither
its conditions nor its scoring: every level is written out here once more.
"""

import json
from functools import cache
from math import log2

from server.households.matching.bundled import FOLDER, bundled_ids


@cache
def model() -> dict:
    return json.loads((FOLDER / f"{bundled_ids()[-1]}.json").read_text())


def apart(x: str, y: str) -> int:
    """How many single characters must be put in, left out or replaced to make one text the other."""
    rows = [list(range(len(y) + 1))]
    for i, one in enumerate(x, 1):
        row = [i]
        for j, other in enumerate(y, 1):
            row.append(min(row[-1] + 1, rows[-1][j] + 1, rows[-1][j - 1] + (one != other)))
        rows.append(row)
    return rows[-1][-1]


def near(x: str, y: str, most: int) -> bool:
    return bool(x and y) and apart(x, y) <= most


def slip(x: str, y: str) -> bool:
    """One slip: a character wrong, missing or too many, or some exchanged."""
    return near(x, y, 1) or (near(x, y, 2) and sorted(x) == sorted(y))


def agree(x, y) -> bool:
    return bool(x) and x == y


def shows(number: str, mask: str) -> bool:
    return len(number) == len(mask) > 0 and all(m in ("_", n) for n, m in zip(number, mask, strict=True))


def ident(a, b) -> str:
    def masked() -> bool:
        return bool((a.id_no and b.id_mask) or (b.id_no and a.id_mask))

    if not (a.high and b.high) and not (a.id_no and b.id_no) and not masked():
        return "missing"
    if agree(a.id_no, b.id_no):
        return "equal"
    ends = agree(a.id_no[:8], b.id_no[:8]) or agree(a.id_no[-8:], b.id_no[-8:])
    if a.id_no and b.id_no and not (a.id_ok and b.id_ok):
        if ends and slip(a.id_no, b.id_no):
            return "slip"
        if (ends or agree(a.birth, b.birth)) and near(a.id_no, b.id_no, 2):
            return "two_slips"
    if shows(a.id_no, b.id_mask) or shows(b.id_no, a.id_mask) or agree(a.id_mask, b.id_mask):
        return "partial"
    if agree(a.birth, b.birth):
        return "birth_only" if a.id_no and b.id_no else "birth"
    if slip(a.birth, b.birth):
        return "birth_slip"
    if a.low and b.low and {*range(a.low - 1, a.high + 2)} & {*range(b.low, b.high + 1)}:
        return "year"
    return "different"


def name(a, b) -> str:
    if not a.pinyin or not b.pinyin:
        return "missing"
    if agree(a.name, b.name):
        return "same"
    if a.pinyin == b.pinyin:
        return "pinyin"
    one_differs = agree(a.surname, b.surname) and (agree(a.first, b.first) or agree(a.second, b.second))
    half = agree(a.surname_py, b.surname_py) or agree(a.given_py, b.given_py)
    if agree(a.fuzzy, b.fuzzy) or agree(a.shape, b.shape) or (half and near(a.pinyin, b.pinyin, 1)):
        return "near"
    if one_differs:
        return "half"
    return "surname" if agree(a.surname_py, b.surname_py) else "different"


def addr(a, b) -> str:
    if not a.place or not b.place:
        return "missing"
    committee = agree(a.committee, b.committee)
    street = agree(a.street, b.street) or (not (a.street and b.street) and committee)
    lane = not (a.lane and b.lane) or a.lane == b.lane
    building, room, num = agree(a.building, b.building), agree(a.room, b.room), agree(a.num, b.num)
    whole, rooms = bool(a.whole and b.whole), bool(a.room and b.room)
    if street and ((whole and num) or (room and building and not (a.lane and b.lane))):
        return "door"
    if street and building and lane and not rooms:
        return "building"
    if (room and building and (street or committee)) or (whole and num and agree(a.lane, b.lane)):
        return "slip"
    if street and whole and rooms and slip(a.num, b.num):
        return "slip"
    if street and building and lane:
        return "neighbour"
    return "lane" if agree(a.street, b.street) and lane else "elsewhere"


def members(a, b) -> str:
    if (a.id_no and a.id_no in b.member_ids) or (b.id_no and b.id_no in a.member_ids):
        return "head_in"
    if set(a.member_ids) & set(b.member_ids):
        return "shared_id"
    if (a.person and a.person in b.member_names) or (b.person and b.person in a.member_names):
        return "head_name"
    return "shared_name" if set(a.member_names) & set(b.member_names) else "silent"


def levels(a, b) -> dict[str, str]:
    phones = "missing" if not a.phones or not b.phones else "shared" if set(a.phones) & set(b.phones) else "different"
    sexes = "missing" if not a.sex or not b.sex else "same" if a.sex == b.sex else "different"
    sizes = "missing" if not a.size or not b.size else ("same", "near")[abs(a.size - b.size)] if abs(
        a.size - b.size) < 2 else "different"
    proof = "none"
    if not a.given_py or not b.given_py:
        proof = "half_name"
    if a.id_ok and b.id_ok and a.id_no != b.id_no:
        proof = "ids_differ"
    return {
        "ident": ident(a, b), "name": name(a, b), "addr": addr(a, b), "phone": phones, "sex": sexes, "hsize": sizes,
        "members": members(a, b), "proof": proof,
    }


def bits(a, b, found: dict[str, str]) -> float:
    total = model()["prior"]
    for comparison, level in found.items():
        weight = model()["comparisons"].get(comparison, {}).get(level)
        if weight is None:
            continue
        if "bits" in weight:
            total += weight["bits"]
        else:
            total += log2(max(weight["m"], 0.002) / max(weight["u"], 1e-7))
        if "tf" in weight:
            table = model()["tf"][weight["tf"]]
            often = max(table["values"].get(getattr(a, weight["tf"]), 0), table["floor"])
            total += min(table.get("most", 99), log2(weight["tf_u"] / often))
    return total


def holds(rules: str, found: dict[str, str]) -> bool:
    return any(all(found[name] in some for name, some in rule.items()) for rule in model()["rules"][rules])


def in_conflict(a, b) -> bool:
    found = levels(a, b)
    return holds("conflict", found) and not holds("unless", found)


def joins(a, b) -> float:
    """The score where these two would be joined unasked, else 0."""
    found = levels(a, b)
    total = round(bits(a, b, found), 6)
    good = total >= model()["thresholds"]["merge"] and holds("person", found) and not in_conflict(a, b)
    return total if good else 0.0
