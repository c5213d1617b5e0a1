"""A submission's answers, drawn in the form's own order with the form's own labels."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from forms.fields import FILE_TYPES, Field, fill
from forms.read import Answers, Part
from server.households.mask import MASKS, SENSITIVE

_MOMENT = re.compile(r"^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})")


@dataclass(frozen=True)
class Line:
    """One question and its answer. ``kind``: text | file | place | heading | rows."""

    label: str
    text: str = ""
    kind: str = "text"
    hidden: bool = False
    rows: Sequence[Sequence["Line"]] = field(default_factory=tuple)


def draw_answers(answers: Answers, fields: Sequence[Field], *, reveals: bool, sensitive: bool,
                 named: Callable[[str, str], str]) -> list[Line]:
    """What was asked and answered, groups as headings, repeats as rows of lines.

    ``reveals``: personal data in full; ``sensitive``: health and special tags too. ``named`` turns (list file, code)
    into words for answers taken from lists. Calculations, notes and what the phone filled in are left out.
    """
    lines = _draw(answers, [one for one in fields if not one.repeat], fields, reveals, sensitive, named)
    answered = [path for path, line in lines if line.kind != "heading"]
    # A group of which nothing was answered leaves no lonely heading.
    return [line for path, line in lines
            if line.kind != "heading" or any(one.startswith(f"{path}/") for one in answered)]


def _draw(part: Part, own: Sequence[Field], fields: Sequence[Field], reveals: bool, sensitive: bool,
          named: Callable[[str, str], str]) -> list[tuple[str, Line]]:
    """(path, line) of what is asked at one level."""
    lines: list[tuple[str, Line]] = []
    for one in own:
        label = fill(one.label, part.values).strip()
        if one.type == "group":
            if label:
                lines.append((one.path, Line(label, kind="heading")))
        elif one.type == "repeat":
            inner = [other for other in fields if other.repeat == one.path]
            rows = [_draw(row, inner, fields, reveals, sensitive, named) for row in part.rows(one.name)]
            if any(rows):
                shown = tuple(tuple(line for _, line in row) for row in rows if row)
                lines.append((one.path, Line(label or one.name, kind="rows", rows=shown)))
        elif one.is_question and part.get(one.name):
            line = _line(one, label or one.name, part.get(one.name), reveals, sensitive, named)
            lines.append((one.path, line))
    return lines


def _line(one: Field, label: str, raw: str, reveals: bool, sensitive: bool, named: Callable[[str, str], str]) -> Line:
    if one.name in SENSITIVE and not sensitive:
        return Line(label, "按岗位不显示", hidden=True)
    if one.type in FILE_TYPES:
        return Line(label, raw, kind="file")
    if one.type == "geopoint":
        return Line(label, _position(raw), kind="place")
    mask = MASKS.get(one.name)
    if mask and not reveals:
        return Line(label, mask(raw), hidden=True)
    if one.from_file:
        return Line(label, "、".join(named(one.from_file, code) for code in raw.split()))
    if one.type == "acknowledge":
        return Line(label, "已确认")
    moment = _MOMENT.match(raw) if one.type in ("dateTime", "time") else None
    return Line(label, f"{moment[1]} {moment[2]}" if moment else one.label_of(raw))


def _position(raw: str) -> str:
    """'31.15 121.05 4 12' → 北纬 31.15000° 东经 121.05000°（误差约 12 米）."""
    parts = raw.split()
    try:
        text = f"北纬 {float(parts[0]):.5f}°  东经 {float(parts[1]):.5f}°"
        return f"{text}（误差约 {float(parts[3]):.0f} 米）" if len(parts) > 3 else text
    except (ValueError, IndexError):
        return raw
