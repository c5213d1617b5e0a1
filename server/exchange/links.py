"""可衔接其他政策或社会帮扶资源 and 衔接时间: two cells, line by line the same help. Pure."""

from dataclasses import dataclass

from server.exchange.days import NotADay, Told, day_told
from server.exchange.plain import Raw, is_blank, text_of
from server.exchange.values import Problem

LINKED = "衔接时间"


@dataclass(frozen=True)
class Links:
    """``told``: what the household was put in touch with, ``2024-05-12 医疗救助`` or the name alone, oldest first;
    ``suggest``: what is only suggested so far."""

    told: tuple[str, ...] = ()
    suggest: str = ""
    problems: tuple[Problem, ...] = ()


def links_in(names: Raw, days: Raw) -> Links:
    """Pair the lines of both cells. The last line without a day is a suggestion, as the form's own tables print it."""
    named = [] if is_blank(names) else text_of(names).split("\n")
    dated = [] if is_blank(days) else (text_of(days).split("\n") if isinstance(days, str) else [days])
    if len(named) == 1 and len(parts := named[0].split("、")) == len(_split(dated)) > 1:
        named, dated = parts, _split(dated)
    problems: list[Problem] = []
    told: list[tuple[str, Told | None]] = []
    if len([day for day in dated if not is_blank(day)]) > len(named):
        problems.append(Problem("衔接时间比政策或资源多，多出的没有导入", "每一行衔接时间对应一行政策或资源", LINKED))
    for number, name in enumerate(named):
        told.append((name.strip(), _day(dated[number] if number < len(dated) else "", problems)))
    if len(dated) == 1 and len(named) > 1 and not is_blank(dated[0]):
        problems.append(Problem("只有一个衔接时间，算作第一项的", "每一行政策或资源对应一行衔接时间", LINKED))
    suggest = ""
    if told and told[-1][1] is None:
        suggest = told.pop()[0]
    kept = tuple(f"{day.text} {name}" if day is not None else name for name, day in told if name)
    return Links(kept, suggest, tuple(problems))


def _split(dated: list[Raw]) -> list[Raw]:
    if len(dated) != 1 or not isinstance(dated[0], str):
        return dated
    return [part for part in dated[0].replace("，", "、").replace(",", "、").replace("；", "、").split("、") if part]


def _day(raw: Raw, problems: list[Problem]) -> Told | None:
    if is_blank(raw):
        return None
    try:
        told = day_told(raw)
    except NotADay as why:
        problems.append(Problem(f"衔接时间{why.sentence}，没有导入", "写成 2024.05 或 2024.05.12", LINKED))
        return None
    if told.doubt:
        problems.append(Problem(told.doubt, "把单元格设为文本，写成 2024.10 或 2024.01", LINKED))
    return told if told.day is not None else None
