"""全区汇总: totals of a month by 街镇 × table × programme × tag. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from server.ledgers.columns import CellType
from server.ledgers.kinds import LedgerKind
from server.ledgers.plain_sheet import Head, Row, plain_book
from server.ledgers.rules import PROGRAMMES
from server.ledgers.values import Line, first_day
from server.ledgers.words import TAGS

WITHOUT = "无上述特征"


@dataclass
class TownTotals:
    """The totals of one 街镇's month. ``tables``: lines; ``programmes``: lines by (table, programme); ``tags``:
    households by (table, tag), a household with several tags under each of them."""

    town: str
    state: str
    tables: Counter[LedgerKind] = field(default_factory=Counter)
    households: int = 0
    programmes: Counter[tuple[LedgerKind, str]] = field(default_factory=Counter)
    tags: Counter[tuple[LedgerKind, str]] = field(default_factory=Counter)
    cross: Counter[tuple[LedgerKind, str, str]] = field(default_factory=Counter)


def totals_of(town: str, state: str, lines: Mapping[LedgerKind, Iterable[Line]]) -> TownTotals:
    """Count the lines of one 街镇."""
    totals = TownTotals(town, state)
    for kind, found in lines.items():
        for line in found:
            totals.tables[kind] += 1
            programmes = str(line.value("programme") or "").split("、") if "programme" in line.cells else [""]
            for programme in programmes:
                if programme:
                    totals.programmes[kind, programme] += 1
            if line.part:
                continue
            totals.households += 1
            for tag in line.tags or ("",):
                totals.tags[kind, tag] += 1
                for programme in programmes:
                    totals.cross[kind, programme, tag] += 1
    return totals


def roll_up_book(month: str, towns: Sequence[TownTotals], *, about: Mapping[str, str], made_at: datetime) -> bytes:
    """The workbook: totals by table and programme, by tag, and all three together."""
    first = first_day(month)
    title = f"青浦区低收入人口探访关爱工作情况汇总表（{first.year}年{first.month}月）"
    return plain_book(
        [
            ("按表和保障", title, _heads([*_tables(), "户数", *_programmes()]), _by_table(towns)),
            ("按困难特征", title, _heads([*(f"{tag}" for tag in TAGS.values()), WITHOUT]), _by_tag(towns)),
            ("交叉明细", title, CROSS, _cross(towns)),
        ],
        about=about, made_at=made_at,
    )


CROSS: tuple[Head, ...] = (
    ("街镇", CellType.WORDS, 14), ("表", CellType.WORDS, 8), ("家庭基本保障", CellType.WORDS, 20),
    ("困难特征", CellType.WORDS, 30), ("户数", CellType.COUNT, 10),
)


def _tables() -> list[str]:
    return [str(kind.label) for kind in LedgerKind]


def _programmes() -> list[str]:
    return [f"{kind.label}{name}" for kind in (LedgerKind.THREE, LedgerKind.FOUR) for name in PROGRAMMES.values()]


def _heads(names: Sequence[str]) -> tuple[Head, ...]:
    return (
        ("街镇", CellType.WORDS, 14), ("状态", CellType.WORDS, 9),
        *((name, CellType.COUNT, 9.0) for name in names),
    )


def _by_table(towns: Sequence[TownTotals]) -> list[Row]:
    slots = [(kind, name) for kind in (LedgerKind.THREE, LedgerKind.FOUR) for name in PROGRAMMES.values()]
    return _with_sum([
        [one.town, one.state, *(one.tables[kind] for kind in LedgerKind), one.households,
         *(one.programmes[slot] for slot in slots)]
        for one in towns
    ])


def _by_tag(towns: Sequence[TownTotals]) -> list[Row]:
    return _with_sum([
        [one.town, one.state, *(sum(one.tags[kind, tag] for kind in LedgerKind) for tag in (*TAGS, ""))]
        for one in towns
    ])


def _with_sum(rows: list[list[str | int]]) -> list[Row]:
    sums = [sum(int(row[n]) for row in rows) for n in range(2, len(rows[0]))] if rows else []
    return [*rows, ["全区", "", *sums]] if rows else []


def _cross(towns: Sequence[TownTotals]) -> list[Row]:
    order = {tag: n for n, tag in enumerate((*TAGS, ""))}
    return [
        [one.town, str(kind.label), programme or None, TAGS.get(tag, tag or WITHOUT), count]
        for one in towns
        for (kind, programme, tag), count in sorted(
            one.cross.items(), key=lambda item: (item[0][0], item[0][1], order.get(item[0][2], len(order)))
        )
    ]
