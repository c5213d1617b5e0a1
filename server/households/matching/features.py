"""What a statements-set tells the matcher: one record, normalised, as flat columns. Pure.

The columns are those of the features table too: texts are empty where nothing is known, numbers 0, lists empty.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from server.households.matching.normal.address import address_of, committee_of
from server.households.matching.normal.birth import UNKNOWN, birth_of, on_day, sex_of, size_of
from server.households.matching.normal.name import name_of
from server.households.matching.normal.number import number_of
from server.households.matching.normal.phone import phones_of
from server.households.values import Word

#: Raised whenever the same words give other features: stored features of another version are made anew.
FEATURES_VERSION = "1"
#: The facts that are evidence; everything else a form asks says nothing about who it is.
EVIDENCE = ("rep_name", "id_no", "sex", "birth", "members_n", "addr", "phone", "village", "age_told", "member")


class Features(NamedTuple):
    """One screening's evidence. ``instance`` and ``entity`` say whose; all else is compared.

    ``id_no`` digits of a whole number, right or wrong; ``id_ok`` "1" where it is proved by its check digit; ``id_mask``
    where only a part is known (``_`` for the rest). ``birth`` yyyymmdd, ``low``..``high`` possible birth years.
    ``whole`` "1" where the address names one door. ``person`` is pinyin and birth year, ``member_names`` the same of
    the other members. Columns ending in ``_sorted`` hold the same characters in rising order: a transposition keeps
    them.
    """

    instance: str
    entity: str
    name: str = ""
    surname: str = ""
    first: str = ""
    second: str = ""
    shape: str = ""
    pinyin: str = ""
    surname_py: str = ""
    given_py: str = ""
    fuzzy: str = ""
    id_no: str = ""
    id_ok: str = ""
    id_mask: str = ""
    id_head: str = ""
    id_tail: str = ""
    id_sorted: str = ""
    birth: str = ""
    birth_sorted: str = ""
    low: int = 0
    high: int = 0
    sex: str = ""
    size: int = 0
    committee: str = ""
    street: str = ""
    lane: str = ""
    building: str = ""
    room: str = ""
    num: str = ""
    num_sorted: str = ""
    place: str = ""
    whole: str = ""
    phones: tuple[str, ...] = ()
    person: str = ""
    member_ids: tuple[str, ...] = ()
    member_names: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """Changes exactly when the evidence does."""
        return hashlib.sha256(repr(self[2:]).encode()).hexdigest()[:16]


COLUMNS = Features._fields
LISTS = frozenset({"phones", "member_ids", "member_names"})
NUMBERS = frozenset({"low", "high", "size"})


def features_of(instance: str, entity: str, words: Iterable[Word], year: int) -> Features:
    """The evidence in one version's statements; ``year``: when it was said, for ages."""
    said: dict[str, Any] = {}
    members: list[Any] = []
    for word in words:
        if word.fact == "member":
            members.append(word.value)
        elif not word.key:
            said[word.fact] = word.value
    said["member"] = members
    return features_from(instance, entity, said, year)


def features_from(instance: str, entity: str, said: Mapping[str, Any], year: int) -> Features:
    """The evidence in plain values by fact (see ``EVIDENCE``); any may be missing or be anything."""
    name = name_of(_text(said, "rep_name"))
    number = number_of(_text(said, "id_no"))
    age = _text(said, "age_told")
    told = birth_of(_text(said, "birth") or (f"{age}岁" if age else ""), year)
    born = on_day(number.birth) if number.birth and (number.valid or not told.day) else told
    # A date in the number that contradicts the year told is as likely a slip of the one as of the other.
    if not number.valid and number.birth and told is not UNKNOWN and not told.low <= born.low <= told.high:
        born = told
    address = address_of(_text(said, "addr"))
    committee = committee_of(_text(said, "village")) or address.committee
    member_ids, member_names = _members(said.get("member") or (), year, number.text)
    return Features(
        instance,
        entity,
        name.chars,
        name.surname,
        name.given[:1],
        name.given[1:2],
        name.shape,
        name.pinyin,
        name.surname_py,
        name.given_py,
        name.fuzzy,
        number.text,
        "1" if number.valid else "",
        number.mask,
        number.text[:8],
        number.text[-8:],
        "".join(sorted(number.text)),
        born.day,
        "".join(sorted(born.day)),
        born.low,
        born.high,
        (number.valid and number.sex) or sex_of(_text(said, "sex")) or number.sex,
        size_of(said.get("members_n")),
        committee,
        address.street_py,
        address.lane,
        address.building,
        address.room,
        address.num,
        "".join(sorted(address.num)),
        address.street_py + address.num,
        "1" if address.room or (address.building and not address.lane.isdigit() and address.kind != "estate") else "",
        phones_of(_text(said, "phone")),
        f"{name.pinyin}|{born.low}" if name.given_py and born.low == born.high and born.low else "",
        member_ids,
        member_names,
    )


def _text(said: Mapping[str, Any], fact: str) -> str:
    value = said.get(fact)
    return value if isinstance(value, str) else "" if value is None else str(value)


def _members(members: Iterable[Any], year: int, head: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(valid numbers, pinyin with birth year) of the members besides the registrant."""
    ids, names = set(), set()
    for member in members:
        if not isinstance(member, Mapping) or member.get("change") == "left":
            continue
        number = number_of(_text(member, "id_no"))
        if number.valid and number.text == head:
            continue
        if number.valid:
            ids.add(number.text)
        born = on_day(number.birth) if number.birth else birth_of(_text(member, "birth"), year)
        name = name_of(_text(member, "name"))
        if name.given_py and born.low and born.low == born.high:
            names.add(f"{name.pinyin}|{born.low}")
    return tuple(sorted(ids)), tuple(sorted(names))
