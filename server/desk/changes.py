"""What a submission changed, drawn: old → new, and how to correct it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from server.accounts.matrix import Thing, Verb
from server.desk.seat import Seat
from server.desk.words import Words, day_text
from server.households.facts import FACTS, kind_of
from server.households.find import open_household
from server.households.history import Change, changes_of
from server.households.kinds import FactKind
from server.households.load import load_component
from server.households.mask import MASKS, SENSITIVE, mask_birth
from server.households.models import Noted
from server.households.values import MISSING, programme_of


@dataclass(frozen=True)
class ChangeLine:
    """One statement: ``before`` is empty where nothing stood; ``correctable`` facts carry an input."""

    fact: str
    key: str
    label: str
    before: str
    after: str
    since: date
    is_news: bool
    stands: bool
    corrected: bool
    correctable: bool
    choices: tuple[tuple[str, str], ...]
    raw: Any


def change_lines(seat: Seat, area: str, noted: Noted, words: Words, reveals: bool) -> list[ChangeLine]:
    """The statements of one version beside what stood before; none of a returned or void version."""
    household = noted.household
    if household is None:
        return []
    component = load_component([noted.filing.entity])
    found = changes_of(component, household.pk, open_household(household).folded, noted.filing.instance)
    sensitive = seat.may(Verb.READ, Thing.SENSITIVE, area)
    lines = [_line(change, words, reveals, sensitive) for change in found]
    order = {fact: index for index, fact in enumerate(FACTS)}
    return sorted(lines, key=lambda line: order.get(line.fact, len(order)))


def text_of(fact: str, key: str, value: Any, words: Words, *, reveals: bool, sensitive: bool) -> str:
    """A value in words, masked as the reader's rights and clicks demand."""
    if fact in SENSITIVE and not sensitive and value is not MISSING:
        return "按岗位不显示"
    if not reveals and fact in MASKS and isinstance(value, str):
        return MASKS[fact](value)
    if not reveals and fact == "birth" and isinstance(value, str):
        return mask_birth(value)
    if fact == "member" and isinstance(value, dict) and not sensitive:
        value = {name: said for name, said in value.items() if name != "tags"}
    return words.value(fact, value)


def _line(change: Change, words: Words, reveals: bool, sensitive: bool) -> ChangeLine:
    def text(value: Any) -> str:
        return text_of(change.fact, change.key, value, words, reveals=reveals, sensitive=sensitive)

    label = words.label(change.fact)
    after = text(change.after)
    if change.fact == "relief":
        label, after = f"{label}：{words.programme(programme_of(change.key))}", f"{after}（{day_text(change.since)}）"
    field = words.fields.get(change.fact)
    single = field is not None and field.type == "select_one"
    return ChangeLine(
        fact=change.fact, key=change.key, label=label, before=text(change.before), after=after, since=change.since,
        is_news=change.is_news, stands=change.stands, corrected=change.corrected,
        correctable=kind_of(change.fact) in (FactKind.TIMELESS, FactKind.CHANGING)
        and not isinstance(change.after, list | tuple) and (reveals or change.fact not in (*MASKS, "birth")),
        choices=tuple((choice.name, choice.label) for choice in field.choices) if field and single else (),
        raw="" if change.after is None else change.after,
    )
