"""Block keys: under which equal evidence meets. The same online and in batches. Pure; the caller hashes them.

No pair is compared that shares no key. Keys are (kind, value); a kind is one letter or two.
"""

from collections.abc import Iterator

from server.households.matching.features import Features
from server.households.matching.normal.number import SIZE

Key = tuple[str, str]


def block_keys(f: Features) -> Iterator[Key]:
    """The keys of one record, some fifteen; hot ones are the model's business (``Model.is_hot``)."""
    number, surname, pinyin, day = f.id_no, f.surname_py, f.pinyin if f.given_py else "", f.birth
    if number:
        yield "i", number
        if len(number) == SIZE:
            yield "j", number[6:17]
            yield "k", number[:14]
            yield "l", f"{number[:10]}{number[14:17]}{surname}"
            yield "m", number[:6] + number[14:]
    elif f.id_mask:
        if "_" not in f.id_mask[6:17]:
            yield "j", f.id_mask[6:17]
        if "_" not in f.id_mask[:14]:
            yield "k", f.id_mask[:14]
        if "_" not in f.id_mask[:6] + f.id_mask[14:]:
            yield "m", f.id_mask[:6] + f.id_mask[14:]
    for member in f.member_ids:
        yield "i", member
    for phone in f.phones:
        yield "p", phone
    if f.building and f.street:
        yield "d", f"{f.street}|{f.num}"
        if surname:
            yield "b", f"{f.street}|{f.lane}|{f.building}|{surname}"
    if f.room and f.committee:
        yield "e", f"{f.committee}|{f.building}|{f.room}"
    if day:
        if surname:
            yield "s", f"{day}|{surname}"
        if f.given_py:
            yield "g", f"{day}|{f.given_py}"
        if pinyin:
            yield "n", f"{pinyin}|{day[4:]}"
    if pinyin:
        if f.committee:
            yield "c", f"{pinyin}|{f.committee}"
        if f.street:
            yield "t", f"{pinyin}|{f.street}"
        if f.low:
            # The year and the next: two records whose years differ by one meet under one of them.
            for year in range(f.low, min(f.high, f.low + 3) + 2):
                yield "y", f"{f.fuzzy}|{year}"
    for one in (f.person, *f.member_names):
        if one:
            yield "o", one


def keys_of(f: Features) -> list[str]:
    """The keys as texts, each once: what the features table holds."""
    return list(dict.fromkeys(f"{kind}:{value}" for kind, value in block_keys(f)))
