"""What a household's line says. Pure: a fold, a day and names in, lines out."""

import re
from collections.abc import Collection, Sequence
from datetime import date

from server.households.idno import age_on, birth_of, normal_id, sex_of, valid_id
from server.households.values import Folded
from server.ledgers.cells import (
    codes_of,
    count_of,
    day_text,
    joined_days,
    labels_of,
    money_of,
    name_of,
    programmes_of,
    text_of,
)
from server.ledgers.columns import TABLES
from server.ledgers.kinds import LedgerKind
from server.ledgers.rules import PROGRAMMES, current_spells, ended_spells, table_of
from server.ledgers.values import Cell, Line, Link, Names, Person, Value
from server.ledgers.words import INSUR, NEEDS, TAGS

SEXES = {"male": "男", "female": "女"}
_GIVEN = re.compile(r"（累计[^（）]*）$")
_LINK_TOLD = re.compile(r"(\d{4}-\d{2}(?:-\d{2})?) (.+)")


def lines_for(
    folded: Folded, day: date, names: Names, *, links: Sequence[Link] = (), at_exit: Folded | None = None,
    persons: Sequence[Person] = (),
) -> tuple[Line, ...]:
    """The lines of a household in the month that ends on ``day``; () if it is in no table (domain B.3).

    ``folded`` is the fold as of ``day``; ``links`` are its referrals by then, oldest first; ``at_exit`` the fold as
    of ``rules.frozen_on`` (for 表四: without it 叠加政策 stays blank). ``persons``: further 对象 with a programme of
    their own; each has a line beside the registrant's, in the same table, while that programme holds (表三) or after
    it ended (表四).
    """
    kind = table_of(folded, day, applying_in_one=names.applying_in_one)
    if kind is None:
        return ()
    cells = _common(folded, day, names)
    if kind in (LedgerKind.ONE, LedgerKind.TWO):
        cells |= _not_in_relief(folded, names, links)
    else:
        cells |= _relief(folded, day, names, folded if kind == LedgerKind.THREE else at_exit)
        cells["links"], cells["linked"] = _links(folded, links)
    keys = [column.key for column in TABLES[kind].columns if column.key != "serial"]
    said = {code for fact in ("vuln6", "focus6", "watch") for code in codes_of(folded.value(fact))}
    tags = tuple(code for code in TAGS if code in said)
    lines = [Line(kind, folded.id, folded.village, {key: cells[key] for key in keys}, tags=tags)]
    for person in persons:
        ended = person.until is not None and person.until <= day
        if kind == (LedgerKind.FOUR if ended else LedgerKind.THREE):
            own = cells | _further(person, day)
            lines.append(Line(kind, folded.id, folded.village, {key: own[key] for key in keys}, person.key))
    return tuple(lines)


def _further(person: Person, day: date) -> dict[str, Cell]:
    """What is a further 对象's own; the rest of the line is the household's."""
    number = normal_id(person.id_no)
    born, by = birth_of(number), person.told_by
    age = age_on(born, day) if born is not None else None
    return {
        "name": _told(name_of(person.name), *by), "id_no": _told(text_of(number, lines=False), *by),
        "sex": _told(SEXES.get(sex_of(number)), *by),
        "age": _told(age if age is not None and 0 <= age <= 120 else None, *by),
        "programme": _told(PROGRAMMES.get(person.programme, person.programme), *by),
        "admitted": _told(day_text(person.since, person.precision), *by),
        "ended": _told(day_text(person.until) or None, *by),
    }


def _common(folded: Folded, day: date, names: Names) -> dict[str, Cell]:
    return _person(folded, day) | {
        "village": _told(text_of(names.villages.get(folded.village, folded.village), lines=False), folded.village_by),
        "name": _cell(folded, name_of(folded.value("rep_name") or folded.shown_name), "rep_name"),
        "members": _cell(folded, count_of(folded.value("members_n")), "members_n"),
        "addr": _cell(folded, text_of(folded.value("addr"), lines=False), "addr"),
        "phone": _cell(folded, text_of(folded.value("phone"), lines=False), "phone"),
        "consultant": _told(
            text_of(names.consultants.get(folded.village), lines=False), *names.posts.get(folded.village, ())
        ),
        "difficulty": _difficulty(folded),
        "plan": _cell(folded, text_of(folded.value("plan")), "plan"),
    }


def _person(folded: Folded, day: date) -> dict[str, Cell]:
    """Number, sex and age: both from the number where it holds, else as asked, else as far as the number tells."""
    number = normal_id(folded.value("id_no"))
    born, sex = birth_of(number), sex_of(number)
    asked: tuple[str, ...] = ("id_no",)
    if not valid_id(number):
        asked = ("id_no", "birth", "sex")
        asked_sex = str(folded.value("sex") or "")
        sex = asked_sex or (sex if born else "")
        born = _date(folded.value("birth")) or born
    age = age_on(born, day) if born is not None else None
    if age is None and (age := _age_told(folded, day)) is not None:
        asked = (*asked, "age_told")
    return {
        "id_no": _cell(folded, text_of(number, lines=False), "id_no"),
        "sex": _cell(folded, SEXES.get(sex), *asked),
        "age": _cell(folded, age if age is not None and 0 <= age <= 120 else None, *asked),
    }


def _age_told(folded: Folded, day: date) -> int | None:
    """The age an imported table gave on its day, and the years since; None where none did."""
    held = folded.facts.get("age_told")
    age = count_of(held.value) if held is not None else None
    return age + age_on(held.since, day) if held is not None and age is not None else None


def _not_in_relief(folded: Folded, names: Names, links: Sequence[Link]) -> dict[str, Cell]:
    security = labels_of(folded.value("insur"), INSUR, folded.value("insur_other"))
    suggestion = text_of(folded.value("suggest"))
    return {
        "security": _cell(folded, security, "insur", "insur_other"),
        "income": _cell(folded, money_of(folded.value("income_pc")), "income_pc"),
        "policies": _policies(folded, "policy_minzheng", names),
        "other_policies": _policies(folded, "policy_other", names),
        # Nobody wrote a suggestion, but help is being arranged: its names are one.
        "suggestion": _cell(folded, suggestion, "suggest") if suggestion else _links(folded, links)[0],
    }


def _relief(folded: Folded, day: date, names: Names, overlaid: Folded | None) -> dict[str, Cell]:
    spells = current_spells(folded, day) or ended_spells(folded, day)
    opened, closed = [s.opened_by for s in spells], [s.closed_by for s in spells]
    return {
        "programme": _told(programmes_of(spells, PROGRAMMES), *opened, *closed),
        "admitted": _told(joined_days(day_text(s.start, s.precision) for s in spells), *opened),
        "ended": _told(joined_days(day_text(s.end) for s in spells), *closed),
        "overlay": _policies(overlaid, "overlay", names) if overlaid is not None else Cell(),
    }


def _difficulty(folded: Folded) -> Cell:
    """The text; where only kinds of need were ticked, their names."""
    said = text_of(folded.value("difficulty"))
    if said:
        return _cell(folded, said, "difficulty")
    return _cell(folded, labels_of(folded.value("needs"), NEEDS), "needs")


def _policies(folded: Folded, fact: str, names: Names) -> Cell:
    written = f"{fact}_text"
    return _cell(folded, labels_of(folded.value(fact), names.policies, folded.value(written)), fact, written)


def _links(folded: Folded, links: Sequence[Link]) -> tuple[Cell, Cell]:
    """可衔接… and 衔接时间, line by line the same referrals, with what was given along each; a suggestion not yet taken
    up stands last, undated. What an imported table told of earlier help stands before, unless a referral speaks of it.
    """
    named = [text_of(link.name, lines=False) or "" for link in links]
    rows = [
        (f"{name}（累计{link.given}）" if link.given else name, day_text(link.linked_on), link.source)
        for name, link in zip(named, links, strict=True)
    ]
    told = _links_told(folded, set(named))
    known = {*named, *(_GIVEN.sub("", name) for name, _, _ in told)}
    rows = [*told, *rows]
    suggestion = (text_of(folded.value("suggest")) or "").replace("\n", "；")
    sources = [source for _, _, source in rows if source]
    if suggestion and suggestion not in known:
        rows.append((suggestion, "", ""))
        sources.append(folded.facts["suggest"].instance)
    days = [day for _, day, _ in rows]
    return (
        Cell("\n".join(name for name, _, _ in rows) or None, tuple(sources)),
        Cell("\n".join(days) if any(days) else None, tuple(source for _, day, source in rows if day and source)),
    )


def _links_told(folded: Folded, known: Collection[str]) -> list[tuple[str, str, str]]:
    """(name, day as printed, source) of each ``2024-05-12 医疗救助`` (or the name alone) an imported table told."""
    held = folded.facts.get("links_told")
    told = held.value if held is not None and isinstance(held.value, list) else []
    rows = []
    for entry in told:
        found = _LINK_TOLD.fullmatch(str(entry))
        day, name = (found[1].replace("-", "."), found[2]) if found else ("", str(entry))
        name = text_of(name, lines=False) or ""
        # A table of ours that comes back names a sum of its own month.
        if held is not None and name and _GIVEN.sub("", name) not in known:
            rows.append((name, day, held.instance))
    return rows


def _cell(folded: Folded, value: Value, *facts: str) -> Cell:
    """A value with the statements it rests on."""
    if value is None:
        return Cell()
    held = [folded.facts[fact] for fact in facts if fact in folded.facts and folded.facts[fact].value is not None]
    return Cell(value, tuple(dict.fromkeys(h.instance for h in held)))


def _told(value: Value, *sources: str) -> Cell:
    """A value with who said it."""
    return Cell(value, tuple(dict.fromkeys(source for source in sources if source))) if value is not None else Cell()


def _date(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None
