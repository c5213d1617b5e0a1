"""What a household can be found by, and what a search text may mean. Pure; the caller hashes with ``keyed``.

    keyed(f"find-{kind}", value)  for (kind, value) in terms_of(folded)   → Lookup rows, written by refresh
    … for (kind, value) in terms_in(text)                                 → any of them finds the household
"""

import re
import unicodedata
from collections.abc import Iterable

from server.households.idno import normal_id
from server.households.values import Folded

Term = tuple[str, str]
_DOTS = re.compile("[•・･‧∙⋅.．·]")
_PHONE = re.compile(r"\d{7,12}")


def normal_name(text: str) -> str:
    """A name for comparing: no spaces, full-width letters narrowed, one kind of middle dot."""
    return _DOTS.sub("·", "".join(unicodedata.normalize("NFKC", text).split())).upper()


def phones_in(text: str) -> list[str]:
    """The telephone numbers written in a text, separators and country code dropped."""
    plain = re.sub(r"(?<=\d)[\s-](?=\d)", "", unicodedata.normalize("NFKC", text).replace("+86", ""))
    return _PHONE.findall(plain)


def terms_of(folded: Folded) -> set[Term]:
    """(kind, value) of everything the household answers to: names, ID numbers and last fours, phones; members too."""
    said = [(folded.value("rep_name") or folded.shown_name, folded.value("id_no"))]
    said += [(member.name, member.id_no) for member in folded.members]
    terms = {("phone", phone) for phone in phones_in(str(folded.value("phone") or ""))}
    for name, number in said:
        if name:
            terms.add(("name", normal_name(str(name))))
        if number:
            terms |= set(_id_terms(normal_id(str(number))))
    return terms


def _id_terms(number: str) -> Iterable[Term]:
    if len(number) >= 4:
        yield "tail", number[-4:]
    yield "id", number


def terms_in(text: str) -> set[Term]:
    """What a search text may mean: a whole ID number, its last four, a phone, a household number, else a name."""
    number = normal_id(text)
    if re.fullmatch(r"[0-9A-F]{8}", number) and not number.isdigit():
        return {("code", number)}
    if re.fullmatch(r"\d{17}[\dX]", number):
        return {("id", number)}
    if re.fullmatch(r"\d{3}[\dX]", number):
        return {("tail", number)}
    phones = phones_in(text)
    if phones and not re.search(r"[^\d\s+()/-]", text):
        return {("phone", phone) for phone in phones} | {("code", number)}
    return {("name", normal_name(text)), ("id", number)} if number else set()
