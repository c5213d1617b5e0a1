"""The two sides of a suspected duplicate, line by line, and the score in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from server.accounts.matrix import Thing, Verb
from server.areas.names import PlaceName, place_names
from server.desk.differences import Marked, marked, marked_masked
from server.desk.parts import TABLES
from server.desk.seat import Seat
from server.desk.words import Words
from server.households.cases import Suspicion, said_of
from server.households.find import name_of, open_household
from server.households.kinds import Programme
from server.households.mask import mask_name
from server.households.matching.levels import COMPARISONS
from server.households.matching.live import live_model
from server.households.matching.model import Model
from server.households.matching.normal.name import pinyin_of, syllable
from server.households.models import Household
from server.households.registrars import DOOR, PHONE, Registration, registrations_of, sharing
from server.households.stake import sure_of
from server.households.values import Folded

_FACTS = ("rep_name", "id_no", "sex", "birth", "phone", "addr", "members_n")
#: What the two must be asked about, not what is masked.
_PLAIN = frozenset({"sex", "members_n"})
_AT = {comparison.name: n for n, comparison in enumerate(COMPARISONS)}


@dataclass(frozen=True)
class Line:
    """One fact on both sides; ``small``: the reading of a name, below it."""

    label: str
    one: Marked
    other: Marked
    small: tuple[str, str] = ("", "")
    fact: str = ""

    @property
    def same(self) -> bool:
        """Both sides say the same."""
        return bool(self.one) and not any(piece.differs for piece in (*self.one, *self.other)) and bool(self.other)


@dataclass(frozen=True)
class Side:
    """A household as the reviewer may see it. ``link``: its id where he may open it; ``door``, ``phone``: others with
    the same door or telephone that he may read, and no word of the rest."""

    row: Household
    link: str
    name: str
    place: str
    relief: tuple[str, ...]
    table: str
    registered: list[Registration]
    ids: int
    door: list[tuple[str, str]]
    phone: list[tuple[str, str]]


def sides_and_lines(seat: Seat, case: Suspicion) -> tuple[Side, Side, list[Line]]:
    """Both sides and their facts beside each other. For who reads masked the differences stay masked too."""
    rows = (case.one, case.other)
    folds = tuple(open_household(row).folded for row in rows)
    return sides_of(seat, rows, folds)


def sides_of(seat: Seat, rows: tuple[Household, Household], folds: tuple[Folded, ...]) -> tuple[Side, Side, list[Line]]:
    """The same of any two rows with their folds, as they are or as they were."""
    shows = all(seat.may(Verb.READ_FULL, Thing.IDENTITY, row.village) and seat.may(Verb.READ_FULL, Thing.DUPLICATE,
                                                                                   row.village) for row in rows)
    words, places = Words(), place_names(row.village for row in rows)
    sides = [_side(seat, row, fold, places, words, rows) for row, fold in zip(rows, folds, strict=True)]
    return sides[0], sides[1], [_line(fact, folds, words, shows) for fact in _FACTS]


def _line(fact: str, folds: tuple[Folded, ...], words: Words, shows: bool) -> Line:
    said = [_text(fact, fold, words) for fold in folds]
    if fact == "rep_name":
        small = tuple(" ".join(syllable(char) for char in text) if shows else "" for text in said)
        if not shows:
            said = [mask_name(text) for text in said]
        one, other = marked(*said)
        alike = shows and pinyin_of(said[0]) == pinyin_of(said[1])
        label = "姓名（读音相同）" if alike and said[0] != said[1] else "姓名"
        return Line(label, one, other, (small[0], small[1]), fact)
    one, other = marked(*said) if fact in _PLAIN else marked_masked(fact, *said, shows=shows)
    return Line(words.label(fact), one, other, fact=fact)


def _text(fact: str, fold: Folded, words: Words) -> str:
    value = fold.value(fact)
    if fact == "rep_name":
        return str(value or fold.shown_name or "")
    if value in (None, ""):
        return ""
    return words.value(fact, value) if fact in _PLAIN else str(value)


def _side(seat: Seat, row: Household, fold: Folded, places: Mapping[str, PlaceName], words: Words,
          rows: Iterable[Household]) -> Side:
    near = seat.may(Verb.READ, Thing.HOUSEHOLD, row.village)
    both, ids = {one.pk for one in rows}, fold.ids
    full = seat.may(Verb.READ_FULL, Thing.DUPLICATE, row.village)
    name = str(fold.value("rep_name") or fold.shown_name or "（姓名未知）")
    spells = tuple(words.programme(spell.programme) for spell in fold.spells if spell.end is None)
    registered = registrations_of(ids)
    return Side(
        row=row, link=row.pk if near else "", name=name if full else mask_name(name),
        place=places[row.village].full if near else places[row.village].town, relief=spells,
        table=TABLES.get(row.table or 0, ""), registered=registered if near else [], ids=len(ids),
        door=_others(seat, sharing(ids, DOOR), both) if near else [],
        phone=_others(seat, sharing(ids, PHONE), both) if near else [],
    )


def _others(seat: Seat, found: Iterable[Household], both: set[str]) -> list[tuple[str, str]]:
    return [
        (row.pk, name_of(row)) for row in found
        if row.pk not in both and seat.may(Verb.READ_FULL, Thing.DUPLICATE, row.village)
    ]


def waterfall(case: Suspicion) -> dict[str, Any]:
    """The score as it was stored when it was decided: each part in words, with its bits and a hint how rare it is."""
    model = live_model()
    told = model if model.id == case.model else None
    steps = [
        {"said": said_of(step) or step.level, "bits": f"{step.bits:+.1f}".replace("-", "−"), "plus": step.bits > 0,
         "wide": min(100, round(abs(step.bits) * 5)), "hint": _hint(told, step.comparison, step.level)}
        for step in case.steps
    ]
    bits = f"{case.bits:+.1f}".replace("-", "−")
    return {"steps": steps, "bits": bits, "sure": sure_of(case.bits), "model": case.model}


def said_level(comparison: str, level: str) -> str:
    """A level of a comparison in words."""
    return COMPARISONS[_AT[comparison]].levels[COMPARISONS[_AT[comparison]].labels.index(level)].said or level


def _hint(model: Model | None, comparison: str, level: str) -> str:
    """How often this happens among one household and among strangers, by the model of the decision while it lives."""
    if comparison == "prior" or model is None:
        return ""
    at = _AT[comparison]
    weight = model.weights[at][COMPARISONS[at].labels.index(level)]
    if not weight.m or not weight.u:
        return ""
    return f"同一户里约 {weight.m:.1%} 会这样，互不相干的两户里约 {_share(weight.u)}"


def _share(u: float) -> str:
    return f"{u:.1%}" if u >= 0.001 else f"每 {round(1 / u):,} 对有一对"


def running(rows: Iterable[Household]) -> list[str]:
    """Programmes both receive now, in words, one entry a side; empty unless both are in relief."""
    found = [[Programme(spell.programme).label for spell in open_household(row).folded.spells if spell.end is None]
             for row in rows]
    return ["、".join(one) for one in found] if all(found) else []
